package io.anabranch.jobs;

import io.anabranch.jobs.files.FilesByScheme;
import io.anabranch.jobs.files.JobFiles;
import io.anabranch.jobs.files.LocalFiles;
import io.anabranch.jobs.run.Commands;
import io.anabranch.jobs.run.RunFolders;
import io.anabranch.jobs.store.DerbyJobStore;
import io.anabranch.runtime.PlatformSettings;
import io.anabranch.runtime.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The scheduler of a process. Its folder in the data folder is {@code jobs/}: {@code db} (Derby),
 * {@code runs/<run>/}, {@code shipped/}. After a kill at any moment the next start finds runs as
 * they stand in the database, and asks their processes how they ended.
 */
public final class JobsService implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(JobsService.class);

  /** How often it looks for runs that are no longer kept. */
  private static final Duration FORGETTING = Duration.ofHours(1);

  private final Jobs jobs;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "jobs"));

  /** What the last tick failed of, empty if it did not. */
  private String trouble = "";

  private final Duration keep;
  private final Clock clock;
  private Instant nextForgetting = Instant.MIN;

  private JobsService(Jobs jobs, Duration keep, Clock clock) {
    this.jobs = jobs;
    this.keep = keep;
    this.clock = clock;
  }

  /**
   * What a platform gives to its jobs.
   *
   * @param command the platform's command
   * @param config the settings file that it is given
   * @param datasets the names of all datasets
   * @param hdfs for addresses that are none of this machine
   */
  public record Place(
      PlatformSettings platform, Path command, Path config, List<String> datasets, JobFiles hdfs) {}

  /**
   * Opens the database and begins to tick.
   *
   * @throws Problem if another process has the database open
   */
  public static JobsService start(JobsSettings settings, Place place, Clock clock) {
    Path folder = place.platform().data().resolve("jobs").toAbsolutePath();
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw Problem.unreachable("Cannot make the folder " + folder + ": " + e.getMessage(), e);
    }
    JobFiles files = new FilesByScheme(new LocalFiles(clock), place.hdfs());
    Jobs jobs =
        new Jobs(
            DerbyJobStore.open(folder.resolve("db")),
            files,
            new RunFolders(folder.resolve("runs")),
            new Commands(files, place.command(), place.config()).runners(),
            defaults(place),
            settings.parallel(),
            clock);
    Shipped shipped = new Shipped(folder.resolve("shipped"));
    shipped.layOut();
    if (settings.nightly()) {
      shipped.submit(jobs, place.datasets(), ZoneId.of(settings.zone()), clock.instant());
    }
    JobsService service = new JobsService(jobs, settings.keep(), clock);
    service.tickEach(settings.poll().toMillis());
    return service;
  }

  private static Map<String, String> defaults(Place place) {
    return Map.of(
        "anabranch",
        place.command().toString(),
        "config",
        place.config().toAbsolutePath().toString(),
        "nameNode",
        place.platform().hdfs().toString(),
        "root",
        place.platform().root(),
        "jdbcUrl",
        "jdbc:hive2://" + place.platform().hiveServer() + "/",
        "resourceManager",
        "local",
        "user.name",
        System.getProperty("user.name", "anabranch"));
  }

  private void tickEach(long pollMs) {
    ScheduledFuture<?> unused =
        thread.scheduleWithFixedDelay(this::tick, 0, pollMs, TimeUnit.MILLISECONDS);
  }

  private void tick() {
    try {
      jobs.tick();
      forget();
      trouble = "";
    } catch (Throwable e) { // what is thrown here would end all schedules without a word
      if (!trouble.equals(e.toString())) {
        LOG.error("the scheduler failed and goes on with its next look", e);
      }
      trouble = e.toString();
    }
  }

  private void forget() {
    Instant now = clock.instant();
    if (!now.isBefore(nextForgetting)) {
      nextForgetting = now.plus(FORGETTING);
      jobs.forget(now.minus(keep));
    }
  }

  /** What people ask. */
  public Jobs jobs() {
    return jobs;
  }

  /** Ends what is under way; the next start begins it again. */
  @Override
  public void close() {
    thread.shutdown();
    try {
      thread.awaitTermination(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    jobs.close();
  }
}

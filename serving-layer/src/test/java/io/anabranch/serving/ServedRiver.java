package io.anabranch.serving;

import io.anabranch.jobs.Jobs;
import io.anabranch.jobs.files.LocalFiles;
import io.anabranch.jobs.metrics.EventLogs;
import io.anabranch.runtime.HistorySettings;
import io.anabranch.runtime.UsersFile;
import io.anabranch.serving.jobs.SparkApplications;
import io.anabranch.serving.standing.TopicOffsets;
import io.anabranch.serving.verify.Recompute;
import io.anabranch.views.OffsetRange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/** A serving layer over a river in memory, on a free port. */
public final class ServedRiver implements AutoCloseable {
  public static final ServingSettings SETTINGS =
      new ServingSettings(
          Path.of("anabranch"),
          Duration.ofSeconds(8),
          Duration.ofMinutes(1),
          32,
          100_000,
          Duration.ofMinutes(1));

  /** Where event logs are looked for; it is not there yet. */
  public final Path events;

  /** Not there yet. */
  public final UsersFile users;

  public final RestClient rest;
  public final URI base;
  private final ServingServer server;

  public ServedRiver(MemoryRiver... rivers) {
    this(
        (dataset, moment) -> {
          throw new UnsupportedOperationException();
        },
        rivers);
  }

  /** Rivers that share their stores. */
  public ServedRiver(Recompute recompute, MemoryRiver... rivers) {
    this(recompute, Optional.empty(), rivers);
  }

  /** A river with jobs. */
  public ServedRiver(Jobs jobs, MemoryRiver river) {
    this(
        (dataset, moment) -> {
          throw new UnsupportedOperationException();
        },
        Optional.of(jobs),
        river);
  }

  private ServedRiver(Recompute recompute, Optional<Jobs> jobs, MemoryRiver... rivers) {
    Path folder = temporary();
    events = eventsIn(folder);
    Sources sources = sources(folder, recompute, jobs, rivers);
    users = sources.users();
    server = ServingServer.start(sources, SETTINGS, "127.0.0.1", 0);
    base = URI.create("http://127.0.0.1:" + server.port() + "/");
    rest = new RestClient(base);
  }

  /** What a serving layer over rivers that share their stores reads from. */
  public static Sources sources(Recompute recompute, Optional<Jobs> jobs, MemoryRiver... rivers) {
    return sources(temporary(), recompute, jobs, rivers);
  }

  private static Sources sources(
      Path folder, Recompute recompute, Optional<Jobs> jobs, MemoryRiver... rivers) {
    MemoryRiver first = rivers[0];
    return new Sources(
        MemoryRiver.DATASETS,
        first.catalog,
        first.store,
        topics(rivers),
        first.master,
        first.quality,
        recompute,
        jobs,
        new SparkApplications(
            new EventLogs(new LocalFiles(Clock.systemUTC()), eventsIn(folder).toString()),
            new HistorySettings(false, URI.create("http://127.0.0.1:18080"))),
        new UsersFile(folder.resolve("users")),
        Clock.fixed(MemoryRiver.APPENDED.plusSeconds(2), ZoneOffset.UTC));
  }

  private static Path eventsIn(Path folder) {
    return folder.resolve("spark-events");
  }

  private static Path temporary() {
    try {
      Path folder = Files.createTempDirectory("served");
      folder.toFile().deleteOnExit();
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static TopicOffsets topics(MemoryRiver... rivers) {
    return new TopicOffsets() {
      @Override
      public Optional<Map<Integer, OffsetRange>> of(String topic) {
        return Arrays.stream(rivers).flatMap(river -> river.of(topic).stream()).findFirst();
      }

      @Override
      public void close() {}
    };
  }

  /** Ends the server, as if its process died. */
  public void stop() {
    server.close();
  }

  @Override
  public void close() {
    stop();
  }
}

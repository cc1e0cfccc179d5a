package io.anabranch.jobs;

import io.anabranch.jobs.time.OozieTime;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.TemporalAdjusters;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The schedules that come with the platform. Their files are laid out in a folder, as a user's own
 * would be; each dataset gets its schedules once, and one that was removed does not come back.
 */
final class Shipped {
  private static final Logger LOG = LoggerFactory.getLogger(Shipped.class);
  private static final List<String> FILES =
      List.of("coordinator.xml", "job.properties", "workflow.xml");

  /**
   * One of them.
   *
   * @param weekday empty for every day
   */
  private record Kind(String name, LocalTime time, Optional<DayOfWeek> weekday) {
    Instant firstAfter(Instant now, ZoneId zone) {
      ZonedDateTime at = now.atZone(zone).with(time);
      if (weekday.isPresent()) {
        at = at.with(TemporalAdjusters.nextOrSame(weekday.get()));
      }
      while (!at.toInstant().isAfter(now)) {
        at = at.plusDays(weekday.isPresent() ? 7 : 1);
      }
      return at.toInstant();
    }
  }

  /** None of them between two and three, which summer time skips. */
  private static final List<Kind> KINDS =
      List.of(
          new Kind("nightly", LocalTime.of(23, 55), Optional.empty()),
          new Kind("weekly", LocalTime.of(0, 30), Optional.of(DayOfWeek.SUNDAY)),
          new Kind("compact", LocalTime.of(3, 30), Optional.empty()),
          new Kind("verify", LocalTime.of(4, 30), Optional.of(DayOfWeek.SUNDAY)),
          new Kind("quality", LocalTime.of(6, 0), Optional.empty()));

  private final Path folder;

  /**
   * @param folder where the files are laid out, {@code <folder>/nightly/coordinator.xml} and so on
   */
  Shipped(Path folder) {
    this.folder = folder.toAbsolutePath();
  }

  /** The names of the kinds. */
  static List<String> kinds() {
    return KINDS.stream().map(Kind::name).toList();
  }

  /** Writes the files of this release over those that are there. */
  void layOut() {
    for (String kind : kinds()) {
      for (String file : FILES) {
        copy(kind + "/" + file);
      }
    }
  }

  private void copy(String file) {
    Path target = folder.resolve(file);
    try (InputStream in = Shipped.class.getResourceAsStream("shipped/" + file)) {
      Files.createDirectories(target.getParent());
      Path beside = target.resolveSibling(target.getFileName() + ".new");
      Files.copy(in, beside, StandardCopyOption.REPLACE_EXISTING);
      Files.move(
          beside, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Submits what the datasets did not have yet, to begin at its next time. */
  void submit(Jobs jobs, List<String> datasets, ZoneId zone, Instant now) {
    for (String dataset : datasets) {
      for (Kind kind : KINDS) {
        submit(jobs, kind, dataset, zone, now);
      }
    }
  }

  private void submit(Jobs jobs, Kind kind, String dataset, ZoneId zone, Instant now) {
    Path mark = folder.resolve("submitted").resolve(kind.name() + "-" + dataset);
    if (Files.exists(mark)) {
      return;
    }
    Map<String, String> parameters =
        Map.of(
            "dataset",
            dataset,
            "timeZone",
            zone.getId(),
            "start",
            OozieTime.format(kind.firstAfter(now, zone)));
    jobs.submit(
        new Jobs.Submission(
            kind.name() + "-" + dataset,
            folder.resolve(kind.name()).toString(),
            parameters,
            "anabranch"));
    try {
      Files.createDirectories(mark.getParent());
      Files.createFile(mark);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    LOG.info("{} is due first at {}", mark.getFileName(), parameters.get("start"));
  }
}

package io.anabranch.batch;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Where Spark writes its event logs, a file for each application, compressed. A driver that is
 * killed leaves its log as far as it came; logs that are old are removed by the next application.
 */
final class EventLogFolder {
  private final String folder;

  /**
   * @param folder with its file system; it need not be there
   */
  EventLogFolder(String folder) {
    this.folder = folder;
  }

  /** Makes the folder, which neither applications nor the History Server do. */
  void make() throws IOException {
    try (FileSystem files = files()) {
      files.mkdirs(new Path(folder));
    }
  }

  private FileSystem files() throws IOException {
    return FileSystem.newInstance(URI.create(folder), new Configuration());
  }

  /**
   * Makes room for a log.
   *
   * @param kept older logs are removed
   * @return the options of an application that writes one; none if the folder cannot be made: a run
   *     does without a log rather than not at all
   */
  Map<String, String> prepared(Duration kept, Instant now) {
    try (FileSystem files = files()) {
      Path path = new Path(folder);
      files.mkdirs(path);
      for (FileStatus log : files.listStatus(path)) {
        if (Instant.ofEpochMilli(log.getModificationTime()).isBefore(now.minus(kept))) {
          files.delete(log.getPath(), true);
        }
      }
      return options();
    } catch (IOException e) {
      Progress.say("no event log is written to %s: %s".formatted(folder, e.getMessage()));
      return Map.of();
    }
  }

  private Map<String, String> options() {
    return Map.of(
        "spark.eventLog.enabled", "true",
        "spark.eventLog.dir", folder,
        "spark.eventLog.compress", "true",
        "spark.eventLog.compression.codec", "zstd",
        // a run ends: its events fit one file
        "spark.eventLog.rolling.enabled", "false");
  }
}

package io.anabranch.cli;

import io.anabranch.runtime.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The data folder of one instance of the platform: settings, run files, logs and what the services
 * store.
 *
 * @param folder absolute
 */
record DataFolder(Path folder) {
  /** Below this much free space HDFS and Kafka refuse writes sooner or later. */
  static final long NEEDED_BYTES = 2L << 30;

  DataFolder {
    folder = folder.toAbsolutePath().normalize();
  }

  Path settings() {
    return folder.resolve("conf/anabranch.properties");
  }

  Path run() {
    return folder.resolve("run");
  }

  Path runFile(String role) {
    return run().resolve(role + ".json");
  }

  Path log(String role) {
    return folder.resolve("logs").resolve(role + ".log");
  }

  /** Scratch files of JVMs and of Spark's shuffles. */
  Path scratch() {
    return folder.resolve("tmp");
  }

  Path supervisorLock() {
    return run().resolve("supervisor.lock");
  }

  Path startLock() {
    return run().resolve("up.lock");
  }

  /** Whether {@code up} was ever called on this folder. */
  boolean isSetUp() {
    return Files.exists(settings());
  }

  /**
   * Makes the folder and those in it.
   *
   * @throws Problem if it cannot be written
   */
  void create() {
    for (Path each : List.of(settings().getParent(), run(), log("x").getParent(), scratch())) {
      try {
        Files.createDirectories(each);
      } catch (IOException e) {
        throw Problem.unreachable(
            "Cannot make the folder " + each + " (" + e + "): name a writable one with --data", e);
      }
    }
  }

  /**
   * Refuses a disk without room.
   *
   * @throws Problem if less than {@code neededBytes} are free
   */
  void requireSpace(long neededBytes) {
    long free;
    try {
      free = Files.getFileStore(folder).getUsableSpace();
    } catch (IOException e) {
      throw Problem.unreachable("Cannot ask for the free space of " + folder + ": " + e, e);
    }
    if (free < neededBytes) {
      throw Problem.unreachable(
          "The disk of %s has %d MB free, the platform needs %d MB: free some or choose another folder with --data"
              .formatted(folder, free >> 20, neededBytes >> 20));
    }
  }
}

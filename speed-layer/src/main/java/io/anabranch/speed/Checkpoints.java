package io.anabranch.speed;

import io.anabranch.runtime.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Spark's checkpoint folders. They are scratch: where a run begins is the catalog's to say, so each
 * run gets a new one, and those of earlier processes are removed.
 */
final class Checkpoints {
  private final Path folder;

  private Checkpoints(Path folder) {
    this.folder = folder;
  }

  /** An empty folder below the data folder. */
  static Checkpoints in(Path data) {
    Path folder = data.toAbsolutePath().resolve("spark").resolve("checkpoints");
    try {
      remove(folder);
      Files.createDirectories(folder);
    } catch (IOException | UncheckedIOException e) {
      throw Problem.badInput(
          "Cannot make %s (%s): set platform.data to a folder that can be written"
              .formatted(folder, e.getMessage()),
          e);
    }
    return new Checkpoints(folder);
  }

  /** The folder of a run. */
  String of(String run) {
    return folder.resolve(run).toUri().toString();
  }

  private static void remove(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    List<Path> deepestFirst;
    try (Stream<Path> files = Files.walk(folder)) {
      deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : deepestFirst) {
      Files.delete(file);
    }
  }
}

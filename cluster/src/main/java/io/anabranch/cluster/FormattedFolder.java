package io.anabranch.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder whose first content is written beside it and renamed into place, so that it exists whole
 * or not at all, wherever the process is killed.
 */
final class FormattedFolder {
  /** Writes the first content into an empty folder. */
  @FunctionalInterface
  interface Format {
    void into(Path folder) throws Exception;
  }

  private FormattedFolder() {}

  /** Does nothing if the folder exists. */
  static void ensure(Path folder, Format format) throws Exception {
    if (Files.exists(folder)) {
      return;
    }
    Path unfinished = folder.resolveSibling(folder.getFileName() + ".unfinished");
    delete(unfinished);
    Files.createDirectories(unfinished);
    format.into(unfinished);
    Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    List<Path> deepestFirst;
    try (Stream<Path> walk = Files.walk(folder)) {
      deepestFirst = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : deepestFirst) {
      Files.delete(path);
    }
  }
}

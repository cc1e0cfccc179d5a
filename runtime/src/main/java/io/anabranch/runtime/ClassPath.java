package io.anabranch.runtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Class paths of folders of jars. Java's own {@code folder/*} takes the jars as the file system
 * lists them; some of Hive's hold the same class in two versions, and then it is chance which one
 * is found.
 */
public final class ClassPath {
  private ClassPath() {}

  /** The jars of these folders, in this order, and in the order of their names in each. */
  public static String of(Path... folders) {
    return Arrays.stream(folders)
        .flatMap(folder -> jars(folder).stream())
        .map(Path::toString)
        .collect(Collectors.joining(":"));
  }

  private static List<Path> jars(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

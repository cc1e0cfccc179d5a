package io.anabranch.cli;

import io.anabranch.runtime.ClassPath;
import io.anabranch.runtime.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where the platform is installed: a checkout with {@code target/dist/lib}, or a distribution with
 * {@code lib}; below it one folder of jars per kind of process.
 *
 * @param folder absolute
 */
record Home(Path folder) {
  Home {
    if (!folder.isAbsolute()) {
      throw new IllegalArgumentException("folder must be absolute: " + folder);
    }
  }

  /** The installation that the script {@code anabranch} was started from. */
  static Home current() {
    String folder = System.getProperty("anabranch.home");
    if (folder == null) {
      throw Problem.badInput(
          "The system property anabranch.home is missing: start with the script ./anabranch");
    }
    return new Home(Path.of(folder).toAbsolutePath().normalize());
  }

  /** Folder with {@code avro/}, {@code datasets/} and {@code lists/}. */
  Path schemas() {
    Path sources = folder.resolve("schemas/src/main");
    return Files.isDirectory(sources) ? sources : folder.resolve("schemas");
  }

  /** Whether the distribution holds this kind of process. */
  boolean has(String kind) {
    return Files.isDirectory(lib(kind));
  }

  /** The class path of a process that reads the jars of these kinds, in this order. */
  String classPath(String... kinds) {
    return ClassPath.of(Arrays.stream(kinds).map(this::present).toArray(Path[]::new));
  }

  /** The one jar of a kind whose name begins so. */
  Path jar(String kind, String prefix) {
    try (Stream<Path> jars = Files.list(present(kind))) {
      return jars.filter(jar -> jar.getFileName().toString().startsWith(prefix))
          .filter(jar -> jar.getFileName().toString().endsWith(".jar"))
          .max(Path::compareTo)
          .orElseThrow(() -> missing(lib(kind).resolve(prefix + "*.jar")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The archive of the classes of a kind of process. */
  ClassArchive classArchive(String kind) {
    return new ClassArchive(present(kind));
  }

  /** The JVM flags that a kind of process brings along in {@code jvm.flags}; empty without it. */
  List<String> flags(String kind) {
    Path file = lib(kind).resolve("jvm.flags");
    if (!Files.exists(file)) {
      return List.of();
    }
    try {
      return words(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The words of a text with flags, one per line or several. */
  static List<String> words(String text) {
    return Arrays.stream(text.strip().split("\\s+")).filter(word -> !word.isEmpty()).toList();
  }

  private Path lib(String kind) {
    Path distribution = folder.resolve("lib");
    Path libs =
        Files.isDirectory(distribution.resolve("cli"))
            ? distribution
            : folder.resolve("target/dist/lib");
    return libs.resolve(kind);
  }

  private Path present(String kind) {
    if (!has(kind)) {
      throw missing(lib(kind));
    }
    return lib(kind);
  }

  private Problem missing(Path what) {
    return Problem.unreachable(
        what + " is missing: build it with 'mvn -DskipTests package' in " + folder);
  }
}

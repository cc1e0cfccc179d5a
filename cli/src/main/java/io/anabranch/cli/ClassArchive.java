package io.anabranch.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * The archive of classes of a kind of process (Class Data Sharing): loaded and checked once when
 * the platform is built, mapped into memory by each process. A JVM that finds an archive of other
 * jars or of another JDK goes on without it.
 */
final class ClassArchive {
  private static final String QUIET = "-Xlog:cds=off,cds+dynamic=off,class+path=off";

  private final Path jars;
  private final Path file;

  /**
   * @param jars the folder of the kind's jars
   */
  ClassArchive(Path jars) {
    this.jars = jars;
    this.file = jars.resolve("classes.jsa");
  }

  /** The flags of a process that uses the archive; none while there is no archive. */
  List<String> flags() {
    return Files.exists(file) ? List.of("-XX:SharedArchiveFile=" + file, QUIET) : List.of();
  }

  /** Whether it was made after the last change of a jar. */
  boolean isCurrent() {
    try (Stream<Path> files = Files.list(jars)) {
      return Files.exists(file)
          && files
              .filter(jar -> jar.toString().endsWith(".jar"))
              .allMatch(jar -> jar.toFile().lastModified() <= file.toFile().lastModified());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where a process is told to record the archive. */
  Path unfinished() {
    return file.resolveSibling("classes.jsa.new");
  }

  /** Puts a recorded archive in place. */
  void publish() {
    try {
      Files.move(
          unfinished(), file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package io.anabranch.jobs.run;

import io.anabranch.jobs.store.Run;
import io.anabranch.jobs.store.Step;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The folders of runs: {@code <run>/workflow.xml} as it was when the run began, {@code
 * <run>/run.log}, for each step {@code <run>/<number>-<node>/} with its {@code log}, and for each
 * attempt of an {@code fs} action {@code <run>/done-<attempt>-<node>/} with what of it is done.
 */
public final class RunFolders {
  private final Path root;

  public RunFolders(Path root) {
    this.root = root.toAbsolutePath();
  }

  /** The folder of a run; it may not be there yet. */
  public Path of(String run) {
    return root.resolve(run);
  }

  /** The folder of a step, which is made if it is not there. */
  Path of(Step step) {
    Path folder = of(step.run()).resolve(step.number() + "-" + step.node());
    try {
      return Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a step wrote; the file may not be there. */
  public Path log(Step step) {
    return of(step.run()).resolve(step.number() + "-" + step.node()).resolve("log");
  }

  /**
   * The ids of the applications of Spark's that a step started, in the order of their starts. Each
   * of them notes its own, in the file that the step's process was told of.
   */
  public List<String> applications(Step step) {
    Path file = StepProcess.applications(of(step.run()).resolve(step.number() + "-" + step.node()));
    try {
      return Files.exists(file)
          ? Files.readAllLines(file).stream().filter(line -> !line.isBlank()).distinct().toList()
          : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What happened to a run, a line for each change; the file may not be there. */
  public Path log(String run) {
    return of(run).resolve("run.log");
  }

  /** Notes what happened to a run. A process that dies may have noted what it did not do. */
  public void note(Run run, Instant now, String what) {
    try {
      Files.createDirectories(of(run.id()));
      Files.writeString(
          log(run.id()),
          "%s %s%n".formatted(now, what),
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The definition that the run began with. */
  Optional<String> definition(Run run) {
    try {
      Path file = definitionFile(run);
      return Files.exists(file) ? Optional.of(Files.readString(file)) : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Keeps the definition that the run begins with. */
  void keepDefinition(Run run, String text) {
    Path file = definitionFile(run);
    try {
      Files.createDirectories(file.getParent());
      Path beside = file.resolveSibling("workflow.xml.new");
      Files.writeString(beside, text);
      Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Removes the folder of a run. */
  void remove(Run run) {
    Path folder = of(run.id());
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> tree = Files.walk(folder)) {
      for (Path each : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path definitionFile(Run run) {
    return of(run.id()).resolve("workflow.xml");
  }
}

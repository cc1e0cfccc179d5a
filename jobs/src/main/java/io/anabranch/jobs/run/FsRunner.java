package io.anabranch.jobs.run;

import io.anabranch.jobs.definition.XmlElement;
import io.anabranch.jobs.files.JobFiles;
import io.anabranch.runtime.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * Changes files, one change after the other. Each that is done gets a mark in the run's folder, and
 * who was cut off goes on behind the last mark: a delete that is done once more would remove what a
 * move brought after it. A change that was done and not marked any more is done again and changes
 * nothing; a move whose source is gone and whose target is there counts as done.
 *
 * <p>The marks are those of the run's attempt. So a retry goes on at the change that failed, for
 * the same reason. A rerun begins with the first change: somebody asks for the whole action then,
 * and its workflow may say something else.
 */
final class FsRunner implements ActionRunner {
  private final JobFiles files;

  FsRunner(JobFiles files) {
    this.files = files;
  }

  /**
   * {@inheritDoc}
   *
   * @throws UncheckedIOException if files do not answer: to be asked again
   */
  @Override
  public Execution start(ActionCall call) {
    Path marks = marks(call);
    List<XmlElement> changes = call.body().children();
    try {
      for (int i = 0; i < changes.size(); i++) {
        Path mark = marks.resolve(Integer.toString(i));
        if (!Files.exists(mark)) {
          apply(new FsChange(changes.get(i), call.body(), files), marks.resolve(i + "-begun"));
          make(mark);
        }
      }
      return ActionRunner.ended(Outcome.ok());
    } catch (Problem e) {
      return ActionRunner.ended(Outcome.error(e.getMessage()));
    }
  }

  /** What a pattern matched is gone once it was moved: that is told from nothing by a mark. */
  private static void apply(FsChange change, Path begun) {
    if (change.isMoveOfPattern() && !Files.exists(begun)) {
      change.requireSources();
      make(begun);
    }
    change.apply();
  }

  /** The same for all tries of an attempt, whose folders differ. */
  private static Path marks(ActionCall call) {
    String name = "done-%s-%s".formatted(call.step().attempt(), call.step().node());
    try {
      return Files.createDirectories(call.folder().resolveSibling(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** It is on disk when this returns, as what it stands for may be on other machines' disks. */
  private static void make(Path mark) {
    try (FileChannel file =
        FileChannel.open(mark, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      file.force(true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package io.anabranch.cli;

import io.anabranch.runtime.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code archive-classes}: the last step of the build. */
@Command(
    name = "archive-classes",
    hidden = true,
    mixinStandardHelpOptions = true,
    description = {
      "Records the classes that Spark needs, so that its processes start in half the time.",
      "Does nothing if that was done since the last change."
    },
    footer = {"%nExample:", "  anabranch archive-classes"})
final class ArchiveCommand implements Callable<Integer> {
  @Override
  public Integer call() throws IOException {
    Home home = Home.current();
    ClassArchive archive = home.classArchive("spark");
    if (archive.isCurrent()) {
      return 0;
    }
    Words.say("recording Spark's classes, so that it starts faster");
    Path scratch = Files.createTempDirectory("anabranch-archive");
    Instance instance = Instance.ensure(home, scratch);
    Files.deleteIfExists(archive.unfinished());
    int status = BatchCommand.job(instance, recording(instance, archive)).run().status();
    if (status != 0 || !Files.exists(archive.unfinished())) {
      throw Problem.failed("Spark's classes were not recorded; the log is in " + scratch);
    }
    archive.publish();
    FolderRemoval.remove(scratch);
    return 0;
  }

  private static Launch recording(Instance instance, ClassArchive archive) {
    Launch launch =
        new Launches(instance)
            .batchHere(List.of("exercise", "--schemas", instance.home().schemas().toString()));
    List<String> command = new ArrayList<>(launch.command());
    command.removeAll(archive.flags());
    command.add(1, "-XX:ArchiveClassesAtExit=" + archive.unfinished());
    return new Launch(command, launch.environment());
  }
}

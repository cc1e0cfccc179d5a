package io.anabranch.cli;

import io.anabranch.runtime.ExitStatus;
import io.anabranch.runtime.Problem;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command {@code anabranch}. */
@Command(
    name = "anabranch",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "A Lambda platform on the Hadoop stack whose two layers join exactly.",
    subcommands = {
      UpCommand.class,
      DownCommand.class,
      StatusCommand.class,
      DemoCommand.class,
      IngestCommand.class,
      BatchCommand.class,
      QueryCommand.class,
      VerifyCommand.class,
      CompareCommand.class,
      QuarantineCommand.class,
      QualityCommand.class,
      EraseCommand.class,
      ScheduleCommand.class,
      JobsCommand.class,
      UserCommand.class,
      SqlCommand.class,
      BeelineCommand.class,
      SparkSubmitCommand.class,
      DatasetCommand.class,
      RoleCommand.class,
      ArchiveCommand.class,
    },
    footer = {
      "%nThe main job from nothing: anabranch demo",
      "Help on a command: anabranch COMMAND --help",
      "Exit status: 0 done, 1 a check failed, 2 wrong usage or bad input, 3 a service is not"
          + " reachable."
    })
public final class Main extends Group {

  Main() {}

  public static void main(String[] arguments) {
    System.exit(execute(arguments));
  }

  /** Runs one command and returns its exit status. */
  static int execute(String... arguments) {
    return commandLine().execute(arguments);
  }

  static CommandLine commandLine() {
    CommandLine line = new CommandLine(new Main());
    line.setCaseInsensitiveEnumValuesAllowed(true);
    // a word of a workflow may be somebody's who must not read our files
    line.setExpandAtFiles(false);
    line.setExecutionExceptionHandler((exception, command, parsed) -> report(exception));
    for (String passThrough : List.of("ingest", "sql", "beeline", "spark-submit")) {
      line.getSubcommands().get(passThrough).setUnmatchedOptionsArePositionalParams(true);
    }
    // what follows is the application's, also where it is called as our own options are
    line.getSubcommands().get("spark-submit").setStopAtPositional(true);
    return line;
  }

  private static int report(Exception exception) {
    if (exception instanceof Problem problem) {
      Words.say(problem.getMessage());
      return problem.status().code();
    }
    Words.say("internal error: " + exception);
    exception.printStackTrace();
    return ExitStatus.FAILED.code();
  }
}

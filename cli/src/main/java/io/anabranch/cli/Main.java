package io.anabranch.cli;

import io.anabranch.runtime.ExitStatus;
import io.anabranch.runtime.Problem;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

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
    },
    footer = {
      "%nThe main job from nothing: anabranch demo",
      "Help on a command: anabranch COMMAND --help",
      "Exit status: 0 done, 1 a check failed, 2 wrong usage or bad input, 3 a service is not"
          + " reachable."
    })
public final class Main implements Runnable {
  @Spec private CommandSpec spec;

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
    line.setExecutionExceptionHandler((exception, command, parsed) -> report(exception));
    line.setUsageHelpLongOptionsMaxWidth(28);
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

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Name a command");
  }
}

package io.anabranch.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code spark-submit}: any Spark application on the platform's Spark. */
@Command(
    name = "spark-submit",
    mixinStandardHelpOptions = true,
    description = {
      "Submits a Spark application with the platform's Spark; the arguments are spark-submit's.",
      "--data or --config come before them."
    },
    footer = {
      "%nExample:",
      "  anabranch spark-submit --master 'local[2]' --class my.Main my.jar argument"
    })
final class SparkSubmitCommand implements Callable<Integer> {
  @Mixin private PlatformOptions options;

  @Parameters(arity = "1..*", paramLabel = "ARGUMENT", description = "arguments of spark-submit")
  private List<String> arguments;

  @Override
  public Integer call() {
    return new Launches(options.existing()).sparkSubmit(arguments).runInForeground();
  }
}

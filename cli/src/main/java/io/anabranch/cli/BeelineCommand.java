package io.anabranch.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code beeline}: Hive's own client, connected. */
@Command(
    name = "beeline",
    mixinStandardHelpOptions = true,
    description = "Opens Hive's client on HiveServer2; its own arguments are passed on.",
    footer = {"%nExamples:", "  anabranch beeline", "  anabranch beeline -e \"show tables\""})
final class BeelineCommand implements Callable<Integer> {
  @Mixin private PlatformOptions options;

  @Parameters(arity = "0..*", paramLabel = "ARGUMENT", description = "arguments of Beeline")
  private List<String> arguments = List.of();

  @Override
  public Integer call() {
    return new Launches(options.existing()).beeline(arguments).runInForeground();
  }
}

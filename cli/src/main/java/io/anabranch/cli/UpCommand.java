package io.anabranch.cli;

import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code up}: starts what does not run. */
@Command(
    name = "up",
    description = {
      "Starts the stack and the layers on this machine and waits until they serve.",
      "What runs already is left alone, so it may be called at any time."
    },
    footer = {
      "%nExamples:",
      "  anabranch up                     data in ./data, ports chosen once",
      "  anabranch up --data /srv/river   a second instance beside it",
    })
final class UpCommand implements Callable<Integer> {
  @Mixin private CommonOptions common;
  @Mixin private PlatformOptions options;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "600",
      description = "how long the services may take (default: ${DEFAULT-VALUE})")
  private long timeoutSeconds;

  @Override
  public Integer call() {
    Instance instance = options.ensure();
    Duration took = new PlatformStart(instance, Duration.ofSeconds(timeoutSeconds)).run();
    Words.say("everything is ready (%.1f s)".formatted(took.toMillis() / 1000.0));
    if (common.json()) {
      System.out.println(Json.line(StatusReport.of(instance).toJson()));
    } else {
      System.out.print(Overview.of(instance));
    }
    return 0;
  }
}

package io.anabranch.cli;

import io.anabranch.runtime.ExitStatus;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code status}: what runs, and how far the datasets are. */
@Command(
    name = "status",
    description = {
      "Shows each service and each dataset.",
      "Exit status 0 if every service is ready, 3 if one is not."
    },
    footer = {"%nExamples:", "  anabranch status", "  anabranch status --json"})
final class StatusCommand implements Callable<Integer> {
  @Mixin private CommonOptions common;
  @Mixin private PlatformOptions options;

  @Override
  public Integer call() {
    Instance instance = options.existing();
    StatusReport report = StatusReport.of(instance);
    if (common.json()) {
      System.out.println(Json.line(report.toJson()));
    } else {
      System.out.print(report.toText() + "\n" + Overview.of(instance));
    }
    return (report.allReady() ? ExitStatus.DONE : ExitStatus.UNREACHABLE).code();
  }
}

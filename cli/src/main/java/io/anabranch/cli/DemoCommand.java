package io.anabranch.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.anabranch.runtime.ExitStatus;
import io.anabranch.runtime.Problem;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code demo}: the main job from nothing. */
@Command(
    name = "demo",
    description = {
      "The main job from nothing: starts everything, streams both datasets, runs the batch layer"
          + " while records flow, verifies, prints a summary and the page's address.",
      "Ctrl-C stops it, or --exit; the data stays."
    },
    footer = {
      "%nExamples:",
      "  anabranch demo",
      "  anabranch demo --records 100000 --rate 2000 --exit --json",
    })
final class DemoCommand implements Callable<Integer> {
  @Mixin private CommonOptions common;
  @Mixin private PlatformOptions options;

  @Option(
      names = "--records",
      paramLabel = "N",
      defaultValue = "60000",
      description = "records per dataset (default: ${DEFAULT-VALUE})")
  private long records;

  @Option(
      names = "--rate",
      paramLabel = "R",
      defaultValue = "500",
      description = "records per second and dataset (default: ${DEFAULT-VALUE})")
  private double rate;

  @Option(names = "--exit", description = "stop the platform at the end")
  private boolean exit;

  @Override
  public Integer call() {
    if (records < 1 || !(rate >= 1)) {
      throw Problem.badInput("--records and --rate must be 1 or more");
    }
    Instance instance = options.ensure();
    Thread stop = new Thread(() -> new PlatformStop(instance).run(), "stop the platform");
    try {
      ObjectNode summary = new Demo(instance, records, rate).run();
      String page = instance.platform().serving().toString();
      System.out.print(common.json() ? Json.line(summary) + "\n" : DemoSummary.text(summary, page));
      if (!exit) {
        Runtime.getRuntime().addShutdownHook(stop);
        awaitInterrupt();
      }
      boolean same = DemoSummary.differences(summary) == 0;
      return (same ? ExitStatus.DONE : ExitStatus.FAILED).code();
    } finally {
      if (exit) {
        Words.say("stopping the platform");
        new PlatformStop(instance).run();
      }
    }
  }

  private static void awaitInterrupt() {
    Words.say("the platform runs on; Ctrl-C stops it");
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

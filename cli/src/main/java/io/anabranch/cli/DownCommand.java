package io.anabranch.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code down}: stops everything in order. */
@Command(
    name = "down",
    description = "Stops the layers, then Hive, then the stack. The data stays.",
    footer = {"%nExample:", "  anabranch down --data /srv/river"})
final class DownCommand implements Callable<Integer> {
  @Mixin private CommonOptions common;
  @Mixin private PlatformOptions options;

  @Override
  public Integer call() {
    Instance instance = options.existing();
    Words.say("stopping what runs on " + instance.data().folder());
    List<String> stopped = new PlatformStop(instance).run();
    Words.say(stopped.isEmpty() ? "nothing was running" : "stopped " + String.join(", ", stopped));
    if (common.json()) {
      var json = Json.object();
      stopped.forEach(json.putArray("stopped")::add);
      System.out.println(Json.line(json));
    }
    return 0;
  }
}

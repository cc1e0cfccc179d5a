package io.anabranch.batch;

import io.anabranch.runtime.ExitStatus;
import io.anabranch.runtime.HistorySettings;
import io.anabranch.runtime.PlatformSettings;
import io.anabranch.runtime.Problem;
import io.anabranch.runtime.Program;
import io.anabranch.runtime.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.deploy.history.HistoryServer;

/**
 * Spark's History Server over the platform's event logs: {@code HistoryMain --config FILE}. It runs
 * until it is ended; it only reads.
 */
public final class HistoryMain {
  private HistoryMain() {}

  public static void main(String[] arguments) {
    Program.run(() -> run(arguments));
  }

  private static ExitStatus run(String[] arguments) {
    if (arguments.length != 2 || !arguments[0].equals("--config")) {
      throw Problem.badInput("usage: io.anabranch.batch.HistoryMain --config FILE");
    }
    Settings settings = Settings.read(Path.of(arguments[1]));
    PlatformSettings platform = settings.section("platform", PlatformSettings.class);
    HistorySettings history = settings.section("history", HistorySettings.class);
    try {
      new EventLogFolder(platform.sparkEvents()).make();
    } catch (IOException e) {
      throw Problem.unreachable(
          "HDFS at %s does not answer (%s): start the stack with 'anabranch up'"
              .formatted(platform.hdfs(), e.getMessage()),
          e);
    }
    options(platform, history).forEach(System::setProperty);
    HistoryServer.main(new String[0]);
    return ExitStatus.DONE;
  }

  private static Map<String, String> options(PlatformSettings platform, HistorySettings history) {
    return Map.of(
        "spark.history.fs.logDirectory", platform.sparkEvents(),
        "spark.history.ui.port", Integer.toString(history.address().getPort()),
        // elsewhere nobody would look for it
        "spark.port.maxRetries", "0",
        "spark.history.fs.update.interval", "5s",
        "spark.history.retainedApplications", "10");
  }
}

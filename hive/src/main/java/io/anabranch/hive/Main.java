package io.anabranch.hive;

import io.anabranch.runtime.ExitStatus;
import io.anabranch.runtime.PlatformSettings;
import io.anabranch.runtime.Problem;
import io.anabranch.runtime.Program;
import io.anabranch.runtime.Settings;

/**
 * {@code Main --config FILE [--parent PID] [metastore|server]}: runs the metastore and HiveServer2,
 * or one of them, in the foreground until SIGTERM; with a parent also until that process ends.
 */
public final class Main {
  private Main() {}

  /**
   * Ends with 143 after SIGTERM, 1 if a daemon died, 2 for bad input, 3 if one could not be
   * started.
   */
  public static void main(String[] args) {
    System.setProperty("log4j2.configurationFile", "anabranch-hive-log4j2.xml");
    System.setProperty("log4j.configuration", "anabranch-hive-log4j1.properties");
    Program.run(() -> run(Arguments.parse(args)));
  }

  private static ExitStatus run(Arguments arguments) throws Exception {
    arguments.parent().ifPresent(Main::follow);
    Settings settings = Settings.read(arguments.config());
    Daemons daemons =
        new Daemons(
            arguments,
            settings.section("platform", PlatformSettings.class),
            settings.section("hive", HiveSettings.class));
    throw Problem.failed("Hive ended by itself, the log says why: " + daemons.run());
  }

  private static void follow(long pid) {
    var unused =
        ProcessHandle.of(pid)
            .orElseThrow(() -> Problem.badInput("The parent process " + pid + " does not run"))
            .onExit()
            .thenRun(() -> System.exit(0));
  }
}

package io.anabranch.speed;

import io.anabranch.runtime.Problem;
import io.anabranch.runtime.Program;
import io.anabranch.runtime.Settings;
import java.nio.file.Path;

/** {@code Main --config FILE}, by SparkSubmit: runs the speed layer until the process is ended. */
public final class Main {
  private Main() {}

  /** Ends with 0 after SIGTERM, 1 if Spark failed, 2 for bad input, 3 if a port is in use. */
  public static void main(String[] args) {
    Program.run(
        () -> {
          if (args.length != 2 || !args[0].equals("--config")) {
            throw Problem.badInput("Usage: Main --config FILE");
          }
          return SpeedLayer.run(Settings.read(Path.of(args[1])));
        });
  }
}

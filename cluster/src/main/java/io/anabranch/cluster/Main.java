package io.anabranch.cluster;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * {@code Main stack|<role> --config FILE [--parent PID]}: runs the whole stack, or one daemon, in
 * the foreground until SIGTERM; with a parent also until that process ends.
 */
public final class Main {
  private static final String USAGE = "Usage: Main stack|<role> --config FILE [--parent PID]";

  private Main() {}

  /** Ends with 143 after SIGTERM, 1 if a daemon died, 2 for bad input, 3 if one did not start. */
  public static void main(String[] args) {
    System.setProperty("log4j2.configurationFile", "anabranch-stack-log4j2.xml");
    try {
      run(args);
    } catch (StackProblem problem) {
      end(problem.status(), problem.getMessage());
    } catch (Exception | LinkageError e) {
      e.printStackTrace();
      end(3, "internal error: " + e);
    }
  }

  private static void run(String[] args) throws Exception {
    if (args.length % 2 == 0 || args.length < 3 || args.length > 5) {
      throw StackProblem.badInput(USAGE);
    }
    List<Role> roles = Role.named(args[0]);
    StackSettings settings = StackSettings.read(Path.of(option(args, "--config")), System.getenv());
    if (args.length == 5) {
      Parent.follow(Long.parseLong(option(args, "--parent")));
    }
    Preflight.check(settings, roles);
    Daemons.run(settings, roles);
  }

  private static String option(String[] args, String name) {
    for (int i = 1; i < args.length; i += 2) {
      if (args[i].equals(name)) {
        return args[i + 1];
      }
    }
    throw StackProblem.badInput(USAGE);
  }

  /** Says why and ends the JVM, whatever the daemons' threads still do. */
  static void end(int status, String why) {
    System.err.println("anabranch: " + why);
    haltInTheEnd(status);
    System.exit(status);
  }

  /** A shutdown hook of some daemon may hang: the JVM ends all the same, within 20 s from now. */
  static void haltInTheEnd(int status) {
    Thread halt = new Thread(() -> haltLater(status), "halt");
    halt.setDaemon(true);
    halt.start();
  }

  private static void haltLater(int status) {
    try {
      TimeUnit.SECONDS.sleep(20);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(status);
  }
}

package io.anabranch.runtime;

import java.util.logging.Level;
import java.util.logging.Logger;

/** The frame of every {@code main}: problems become a line on standard error and an exit status. */
public final class Program {
  /** What a process does; it returns its exit status. */
  @FunctionalInterface
  public interface Body {
    ExitStatus run() throws Exception;
  }

  private Program() {}

  /** Runs the body and ends the JVM, whatever other threads still do. */
  public static void run(Body body) {
    System.exit(status(body).code());
  }

  /** Runs the body; a {@link Problem} is told in one line, anything else also with its trace. */
  static ExitStatus status(Body body) {
    try {
      return body.run();
    } catch (Problem problem) {
      System.err.println("anabranch: " + problem.getMessage());
      return problem.status();
    } catch (Exception | LinkageError | AssertionError unexpected) {
      System.err.println("anabranch: internal error: " + unexpected);
      Logger.getLogger(Program.class.getName()).log(Level.SEVERE, "internal error", unexpected);
      return ExitStatus.FAILED;
    }
  }
}

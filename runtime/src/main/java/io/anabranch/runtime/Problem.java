package io.anabranch.runtime;

/**
 * An error that the user can act on: the message names the value, what was expected and the next
 * step. It is shown without a stack trace, and the process ends with its {@link ExitStatus}.
 */
public final class Problem extends RuntimeException {
  private final ExitStatus status;

  private Problem(ExitStatus status, String message, Throwable cause) {
    super(message, cause);
    this.status = status;
  }

  /** A check ran and failed: a difference, a failed job. Exit status 1. */
  public static Problem failed(String message) {
    return new Problem(ExitStatus.FAILED, message, null);
  }

  /** Wrong usage or bad input. Exit status 2. */
  public static Problem badInput(String message) {
    return new Problem(ExitStatus.BAD_INPUT, message, null);
  }

  /** Wrong usage or bad input, found by another exception. Exit status 2. */
  public static Problem badInput(String message, Throwable cause) {
    return new Problem(ExitStatus.BAD_INPUT, message, cause);
  }

  /** A service that is needed does not answer, or cannot be started. Exit status 3. */
  public static Problem unreachable(String message) {
    return new Problem(ExitStatus.UNREACHABLE, message, null);
  }

  /** A service that is needed does not answer, or cannot be started. Exit status 3. */
  public static Problem unreachable(String message, Throwable cause) {
    return new Problem(ExitStatus.UNREACHABLE, message, cause);
  }

  /** How the process ends because of this problem. */
  public ExitStatus status() {
    return status;
  }
}

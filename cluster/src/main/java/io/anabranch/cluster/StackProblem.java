package io.anabranch.cluster;

/**
 * An error that the user can act on: the message names the value, what was expected and the next
 * step. It is shown in one line, and the process ends with its status.
 */
public final class StackProblem extends RuntimeException {
  private final int status;

  private StackProblem(int status, String message, Throwable cause) {
    super(message, cause);
    this.status = status;
  }

  /** Wrong usage or a bad settings file. Exit status 2. */
  public static StackProblem badInput(String message) {
    return new StackProblem(2, message, null);
  }

  /** A service could not be started, or did not become ready. Exit status 3. */
  public static StackProblem unreachable(String message) {
    return new StackProblem(3, message, null);
  }

  /** A service could not be started, or did not become ready. Exit status 3. */
  public static StackProblem unreachable(String message, Throwable cause) {
    return new StackProblem(3, message, cause);
  }

  /** The exit status of the process. */
  public int status() {
    return status;
  }
}

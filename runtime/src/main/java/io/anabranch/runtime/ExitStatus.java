package io.anabranch.runtime;

/** How a command ends. The codes are part of the command's contract. */
public enum ExitStatus {
  /** The command did what it was asked. */
  DONE(0),
  /** A check ran and failed: a difference, a failed job. */
  FAILED(1),
  /** Wrong usage or bad input. */
  BAD_INPUT(2),
  /** A service is not reachable or could not be started. */
  UNREACHABLE(3);

  private final int code;

  ExitStatus(int code) {
    this.code = code;
  }

  /** The process's exit code, 0 to 3. */
  public int code() {
    return code;
  }
}

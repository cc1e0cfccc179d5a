package io.anabranch.jobs.run;

import java.util.Map;

/**
 * How an action ended.
 *
 * @param message what went wrong, empty if nothing did
 * @param data what it wrote as its output
 */
public record Outcome(Kind kind, String message, Map<String, String> data) {
  /** How. */
  public enum Kind {
    OK,
    ERROR,
    /** Nobody knows: its process is gone and left no status, as after the end of the machine. */
    LOST
  }

  /** A success without output. */
  public static Outcome ok() {
    return new Outcome(Kind.OK, "", Map.of());
  }

  /** A failure. */
  public static Outcome error(String message) {
    return new Outcome(Kind.ERROR, message, Map.of());
  }
}

package io.anabranch.hbase;

import io.anabranch.runtime.Problem;
import java.io.IOException;
import org.apache.hadoop.hbase.TableNotFoundException;

/**
 * A call to HBase, whose failures become problems with a next step. The client has already retried;
 * whether a write that failed was applied is unknown, and writing it again is harmless.
 */
final class HBaseCall {
  /** What is asked of HBase. */
  @FunctionalInterface
  interface Body<T> {
    T run() throws IOException;
  }

  /** What is asked of HBase without an answer. */
  @FunctionalInterface
  interface Action {
    void run() throws IOException;
  }

  private HBaseCall() {}

  static <T> T ask(Body<T> body) {
    try {
      return body.run();
    } catch (IOException e) {
      throw problem(e);
    }
  }

  static void run(Action action) {
    ask(
        () -> {
          action.run();
          return null;
        });
  }

  /** The problem that a failure is for the user. */
  static Problem problem(Exception e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof TableNotFoundException) {
        return Problem.unreachable(
            "HBase has no table "
                + cause.getMessage()
                + ": start the layer that makes it ('anabranch up'), or name an existing version",
            e);
      }
    }
    String words = e.getMessage() == null ? e.toString() : e.getMessage().lines().findFirst().get();
    return Problem.unreachable(
        "HBase does not answer (%s): see 'anabranch status', or start it with 'anabranch up'"
            .formatted(words),
        e);
  }
}

package io.anabranch.batch;

import io.anabranch.runtime.Problem;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tells a file that Spark cannot read from its other failures. */
final class Unreadable {
  private static final Pattern FILE = Pattern.compile("reading file (\\S+?)\\.?(\\s|$)");

  private Unreadable() {}

  /** The problem with a file, if that is what the error or one of its causes is. */
  static Optional<Problem> problem(Throwable error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      String message = String.valueOf(cause.getMessage());
      Matcher file = FILE.matcher(message);
      if (message.contains("FAILED_READ_FILE") && file.find()) {
        Throwable why = cause.getCause() == null ? cause : cause.getCause();
        return Optional.of(
            Problem.failed(
                "cannot read the file %s (%s): start again if records were being erased, or restore it from a copy"
                    .formatted(file.group(1), why.getMessage())));
      }
    }
    return Optional.empty();
  }
}

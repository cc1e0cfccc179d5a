package io.anabranch.speed;

import io.anabranch.runtime.Problem;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The Spark master of a process that folds alone: tasks without a slot would wait in silence. */
final class LocalMaster {
  /** What spark-submit says for whoever says nothing. */
  static final String ANY = "local[*]";

  private static final Pattern LOCAL = Pattern.compile("local(?:\\[(\\d+)(?:,\\s*\\d+)?])?");

  private LocalMaster() {}

  /**
   * The master with as many slots as are needed, or the given one if it has them.
   *
   * @param given Spark's word for it, such as {@code local[12]}, or {@link #ANY} to leave the
   *     number to us
   * @throws Problem if it is another process, or has too few
   */
  static String of(String given, int needed) {
    if (given.equals(ANY)) {
      return "local[" + needed + "]";
    }
    Matcher local = LOCAL.matcher(given);
    if (!local.matches()) {
      throw Problem.badInput(
          "spark.master is '%s': the speed layer folds in one JVM, submit it with %s or local[%s]"
              .formatted(given, ANY, needed));
    }
    int slots = local.group(1) == null ? 1 : Integer.parseInt(local.group(1));
    if (slots < needed) {
      throw Problem.badInput(
          "%s has too few slots, the topics' partitions and Spark itself need %s: submit with %s or local[%s]"
              .formatted(given, needed, ANY, needed));
    }
    return given;
  }
}

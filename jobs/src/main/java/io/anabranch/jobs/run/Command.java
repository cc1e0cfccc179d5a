package io.anabranch.jobs.run;

import java.util.List;
import java.util.Map;

/**
 * A process to start.
 *
 * @param words program and arguments
 * @param environment what it gets on top of ours
 * @param output whether its standard output is data (a properties file) beside being logged
 */
record Command(List<String> words, Map<String, String> environment, Output output) {
  /** What standard output is. */
  enum Output {
    LOG,
    DATA
  }
}

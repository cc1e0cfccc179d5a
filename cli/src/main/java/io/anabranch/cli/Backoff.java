package io.anabranch.cli;

import java.time.Duration;

/**
 * Pauses before restarts: each twice the one before, up to a greatest one.
 *
 * @param first before the first restart
 * @param greatest never longer than this
 * @param calm a process that lived so long begins with the first pause again
 */
record Backoff(Duration first, Duration greatest, Duration calm) {
  static final Backoff STANDARD =
      new Backoff(Duration.ofMillis(500), Duration.ofSeconds(30), Duration.ofMinutes(1));

  Backoff {
    if (first.isNegative() || first.isZero() || greatest.compareTo(first) < 0) {
      throw new IllegalArgumentException("first must be positive and at most greatest");
    }
  }

  /** The pause after so many deaths in a row (at least 1). */
  Duration pause(int deaths) {
    long factor = 1L << Math.min(deaths - 1, 20);
    Duration pause = first.multipliedBy(factor);
    return pause.compareTo(greatest) < 0 ? pause : greatest;
  }
}

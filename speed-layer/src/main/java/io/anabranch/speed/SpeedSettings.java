package io.anabranch.speed;

import io.anabranch.runtime.Default;
import java.time.Duration;

/**
 * The section {@code speed}.
 *
 * @param mode how Spark runs the queries
 * @param healthPort where {@code GET /health} is answered, on loopback
 * @param flushInterval how long a record waits at most before its deltas are written, while the
 *     layer keeps up
 * @param batchDuration length of a batch in real-time mode; at its end latency rises for a moment
 */
record SpeedSettings(
    @Default("real-time") Mode mode,
    int healthPort,
    @Default("PT0.1S") Duration flushInterval,
    @Default("PT5M") Duration batchDuration) {
  /** How Spark runs a query. */
  enum Mode {
    REAL_TIME,
    MICRO_BATCH;

    /** As it stands in the settings file. */
    String text() {
      return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
  }

  SpeedSettings {
    if (flushInterval.isNegative() || flushInterval.compareTo(Duration.ofMinutes(1)) > 0) {
      throw new IllegalArgumentException(
          "speed.flush-interval is %s, expected PT0S to PT1M".formatted(flushInterval));
    }
    if (batchDuration.compareTo(Duration.ofSeconds(5)) < 0) {
      throw new IllegalArgumentException(
          "speed.batch-duration is %s, expected PT5S or more".formatted(batchDuration));
    }
  }
}

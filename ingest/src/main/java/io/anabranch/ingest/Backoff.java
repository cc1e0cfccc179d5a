package io.anabranch.ingest;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before another attempt: a random part of a limit that doubles, so that many who
 * failed together do not come again together. Source: M. Brooker, "Exponential Backoff And Jitter"
 * (2015), full jitter.
 *
 * @param first the limit before the second attempt
 * @param most the greatest limit
 * @param attempts how many attempts there are in all
 */
record Backoff(Duration first, Duration most, int attempts) {
  /** Five minutes in the mean until it gives up. */
  static final Backoff USUAL = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(2), 10);

  private static final int MOST_DOUBLINGS = 20;

  Backoff {
    if (first.isNegative() || first.compareTo(most) > 0) {
      throw new IllegalArgumentException(
          "Invalid first: %s (must be 0 to %s)".formatted(first, most));
    }
    if (attempts < 1) {
      throw new IllegalArgumentException("Invalid attempts: %s (must be > 0)".formatted(attempts));
    }
  }

  /**
   * The time to wait.
   *
   * @param failed how many attempts have failed, from 1
   */
  Duration pause(int failed, RandomGenerator random) {
    long limitMs = first.toMillis() << Math.min(MOST_DOUBLINGS, failed - 1);
    return Duration.ofMillis(random.nextLong(Math.min(most.toMillis(), limitMs) + 1));
  }
}

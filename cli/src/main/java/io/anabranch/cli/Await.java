package io.anabranch.cli;

import io.anabranch.runtime.Problem;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Waits for a condition that only asking tells. */
final class Await {
  private static final Duration POLL = Duration.ofMillis(300);

  private Await() {}

  /**
   * Asks again and again until the condition holds.
   *
   * @throws Problem status 3 with the message if it does not hold in time
   */
  static void until(BooleanSupplier condition, Duration patience, String tooLate) {
    long end = System.nanoTime() + patience.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw Problem.unreachable(tooLate);
      }
      pause();
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Problem.failed("Interrupted");
    }
  }
}

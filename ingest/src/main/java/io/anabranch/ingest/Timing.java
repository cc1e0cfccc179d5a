package io.anabranch.ingest;

import java.io.InterruptedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** The time, and waiting for it to pass. */
interface Timing {
  Instant now();

  /** Returns once so much time has passed; at once if that is none. */
  void pause(Duration duration) throws InterruptedIOException;

  /** The machine's. */
  static Timing system() {
    return new Timing() {
      @Override
      public Instant now() {
        return Clock.systemUTC().instant();
      }

      @Override
      public void pause(Duration duration) throws InterruptedIOException {
        try {
          Thread.sleep(Math.max(0, duration.toMillis()));
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new InterruptedIOException("interrupted while waiting");
        }
      }
    };
  }
}

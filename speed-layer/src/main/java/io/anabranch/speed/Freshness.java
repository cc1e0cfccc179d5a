package io.anabranch.speed;

import java.time.Clock;
import java.time.Duration;
import org.HdrHistogram.Histogram;

/**
 * How long records took from the log-append time to the acknowledged write of their deltas, since
 * the start and over a sliding window of the last minute. Milliseconds, two digits. Safe for
 * several threads.
 */
final class Freshness {
  /** Records and latencies of a time; 0 where there was no record. */
  record Reading(long records, double recordsPerSecond, long p50Ms, long p99Ms, long maxMs) {}

  private static final int SLOTS = 12;
  private static final long SLOT_MS = 5_000;
  private static final int DIGITS = 2;

  private final Clock clock;
  private final long startMs;
  private final Histogram whole = new Histogram(DIGITS);
  private final Histogram[] slots = new Histogram[SLOTS];
  private final long[] slotNumbers = new long[SLOTS];

  Freshness(Clock clock) {
    this.clock = clock;
    this.startMs = clock.millis();
    for (int i = 0; i < SLOTS; i++) {
      slots[i] = new Histogram(DIGITS);
    }
  }

  /** Takes in records that were made readable now, by their log-append times. */
  synchronized void readable(long[] appendedMs) {
    long now = clock.millis();
    long number = now / SLOT_MS;
    int slot = (int) (number % SLOTS);
    if (slotNumbers[slot] != number) {
      slotNumbers[slot] = number;
      slots[slot].reset();
    }
    for (long appended : appendedMs) {
      // The broker's clock may run ahead of ours.
      long latency = Math.max(0, now - appended);
      whole.recordValue(latency);
      slots[slot].recordValue(latency);
    }
  }

  synchronized Reading sinceStart() {
    return reading(whole, Duration.ofMillis(Math.max(1, clock.millis() - startMs)));
  }

  synchronized Reading lastMinute() {
    long now = clock.millis();
    long newest = now / SLOT_MS;
    Histogram window = new Histogram(DIGITS);
    for (int i = 0; i < SLOTS; i++) {
      if (slotNumbers[i] > newest - SLOTS) {
        window.add(slots[i]);
      }
    }
    long fullMs = (SLOTS - 1) * SLOT_MS + now % SLOT_MS;
    return reading(window, Duration.ofMillis(Math.max(1, Math.min(fullMs, now - startMs))));
  }

  private static Reading reading(Histogram histogram, Duration over) {
    long records = histogram.getTotalCount();
    return new Reading(
        records,
        1000.0 * records / over.toMillis(),
        histogram.getValueAtPercentile(50),
        histogram.getValueAtPercentile(99),
        histogram.getMaxValue());
  }
}

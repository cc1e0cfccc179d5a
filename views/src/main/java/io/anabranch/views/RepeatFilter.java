package io.anabranch.views;

import java.time.Duration;

/**
 * Tells repeats of one partition: a record is a repeat if an earlier record of its partition has
 * the same identity and was appended to the log no longer than the horizon before it. The answer
 * depends on positions alone, so a replay that starts from the same state decides the same. An
 * identity within the horizon takes 34 to 48 bytes of the memory that the filter was given, and
 * twice that while the table grows; identities beyond the horizon are forgotten then.
 *
 * <p>Not safe for several threads.
 */
public final class RepeatFilter {
  private static final int FIRST_CAPACITY = 1 << 12;

  private final Duration horizon;
  private final long horizonMs;
  private final LongMemory memory;
  private IdentityTable table;
  private long latestMs;

  /** A filter that keeps its identities on the heap. */
  public RepeatFilter(Duration horizon) {
    this(horizon, LongMemory.HEAP);
  }

  /**
   * An empty filter.
   *
   * @param memory where it keeps its identities
   */
  public RepeatFilter(Duration horizon, LongMemory memory) {
    this.horizon = horizon;
    this.horizonMs = horizon.toMillis();
    this.memory = memory;
    this.table = new IdentityTable(memory, FIRST_CAPACITY);
  }

  /** How far back repeats are looked for. */
  public Duration horizon() {
    return horizon;
  }

  /** Whether the record is a repeat of one that was seen; it is seen itself from now on. */
  public boolean isRepeat(long high, long low, long appendedMs) {
    if (table.isFull()) {
      grow();
    }
    latestMs = Math.max(latestMs, appendedMs);
    long seenMs = table.put(high, low, Math.max(1, appendedMs));
    return isWithin(seenMs, appendedMs);
  }

  /** Whether a record that is appended then would be a repeat; nothing is seen. */
  public boolean wouldRepeat(long high, long low, long appendedMs) {
    return isWithin(table.get(high, low), appendedMs);
  }

  /** How many identities are kept, some of which may lie beyond the horizon. */
  public long size() {
    return table.size();
  }

  /** A time of 0 is none: no record is appended in 1970. */
  private boolean isWithin(long seenMs, long appendedMs) {
    return seenMs != 0 && appendedMs - seenMs <= horizonMs;
  }

  private void grow() {
    long live = table.count(ms -> isWithin(ms, latestMs));
    IdentityTable next = new IdentityTable(memory, Math.max(FIRST_CAPACITY, 2 * live));
    table.forEach(
        (high, low, ms) -> {
          if (isWithin(ms, latestMs)) {
            next.put(high, low, ms);
          }
        });
    table = next;
  }
}

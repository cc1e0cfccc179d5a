package io.anabranch.views;

import java.time.Duration;

/**
 * Tells repeats of one partition: a record is a repeat if an earlier record of its partition has
 * the same identity and was appended to the log no longer than the horizon before it. The answer
 * depends on positions alone, so a replay that starts from the same state decides the same. 48 to
 * 96 bytes of heap for an identity within the horizon; identities beyond it are forgotten when the
 * table grows.
 */
public final class RepeatFilter {
  private static final int SLOT = 3;
  private static final int FIRST_CAPACITY = 1 << 12;

  private final long horizonMs;
  private long[] slots = new long[FIRST_CAPACITY * SLOT];
  private int used;
  private long latestMs;

  public RepeatFilter(Duration horizon) {
    this.horizonMs = horizon.toMillis();
  }

  /** Whether the record is a repeat of one that was seen; it is seen itself from now on. */
  public boolean isRepeat(long high, long low, long appendedMs) {
    if (2 * used >= slots.length / SLOT) {
      grow();
    }
    latestMs = Math.max(latestMs, appendedMs);
    int slot = find(slots, high, low);
    // A slot is free while its time is 0: no record is appended in 1970.
    boolean seen = slots[slot + 2] != 0;
    boolean repeat = seen && appendedMs - slots[slot + 2] <= horizonMs;
    if (!seen) {
      used++;
    }
    slots[slot] = high;
    slots[slot + 1] = low;
    slots[slot + 2] = Math.max(1, Math.max(appendedMs, slots[slot + 2]));
    return repeat;
  }

  /** Whether a record that is appended then would be a repeat; nothing is seen. */
  public boolean wouldRepeat(long high, long low, long appendedMs) {
    long seenMs = slots[find(slots, high, low) + 2];
    return seenMs != 0 && appendedMs - seenMs <= horizonMs;
  }

  /** How many identities are kept, some of which may lie beyond the horizon. */
  public int size() {
    return used;
  }

  private static int find(long[] slots, long high, long low) {
    int capacity = slots.length / SLOT;
    int index = (int) (low ^ (low >>> 32)) & (capacity - 1);
    while (slots[index * SLOT + 2] != 0
        && (slots[index * SLOT] != high || slots[index * SLOT + 1] != low)) {
      index = (index + 1) & (capacity - 1);
    }
    return index * SLOT;
  }

  private void grow() {
    int live = 0;
    for (int i = 2; i < slots.length; i += SLOT) {
      live += isLive(slots[i]) ? 1 : 0;
    }
    int capacity = FIRST_CAPACITY;
    while (capacity < 4 * live) {
      capacity *= 2;
    }
    long[] next = new long[capacity * SLOT];
    for (int i = 0; i < slots.length; i += SLOT) {
      if (isLive(slots[i + 2])) {
        System.arraycopy(slots, i, next, find(next, slots[i], slots[i + 1]), SLOT);
      }
    }
    slots = next;
    used = live;
  }

  private boolean isLive(long appendedMs) {
    return appendedMs != 0 && latestMs - appendedMs <= horizonMs;
  }
}

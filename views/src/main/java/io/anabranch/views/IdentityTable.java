package io.anabranch.views;

import java.nio.LongBuffer;
import java.util.function.LongPredicate;

/**
 * Identities and the latest time of each, by open addressing with slots of 24 bytes. Slots are in
 * the order of the identities' hashes, so that filling one table from another goes through the
 * memory of both from end to end. A slot is free while its time is 0.
 */
final class IdentityTable {
  private static final int SLOT = 3;
  private static final int SLOTS_PER_CHUNK = 1 << 16;
  private static final long SPREAD = 0x9E3779B97F4A7C15L;

  private final LongBuffer[] chunks;
  private final long capacity;
  private final long most;
  private long used;

  /** What is kept of an identity. */
  @FunctionalInterface
  interface Visitor {
    void visit(long high, long low, long ms);
  }

  /**
   * An empty table.
   *
   * @param capacity slots; seven tenths of them may be used
   */
  IdentityTable(LongMemory memory, long capacity) {
    this.capacity = capacity;
    this.most = capacity / 10 * 7;
    this.chunks = new LongBuffer[Math.toIntExact((capacity - 1) / SLOTS_PER_CHUNK + 1)];
    for (int i = 0; i < chunks.length; i++) {
      long left = capacity - (long) i * SLOTS_PER_CHUNK;
      chunks[i] = memory.allocate(SLOT * (int) Math.min(SLOTS_PER_CHUNK, left));
    }
  }

  boolean isFull() {
    return used >= most;
  }

  long size() {
    return used;
  }

  /** The identity's time, 0 if it is not there. */
  long get(long high, long low) {
    return time(find(high, low));
  }

  /**
   * Keeps the later of the time given and the one that is there.
   *
   * @param ms more than 0
   * @return the time that was there, 0 for none
   */
  long put(long high, long low, long ms) {
    long slot = find(high, low);
    long before = time(slot);
    LongBuffer chunk = chunk(slot);
    int at = offset(slot);
    if (before == 0) {
      used++;
      chunk.put(at, high);
      chunk.put(at + 1, low);
    }
    chunk.put(at + 2, Math.max(before, ms));
    return before;
  }

  /** Identities whose time is so. */
  long count(LongPredicate time) {
    long count = 0;
    for (long slot = 0; slot < capacity; slot++) {
      long ms = time(slot);
      count += ms != 0 && time.test(ms) ? 1 : 0;
    }
    return count;
  }

  void forEach(Visitor visitor) {
    for (long slot = 0; slot < capacity; slot++) {
      LongBuffer chunk = chunk(slot);
      int at = offset(slot);
      if (chunk.get(at + 2) != 0) {
        visitor.visit(chunk.get(at), chunk.get(at + 1), chunk.get(at + 2));
      }
    }
  }

  /** The identity's slot, or the free one that it would take. */
  private long find(long high, long low) {
    long hash = ((low ^ Long.rotateLeft(high, 32)) * SPREAD) >>> 32;
    long slot = (hash * capacity) >>> 32;
    while (!isAt(slot, high, low)) {
      slot = slot + 1 == capacity ? 0 : slot + 1;
    }
    return slot;
  }

  private boolean isAt(long slot, long high, long low) {
    LongBuffer chunk = chunk(slot);
    int at = offset(slot);
    return chunk.get(at + 2) == 0 || (chunk.get(at) == high && chunk.get(at + 1) == low);
  }

  private long time(long slot) {
    return chunk(slot).get(offset(slot) + 2);
  }

  private LongBuffer chunk(long slot) {
    return chunks[(int) (slot / SLOTS_PER_CHUNK)];
  }

  private static int offset(long slot) {
    return SLOT * (int) (slot % SLOTS_PER_CHUNK);
  }
}

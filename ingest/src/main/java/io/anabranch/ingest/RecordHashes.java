package io.anabranch.ingest;

import java.nio.ByteBuffer;

/** A set of 128-bit hashes in 16 bytes each, twice that at most: open addressing, no removal. */
final class RecordHashes {
  private static final int SMALLEST = 1024;

  private long[] slots = new long[2 * SMALLEST];
  private int size;
  private boolean zero;

  /** Adds the 16 bytes at the buffer's position; false if they were there before. */
  boolean add(ByteBuffer hash) {
    long high = hash.getLong(hash.position());
    long low = hash.getLong(hash.position() + 8);
    if (high == 0 && low == 0) {
      boolean added = !zero;
      zero = true;
      return added;
    }
    if (!put(slots, high, low)) {
      return false;
    }
    size++;
    if (size > slots.length / 3) {
      grow();
    }
    return true;
  }

  /** Whether the 16 bytes at the buffer's position were added. */
  boolean contains(ByteBuffer hash) {
    long high = hash.getLong(hash.position());
    long low = hash.getLong(hash.position() + 8);
    if (high == 0 && low == 0) {
      return zero;
    }
    int mask = slots.length / 2 - 1;
    for (int i = (int) high & mask;
        slots[2 * i] != 0 || slots[2 * i + 1] != 0;
        i = (i + 1) & mask) {
      if (slots[2 * i] == high && slots[2 * i + 1] == low) {
        return true;
      }
    }
    return false;
  }

  private static boolean put(long[] slots, long high, long low) {
    int mask = slots.length / 2 - 1;
    for (int i = (int) high & mask; ; i = (i + 1) & mask) {
      long thereHigh = slots[2 * i];
      long thereLow = slots[2 * i + 1];
      if (thereHigh == high && thereLow == low) {
        return false;
      } else if (thereHigh == 0 && thereLow == 0) {
        slots[2 * i] = high;
        slots[2 * i + 1] = low;
        return true;
      }
    }
  }

  private void grow() {
    long[] larger = new long[slots.length * 2];
    for (int i = 0; i < slots.length; i += 2) {
      if (slots[i] != 0 || slots[i + 1] != 0) {
        put(larger, slots[i], slots[i + 1]);
      }
    }
    slots = larger;
  }
}

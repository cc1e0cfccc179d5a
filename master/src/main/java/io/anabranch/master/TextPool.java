package io.anabranch.master;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.parquet.io.api.Binary;

/**
 * Gives equal texts of a field as one object, as far as a few thousand places remember them.
 * Parquet's dictionary tells such an object by its address, and does not compare its bytes one by
 * one. A field whose texts seldom repeat, such as a key, is left alone after a trial.
 */
final class TextPool {
  /** A power of two: more than the different values of most fields, little beside a row group. */
  private static final int PLACES = 1 << 12;

  /** So many texts tell whether a field's texts repeat at all. */
  private static final int TRIAL = 8 * PLACES;

  /** Longer texts are seldom equal, and would make the memory a matter of the records' size. */
  private static final int LONGEST = 128;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final byte[][] bytes = new byte[PLACES][];
  private final Binary[] texts = new Binary[PLACES];
  private int asked;
  private int found;

  /** The text of those bytes, which must not be changed. */
  Binary text(byte[] from, int at, int length) {
    if (length > LONGEST || (asked == TRIAL && found < TRIAL / 2)) {
      return Binary.fromConstantByteArray(from, at, length);
    }
    int place = place(from, at, length);
    byte[] there = bytes[place];
    boolean isFound = there != null && Arrays.equals(there, 0, there.length, from, at, at + length);
    if (asked < TRIAL) {
      asked++;
      found += isFound ? 1 : 0;
    }
    return isFound ? texts[place] : keep(place, Arrays.copyOfRange(from, at, at + length));
  }

  private Binary keep(int place, byte[] text) {
    bytes[place] = text;
    texts[place] = Binary.fromConstantByteArray(text);
    return texts[place];
  }

  /** Of both ends of the text: what is alike there shares a place, which costs time and no more. */
  private static int place(byte[] from, int at, int length) {
    long hash = length;
    if (length >= Long.BYTES) {
      long head = (long) LONGS.get(from, at);
      long tail = (long) LONGS.get(from, at + length - Long.BYTES);
      hash += (head * 0x9E3779B97F4A7C15L) ^ Long.rotateLeft(tail * 0xC2B2AE3D27D4EB4FL, 29);
    } else {
      for (int i = at; i < at + length; i++) {
        hash = hash * 31 + from[i];
      }
      hash *= 0x9E3779B97F4A7C15L;
    }
    return (int) (((hash ^ (hash >>> 32)) * 0x9E3779B97F4A7C15L) >>> 52);
  }
}

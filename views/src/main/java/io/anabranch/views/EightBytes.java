package io.anabranch.views;

import java.nio.ByteBuffer;

/** The frame of a long or a double in a cell: 01, then 8 bytes, big-endian. */
final class EightBytes {
  private static final byte TAG = 1;

  private EightBytes() {}

  static byte[] encode(long value) {
    return ByteBuffer.allocate(9).put(TAG).putLong(value).array();
  }

  static long decode(ByteBuffer in) {
    byte tag = in.get();
    if (tag != TAG) {
      throw new IllegalArgumentException("a number that begins with %02x".formatted(tag));
    }
    return in.getLong();
  }
}

package io.anabranch.views;

import java.nio.ByteBuffer;

/** The frame of a sketch's bytes in a cell: 02, a 4-byte length, the bytes. */
final class Sketches {
  private static final byte TAG = 2;

  private Sketches() {}

  static byte[] encode(byte[] sketch) {
    return ByteBuffer.allocate(5 + sketch.length)
        .put(TAG)
        .putInt(sketch.length)
        .put(sketch)
        .array();
  }

  static byte[] decode(ByteBuffer in) {
    byte tag = in.get();
    if (tag != TAG) {
      throw new IllegalArgumentException("a sketch that begins with %02x".formatted(tag));
    }
    int length = in.getInt();
    if (length < 0 || length > in.remaining()) {
      throw new IllegalArgumentException(
          "a sketch of %s bytes where %s remain".formatted(length, in.remaining()));
    }
    byte[] sketch = new byte[length];
    in.get(sketch);
    return sketch;
  }
}

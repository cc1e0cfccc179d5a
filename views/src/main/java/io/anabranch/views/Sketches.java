package io.anabranch.views;

import java.nio.ByteBuffer;

/** The frame of a sketch's bytes in a cell: 02, a 4-byte length, the bytes. */
final class Sketches {
  private Sketches() {}

  static byte[] encode(byte[] sketch) {
    return ByteBuffer.allocate(5 + sketch.length)
        .put((byte) 2)
        .putInt(sketch.length)
        .put(sketch)
        .array();
  }

  /** Reads a frame whose first byte is already read. */
  static byte[] decode(ByteBuffer in) {
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

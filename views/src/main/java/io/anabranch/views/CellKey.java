package io.anabranch.views;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * The row key of a cell: salt (1 byte), view id (4 bytes, from the view's fingerprint), bucket
 * start (8 bytes, epoch seconds, sign flipped, big-endian), then each dimension's text: 00 for
 * null, else 01, the UTF-8 bytes with 00 written as 00 FF, and 00 01. Byte order is the order of
 * (salt, view, bucket, dimensions). Equality is by content.
 */
public final class CellKey implements Comparable<CellKey> {
  /** Regions over which the cells of a view are spread. */
  public static final int SALTS = 4;

  private static final int PREFIX = 13;

  private final byte[] bytes;
  private final int hash;

  private CellKey(byte[] bytes) {
    this.bytes = bytes;
    this.hash = Arrays.hashCode(bytes);
  }

  /**
   * The key of a cell.
   *
   * @param bucket start, epoch seconds
   * @param dimensions texts in the view's order, null for a missing value
   */
  public static CellKey of(ViewId view, long bucket, String[] dimensions) {
    byte[][] texts = new byte[dimensions.length][];
    int length = PREFIX;
    for (int i = 0; i < texts.length; i++) {
      texts[i] = dimensions[i] == null ? null : escaped(dimensions[i]);
      length += texts[i] == null ? 1 : texts[i].length + 3;
    }
    ByteBuffer out = ByteBuffer.allocate(length);
    out.put((byte) 0).putInt(view.id()).putLong(bucket ^ Long.MIN_VALUE);
    for (byte[] text : texts) {
      if (text == null) {
        out.put((byte) 0);
      } else {
        out.put((byte) 1).put(text).put((byte) 0).put((byte) 1);
      }
    }
    byte[] bytes = out.array();
    bytes[0] = (byte) Math.floorMod(Arrays.hashCode(bytes), SALTS);
    return new CellKey(bytes);
  }

  /** UTF-8 with 00 written as 00 FF; nearly no text has one. */
  private static byte[] escaped(String dimension) {
    byte[] text = dimension.getBytes(StandardCharsets.UTF_8);
    if (dimension.indexOf(0) < 0) {
      return text;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(text.length + 8);
    for (byte b : text) {
      out.write(b);
      if (b == 0) {
        out.write(0xFF);
      }
    }
    return out.toByteArray();
  }

  /** A key as a store returned it. */
  public static CellKey ofBytes(byte[] bytes) {
    if (bytes.length < PREFIX) {
      throw new IllegalArgumentException("Invalid cell key: " + HexFormat.of().formatHex(bytes));
    }
    return new CellKey(bytes.clone());
  }

  /**
   * The first key of a scan over one salt of a view, inclusive; with {@code to} the end, exclusive.
   */
  public static byte[] scanBound(int salt, ViewId view, long bucket) {
    return ByteBuffer.allocate(PREFIX)
        .put((byte) salt)
        .putInt(view.id())
        .putLong(bucket ^ Long.MIN_VALUE)
        .array();
  }

  /** A copy of the bytes. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** Start of the bucket, epoch seconds. */
  public long bucket() {
    return ByteBuffer.wrap(bytes).getLong(5) ^ Long.MIN_VALUE;
  }

  /** The dimensions' texts in the view's order, null where missing. */
  public List<String> dimensions() {
    List<String> dimensions = new ArrayList<>();
    int at = PREFIX;
    while (at < bytes.length) {
      if (bytes[at++] == 0) {
        dimensions.add(null);
        continue;
      }
      ByteArrayOutputStream text = new ByteArrayOutputStream();
      while (bytes[at] != 0 || bytes[at + 1] != 1) {
        text.write(bytes[at]);
        at += bytes[at] == 0 ? 2 : 1;
      }
      at += 2;
      dimensions.add(text.toString(StandardCharsets.UTF_8));
    }
    return dimensions;
  }

  @Override
  public int compareTo(CellKey other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CellKey key && Arrays.equals(bytes, key.bytes);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public String toString() {
    return bucket() + dimensions().toString();
  }
}

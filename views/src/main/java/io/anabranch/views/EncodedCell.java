package io.anabranch.views;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * A cell as {@link CellLayout#encode} wrote it. Equality is by content. The bytes are not copied:
 * nobody changes them after they are handed over.
 */
public final class EncodedCell {
  private final byte[] bytes;

  private EncodedCell(byte[] bytes) {
    this.bytes = bytes;
  }

  public static EncodedCell of(byte[] bytes) {
    return new EncodedCell(bytes);
  }

  /** The bytes themselves. */
  public byte[] bytes() {
    return bytes;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof EncodedCell cell && Arrays.equals(bytes, cell.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes);
  }
}

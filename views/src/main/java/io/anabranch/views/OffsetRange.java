package io.anabranch.views;

/**
 * Offsets of one partition.
 *
 * @param from inclusive
 * @param to exclusive
 */
public record OffsetRange(int partition, long from, long to) {
  public OffsetRange {
    if (from < 0 || to < from) {
      throw new IllegalArgumentException("Invalid offsets: [%s, %s)".formatted(from, to));
    }
  }

  /** Whether there is no offset in it. */
  public boolean holdsNothing() {
    return from == to;
  }
}

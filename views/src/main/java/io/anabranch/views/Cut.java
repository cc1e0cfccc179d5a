package io.anabranch.views;

/**
 * The line between what a batch run covers and what it does not: in each partition the offset of
 * the first marker numbered {@code marker} or greater. Records before it are covered. A partition
 * that the cut does not name was added later: none of its records are covered.
 *
 * @param marker the marker's number, which is also the number of the version
 * @param offsets the marker's offset in each partition
 */
public record Cut(long marker, Offsets offsets) {
  public Cut {
    if (marker < 1) {
      throw new IllegalArgumentException("Invalid marker: %s (must be >= 1)".formatted(marker));
    }
  }

  /** Whether a batch run with this cut covers the record at that position. */
  public boolean covers(int partition, long offset) {
    return offset < offsets.of(partition).orElse(0);
  }

  /** Whether the deltas of that epoch are added to the batch version of this cut. */
  public boolean leavesToSpeed(int partition, long epoch) {
    return offsets.of(partition).isEmpty() || epoch >= marker;
  }
}

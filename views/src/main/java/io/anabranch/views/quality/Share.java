package io.anabranch.views.quality;

/**
 * A part of something that is counted.
 *
 * @param share of the whole, from 0 to 1; null if the whole is empty
 */
public record Share(long count, Double share) {
  /** A part of a whole that it is not greater than. */
  public static Share of(long count, long whole) {
    if (count < 0 || count > whole) {
      throw new IllegalArgumentException(
          "Invalid part: %s of %s (must be from 0 to the whole)".formatted(count, whole));
    }
    return new Share(count, whole == 0 ? null : (double) count / whole);
  }
}

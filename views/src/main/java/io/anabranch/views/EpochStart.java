package io.anabranch.views;

/**
 * Where an epoch of a partition begins: the position of a marker greater than all before it. It is
 * a fact of the log, so everybody who reads the log finds the same.
 *
 * @param number the marker's number
 * @param offset the marker's own offset; the epoch's records come after it
 * @param profile the version whose profile cleans the epoch's records; 0 for none
 */
public record EpochStart(int partition, long number, long offset, long profile) {
  public EpochStart {
    if (partition < 0 || number < 0 || offset < -1 || profile < 0) {
      throw new IllegalArgumentException(
          "Invalid epoch start: partition %s, number %s, offset %s, profile %s"
              .formatted(partition, number, offset, profile));
    }
  }
}

package io.anabranch.schemas;

/**
 * A control record, appended to every partition of a topic. It carries no fact.
 *
 * @param number taken from the catalog by one atomic increment, greater than 0
 * @param profile the batch view version whose profile cleans the records after this marker; 0 for
 *     none. It stands in the log so that every replay cleans a record alike.
 */
public record Marker(long number, long profile) {
  public Marker {
    if (number <= 0) {
      throw new IllegalArgumentException(
          "Invalid marker number: %s (must be > 0)".formatted(number));
    }
    if (profile < 0) {
      throw new IllegalArgumentException("Invalid profile: %s (must be >= 0)".formatted(profile));
    }
  }
}

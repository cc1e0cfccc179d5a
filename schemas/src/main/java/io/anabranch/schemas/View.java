package io.anabranch.schemas;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Dimensions x time buckets to measures.
 *
 * @param dataset the name of the dataset that it belongs to
 * @param grain the width of a bucket; it divides a day or is whole days, and buckets are aligned to
 *     1970-01-01T00:00:00Z
 * @param dimensions clean columns, in the order in which they stand in keys
 * @param measures by name, in the file's order
 * @param approximate whether sums over doubles are allowed
 * @param eventual whether it reads a column that a profile fills in
 * @param definition the canonical text of all that the view depends on: its own definition, and the
 *     dataset's identity, event time, rejection, cleaning and the lists that these name
 */
public record View(
    String dataset,
    String name,
    Duration grain,
    List<String> dimensions,
    Map<String, Measure> measures,
    boolean approximate,
    boolean eventual,
    String definition) {

  /** SHA-256 of {@link #definition()}, the first 8 bytes in hex: a changed view is a new view. */
  public String fingerprint() {
    return Fingerprint.of(definition);
  }
}

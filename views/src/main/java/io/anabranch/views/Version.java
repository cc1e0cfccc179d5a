package io.anabranch.views;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A batch view version: the immutable result of one batch run.
 *
 * @param cut what it covers; its marker is the version's number
 * @param profile what cleaning learned: aggregate expression to its value as text
 * @param views view name to the fingerprint of the definition that made it
 * @param rowsRead records that the cut covers, markers not counted
 * @param cells batch cells of all views
 * @param bytes size of the batch view's HFiles
 * @param created end of the run, UTC
 * @param publication who published it last, and when; empty before
 */
public record Version(
    String dataset,
    Cut cut,
    Map<String, String> profile,
    Map<String, String> views,
    long rowsRead,
    long cleanRows,
    long cells,
    long bytes,
    Instant created,
    Duration duration,
    Optional<Publication> publication) {
  /**
   * A publish.
   *
   * @param at UTC
   */
  public record Publication(String by, Instant at) {}

  public Version {
    profile = Map.copyOf(profile);
    views = Map.copyOf(views);
  }

  /** The version's number: that of its cut's marker. */
  public long number() {
    return cut.marker();
  }

  /** This version, published. */
  public Version with(Publication published) {
    return new Version(
        dataset,
        cut,
        profile,
        views,
        rowsRead,
        cleanRows,
        cells,
        bytes,
        created,
        duration,
        Optional.of(published));
  }
}

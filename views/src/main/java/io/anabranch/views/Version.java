package io.anabranch.views;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A batch view version: the immutable result of one batch run.
 *
 * @param cut what it covers; its marker is the version's number
 * @param runs the runs whose records it is made of: a full one, then incremental ones, the last of
 *     which is this version's own
 * @param profile what cleaning learned: aggregate expression to its value as text
 * @param views view name to the fingerprint of the definition that made it
 * @param definition fingerprint of the dataset's rules; rows of another one are not added to it
 * @param counts what it is made of, over all its runs
 * @param created end of the run, UTC
 * @param publication who published it last, and when; empty before
 */
public record Version(
    String dataset,
    Cut cut,
    List<Long> runs,
    Map<String, String> profile,
    Map<String, String> views,
    String definition,
    Counts counts,
    Instant created,
    Duration duration,
    Optional<Publication> publication) {
  /**
   * A publish.
   *
   * @param at UTC
   */
  public record Publication(String by, Instant at) {}

  /**
   * What a version, or a run, is made of.
   *
   * @param rowsRead records before the cut, markers not counted
   * @param quarantined records by reason; a record with two reasons counts for both
   * @param cells batch cells of all views
   * @param bytes size of the HFiles with cells
   */
  public record Counts(
      long rowsRead,
      long cleanRows,
      long repeats,
      Map<String, Long> quarantined,
      long cells,
      long bytes) {
    public static final Counts NONE = new Counts(0, 0, 0, Map.of(), 0, 0);

    public Counts {
      quarantined = Map.copyOf(quarantined);
    }

    /** Both together. */
    public Counts plus(Counts other) {
      Map<String, Long> reasons = new TreeMap<>(quarantined);
      other.quarantined.forEach((reason, count) -> reasons.merge(reason, count, Long::sum));
      return new Counts(
          rowsRead + other.rowsRead,
          cleanRows + other.cleanRows,
          repeats + other.repeats,
          reasons,
          cells + other.cells,
          bytes + other.bytes);
    }
  }

  public Version {
    runs = List.copyOf(runs);
    profile = Map.copyOf(profile);
    views = Map.copyOf(views);
  }

  /** The version's number: that of its cut's marker. */
  public long number() {
    return cut.marker();
  }

  /** The full run that it goes back to. */
  public long root() {
    return runs.get(0);
  }

  /**
   * Whether the records of an erasure are left out of this version. An erasure takes its number
   * from the same sequence as markers do, and no run begins while one is recorded: so every later
   * run has seen it, and no earlier one has. What a version is compared with leaves out the same
   * records.
   */
  public boolean leavesOut(long erasure) {
    return number() >= erasure;
  }

  /** This version, published. */
  public Version with(Publication published) {
    return new Version(
        dataset,
        cut,
        runs,
        profile,
        views,
        definition,
        counts,
        created,
        duration,
        Optional.of(published));
  }
}

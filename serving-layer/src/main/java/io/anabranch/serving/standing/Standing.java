package io.anabranch.serving.standing;

import io.anabranch.runtime.Problem;
import io.anabranch.schemas.Dataset;
import io.anabranch.views.Catalog;
import io.anabranch.views.Catalog.Applied;
import io.anabranch.views.EpochTimeline;
import io.anabranch.views.MergedView;
import io.anabranch.views.OffsetRange;
import io.anabranch.views.Offsets;
import io.anabranch.views.Version;
import io.anabranch.views.ViewId;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How far everything has come with a dataset at one moment. It is read before the cells are, which
 * are then read as they stood at that moment.
 *
 * @param version the version that answers are built on; empty for speed alone
 * @param applied how far the speed layer has come
 * @param topic what the topic holds, if that could be told
 * @param timeline the epochs that are known
 * @param at when it was read, UTC
 */
public record Standing(
    Dataset dataset,
    Optional<Version> version,
    Map<Integer, Applied> applied,
    Optional<Map<Integer, OffsetRange>> topic,
    EpochTimeline timeline,
    Instant at) {
  /** Reads catalog and topic, for the published version. */
  public static Standing read(Dataset dataset, Catalog catalog, TopicOffsets topics, Clock clock) {
    return on(catalog.published(dataset.name()), dataset, catalog, topics, clock);
  }

  /** Reads catalog and topic, for a given version. */
  public static Standing on(
      Optional<Version> version,
      Dataset dataset,
      Catalog catalog,
      TopicOffsets topics,
      Clock clock) {
    return new Standing(
        dataset,
        version,
        catalog.applied(dataset.name()),
        topics.of(dataset.topic().name()),
        EpochTimeline.of(catalog.epochs(dataset.name())),
        clock.instant());
  }

  /**
   * The standing of an earlier moment, as long as nothing that it rests on was removed. Whoever
   * reads cells of it asks once more when the cells are read: what a removed version needed may
   * have expired meanwhile.
   *
   * @throws MomentLostException if its version is no longer kept
   * @throws Problem if it is a moment of another dataset, or one that has not come yet
   */
  public static Standing of(AsOf moment, Dataset dataset, Catalog catalog) {
    if (!moment.dataset().equals(dataset.name())) {
      throw Problem.badInput(
          "as_of is a moment of %s, not of %s: take it from an answer of the same dataset"
              .formatted(moment.dataset(), dataset.name()));
    }
    Optional<Version> version = catalog.version(dataset.name(), moment.version());
    // without a version all deltas are needed, and those before the first one's cut expire
    boolean kept =
        moment.version() == 0 ? catalog.versions(dataset.name()).isEmpty() : version.isPresent();
    if (!kept) {
      throw new MomentLostException(
          moment.version() == 0
              ? "a version was published since then"
              : "version " + moment.version() + " was removed");
    }
    Map<Integer, Applied> now = catalog.applied(dataset.name());
    if (!Applied.ends(now).reach(Applied.ends(moment.applied()))) {
      throw Problem.badInput(
          "as_of is a moment that %s has not come to: take it from an answer of this platform"
              .formatted(dataset.name()));
    }
    return new Standing(
        dataset,
        version,
        withViews(moment.applied(), now),
        moment.topic(),
        EpochTimeline.of(catalog.epochs(dataset.name())),
        moment.at());
  }

  /** Since when a view is folded may have become later since the moment, never earlier. */
  private static Map<Integer, Applied> withViews(
      Map<Integer, Applied> then, Map<Integer, Applied> now) {
    Map<Integer, Applied> applied = new TreeMap<>();
    then.forEach(
        (partition, range) ->
            applied.put(
                partition,
                new Applied(
                    range.from(), range.end(), range.appended(), now.get(partition).views())));
    return applied;
  }

  /** How far the speed layer has come with one view. */
  Map<Integer, Applied> applied(ViewId view) {
    Map<Integer, Applied> ranges = new TreeMap<>();
    applied.forEach((partition, range) -> ranges.put(partition, range.of(view)));
    return ranges;
  }

  /** Number of the version; 0 for none. */
  public long number() {
    return version.map(Version::number).orElse(0L);
  }

  /** The version's cut; no offsets without a version. */
  public Offsets cut() {
    return version.map(v -> v.cut().offsets()).orElse(Offsets.NONE);
  }

  /** The first offset of each partition that the speed layer has not applied. */
  public Offsets appliedEnds() {
    return Applied.ends(applied);
  }

  /** What the topic holds of a partition, if that could be told. */
  Optional<OffsetRange> held(int partition) {
    return topic.map(ranges -> ranges.getOrDefault(partition, new OffsetRange(partition, 0, 0)));
  }

  /**
   * The offset that the speed layer must reach for an answer that lacks nothing: the topic's end,
   * or the marker that the answer is pinned to; empty if it is not known.
   */
  Optional<Long> goal(int partition, long until) {
    return until == MergedView.NOW
        ? held(partition).map(OffsetRange::to)
        : Optional.ofNullable(timeline.cut(until).offsets().byPartition().get(partition));
  }

  /**
   * Whether the speed layer has applied, in every partition that there is, all records before the
   * marker.
   */
  public boolean reaches(long marker) {
    for (int partition = 0; partition < partitions(); partition++) {
      if (isDeclaredOnly(partition)) {
        continue;
      }
      Optional<Long> end = goal(partition, marker);
      Applied reached = applied.get(partition);
      if (end.isEmpty() || reached == null || reached.end() < end.get()) {
        return false;
      }
    }
    return true;
  }

  /** Whether the dataset file alone knows of the partition: the topic has not grown to it yet. */
  private boolean isDeclaredOnly(int partition) {
    return topic.filter(held -> !held.containsKey(partition)).isPresent()
        && !applied.containsKey(partition);
  }

  /** All partitions that anybody knows of. */
  int partitions() {
    int declared = dataset.topic().partitions();
    int most = topic.map(Map::size).orElse(0);
    int seen = applied.keySet().stream().mapToInt(p -> p + 1).max().orElse(0);
    return Math.max(declared, Math.max(most, seen));
  }
}

package io.anabranch.serving.standing;

import io.anabranch.schemas.Dataset;
import io.anabranch.views.Catalog;
import io.anabranch.views.Catalog.Applied;
import io.anabranch.views.EpochTimeline;
import io.anabranch.views.MergedView;
import io.anabranch.views.OffsetRange;
import io.anabranch.views.Offsets;
import io.anabranch.views.Version;
import java.util.Map;
import java.util.Optional;

/**
 * How far everything has come with a dataset at one moment. It is read before the cells are, which
 * are then read as they stood at that moment.
 *
 * @param version the version that answers are built on; empty for speed alone
 * @param applied how far the speed layer has come
 * @param topic what the topic holds, if that could be told
 * @param timeline the epochs that are known
 */
public record Standing(
    Dataset dataset,
    Optional<Version> version,
    Map<Integer, Applied> applied,
    Optional<Map<Integer, OffsetRange>> topic,
    EpochTimeline timeline) {
  /** Reads catalog and topic, for the published version. */
  public static Standing read(Dataset dataset, Catalog catalog, TopicOffsets topics) {
    return on(catalog.published(dataset.name()), dataset, catalog, topics);
  }

  /** Reads catalog and topic, for a given version. */
  public static Standing on(
      Optional<Version> version, Dataset dataset, Catalog catalog, TopicOffsets topics) {
    return new Standing(
        dataset,
        version,
        catalog.applied(dataset.name()),
        topics.of(dataset.topic().name()),
        EpochTimeline.of(catalog.epochs(dataset.name())));
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

  /** Whether the speed layer has applied, in every partition, all records before the marker. */
  public boolean reaches(long marker) {
    for (int partition = 0; partition < partitions(); partition++) {
      Optional<Long> end = goal(partition, marker);
      Applied reached = applied.get(partition);
      if (end.isEmpty() || reached == null || reached.end() < end.get()) {
        return false;
      }
    }
    return true;
  }

  /** All partitions that anybody knows of. */
  int partitions() {
    int declared = dataset.topic().partitions();
    int most = topic.map(Map::size).orElse(0);
    int seen = applied.keySet().stream().mapToInt(p -> p + 1).max().orElse(0);
    return Math.max(declared, Math.max(most, seen));
  }
}

package io.anabranch.views;

import io.anabranch.views.Catalog.Applied;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which records an answer lacks: those between the cut and what the speed layer has applied, where
 * no later step of the speed layer brings them in.
 *
 * <p>A speed layer that is behind the cut, or behind the topic, merely lags: the answer is exact as
 * of an earlier offset. Records are missing where the speed layer's range begins after the cut,
 * where it has applied nothing although records lie after the cut, and where records after its end
 * are gone from the topic.
 */
public final class Gaps {
  private final Offsets cut;
  private final Map<Integer, Applied> applied;
  private final Optional<Map<Integer, OffsetRange>> topic;

  /**
   * @param cut the version's; {@link Offsets#NONE} for speed alone
   * @param applied how far the speed layer has come
   * @param topic what the topic holds of each partition; empty if that cannot be told
   */
  public Gaps(
      Offsets cut, Map<Integer, Applied> applied, Optional<Map<Integer, OffsetRange>> topic) {
    this.cut = cut;
    this.applied = applied;
    this.topic = topic;
  }

  /** What is missing of partitions 0 to {@code partitions - 1}; empty if nothing is. */
  public List<OffsetRange> missing(int partitions) {
    List<OffsetRange> missing = new ArrayList<>();
    for (int partition = 0; partition < partitions; partition++) {
      of(partition).ifPresent(missing::add);
    }
    return missing;
  }

  private Optional<OffsetRange> of(int partition) {
    long covered = cut.of(partition).orElse(0);
    long first = cut.firstAfterCut(partition);
    OffsetRange held = held(partition);
    Applied range = applied.get(partition);
    if (range == null) {
      return held.to() > first
          ? Optional.of(new OffsetRange(partition, covered, held.to()))
          : Optional.empty();
    } else if (range.end() > first && range.from() > first) {
      return Optional.of(new OffsetRange(partition, covered, range.from()));
    }
    long reached = Math.max(range.end(), first);
    return held.from() > reached
        ? Optional.of(new OffsetRange(partition, Math.max(range.end(), covered), held.from()))
        : Optional.empty();
  }

  private OffsetRange held(int partition) {
    OffsetRange nothing = new OffsetRange(partition, 0, 0);
    return topic.map(ranges -> ranges.getOrDefault(partition, nothing)).orElse(nothing);
  }
}

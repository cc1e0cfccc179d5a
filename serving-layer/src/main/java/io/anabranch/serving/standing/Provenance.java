package io.anabranch.serving.standing;

import io.anabranch.schemas.View;
import io.anabranch.views.Catalog.Applied;
import io.anabranch.views.Gaps;
import io.anabranch.views.MergedView;
import io.anabranch.views.OffsetRange;
import io.anabranch.views.ViewId;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Where an answer comes from. The answer is the fold of the records before {@code cut}, from the
 * batch version, and of those from there to {@code applied}, from the speed layer.
 *
 * <p>It is not exact where records are missing as {@link Gaps} says, where the version was made by
 * another definition of the view, and where the speed layer has known the view only since a later
 * record than the cut.
 *
 * @param version number of the batch version, 0 for none
 * @param cut first offset that the version does not cover, by partition
 * @param applied first offset that the speed layer has not applied, by partition
 * @param lagMs 0 if the speed layer has reached the topic's end (or the marker that the answer is
 *     pinned to), else the age of the last applied record, the greatest of all partitions that are
 *     behind; null if that cannot be told
 * @param exact whether nothing is missing
 * @param missing what is missing
 * @param asOf names the moment, see {@link AsOf}; null in answers that were saved before there was
 *     one
 */
public record Provenance(
    long version,
    SortedMap<Integer, Long> cut,
    SortedMap<Integer, Long> applied,
    @Schema(nullable = true) Long lagMs,
    boolean exact,
    List<OffsetRange> missing,
    @Schema(nullable = true) String asOf) {
  /** The provenance of an answer from a view. */
  public static Provenance of(Standing standing, View view, long until) {
    return of(standing, missing(standing, view), until);
  }

  /** The provenance of a dataset's answers of now: what any of its views lacks is missing. */
  public static Provenance of(Standing standing) {
    List<OffsetRange> missing = new ArrayList<>(missing(standing, standing.applied()));
    standing.dataset().views().values().forEach(v -> missing.addAll(missing(standing, v)));
    return of(standing, joined(missing), MergedView.NOW);
  }

  private static List<OffsetRange> missing(Standing standing, View view) {
    boolean changed =
        standing
            .version()
            .filter(v -> !view.fingerprint().equals(v.views().get(view.name())))
            .isPresent();
    List<OffsetRange> missing = new ArrayList<>(changed ? covered(standing) : List.of());
    missing.addAll(missing(standing, standing.applied(ViewId.of(view))));
    return missing;
  }

  /** The same offsets, in order, in as few ranges as there can be. */
  private static List<OffsetRange> joined(List<OffsetRange> ranges) {
    Deque<OffsetRange> joined = new ArrayDeque<>();
    ranges.stream()
        .sorted(
            Comparator.comparingInt(OffsetRange::partition).thenComparingLong(OffsetRange::from))
        .forEach(
            range -> {
              OffsetRange last = joined.peekLast();
              boolean joins =
                  last != null
                      && last.partition() == range.partition()
                      && range.from() <= last.to();
              if (joins) {
                joined.removeLast();
                long to = Math.max(last.to(), range.to());
                joined.add(new OffsetRange(range.partition(), last.from(), to));
              } else {
                joined.add(range);
              }
            });
    return List.copyOf(joined);
  }

  private static List<OffsetRange> missing(Standing standing, Map<Integer, Applied> applied) {
    return new Gaps(standing.cut(), applied, standing.topic()).missing(standing.partitions());
  }

  private static Provenance of(Standing standing, List<OffsetRange> missing, long until) {
    return new Provenance(
        standing.number(),
        new TreeMap<>(standing.cut().byPartition()),
        new TreeMap<>(standing.appliedEnds().byPartition()),
        lagMs(standing, until),
        missing.isEmpty(),
        missing,
        AsOf.of(standing).text());
  }

  /** What a version that was made by another definition gives nothing for. */
  private static List<OffsetRange> covered(Standing standing) {
    List<OffsetRange> ranges = new ArrayList<>();
    standing
        .cut()
        .byPartition()
        .forEach(
            (partition, cut) -> {
              if (cut > 0) {
                ranges.add(new OffsetRange(partition, 0, cut));
              }
            });
    return ranges;
  }

  private static Long lagMs(Standing standing, long until) {
    long lag = 0;
    for (int partition = 0; partition < standing.partitions(); partition++) {
      Optional<Long> end = standing.goal(partition, until);
      Applied applied = standing.applied().get(partition);
      if (applied == null) {
        if (end.isEmpty() || end.get() > standing.cut().firstAfterCut(partition)) {
          return null;
        }
      } else if (end.isEmpty() || applied.end() < end.get()) {
        lag =
            Math.max(
                lag, Math.max(0, Duration.between(applied.appended(), standing.at()).toMillis()));
      }
    }
    return lag;
  }
}

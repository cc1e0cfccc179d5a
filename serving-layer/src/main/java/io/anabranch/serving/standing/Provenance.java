package io.anabranch.serving.standing;

import io.anabranch.schemas.View;
import io.anabranch.views.Catalog.Applied;
import io.anabranch.views.MergedView;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Where an answer comes from. The answer is the fold of the records before {@code cut}, from the
 * batch version, and of those from there to {@code applied}, from the speed layer.
 *
 * <p>A speed layer that is behind the cut, or behind the topic, merely lags: the answer is exact as
 * of an earlier offset. It is not exact where records lie between the cut and the first record that
 * the speed layer applied, where it has applied nothing although there are records after the cut,
 * where records after its end are gone from the topic, and where the version was made by another
 * definition of the view.
 *
 * @param version number of the batch version, 0 for none
 * @param cut first offset that the version does not cover, by partition
 * @param applied first offset that the speed layer has not applied, by partition
 * @param lagMs 0 if the speed layer has reached the topic's end (or the marker that the answer is
 *     pinned to), else the age of the last applied record, the greatest of all partitions that are
 *     behind; null if that cannot be told
 * @param exact whether nothing is missing
 * @param missing what is missing
 */
public record Provenance(
    long version,
    SortedMap<Integer, Long> cut,
    SortedMap<Integer, Long> applied,
    @Schema(nullable = true) Long lagMs,
    boolean exact,
    List<OffsetRange> missing) {
  /** The provenance of an answer from a view. */
  public static Provenance of(Standing standing, View view, long until, Instant now) {
    boolean changed =
        standing
            .version()
            .filter(v -> !view.fingerprint().equals(v.views().get(view.name())))
            .isPresent();
    return of(standing, changed, until, now);
  }

  /** The provenance of a dataset whose views are those of the version. */
  public static Provenance of(Standing standing, Instant now) {
    return of(standing, false, MergedView.NOW, now);
  }

  private static Provenance of(Standing standing, boolean changed, long until, Instant now) {
    List<OffsetRange> missing = new ArrayList<>();
    for (int partition = 0; partition < standing.partitions(); partition++) {
      long cut = standing.cut().of(partition).orElse(0);
      if (changed && cut > 0) {
        missing.add(new OffsetRange(partition, 0, cut));
      } else {
        addGap(missing, standing, partition, cut);
      }
    }
    return new Provenance(
        standing.number(),
        new TreeMap<>(standing.cut().byPartition()),
        new TreeMap<>(standing.appliedEnds().byPartition()),
        lagMs(standing, until, now),
        missing.isEmpty(),
        missing);
  }

  private static void addGap(
      List<OffsetRange> missing, Standing standing, int partition, long cut) {
    long first = standing.firstAfterCut(partition);
    Applied applied = standing.applied().get(partition);
    long begin = standing.held(partition).map(OffsetRange::from).orElse(0L);
    if (applied == null) {
      standing
          .held(partition)
          .filter(held -> held.to() > first)
          .ifPresent(held -> missing.add(new OffsetRange(partition, cut, held.to())));
    } else if (applied.end() > first && applied.from() > first) {
      missing.add(new OffsetRange(partition, cut, applied.from()));
    } else if (begin > Math.max(applied.end(), first)) {
      missing.add(new OffsetRange(partition, Math.max(applied.end(), cut), begin));
    }
  }

  private static Long lagMs(Standing standing, long until, Instant now) {
    long lag = 0;
    for (int partition = 0; partition < standing.partitions(); partition++) {
      Optional<Long> end = standing.goal(partition, until);
      Applied applied = standing.applied().get(partition);
      if (applied == null) {
        if (end.isEmpty() || end.get() > standing.firstAfterCut(partition)) {
          return null;
        }
      } else if (end.isEmpty() || applied.end() < end.get()) {
        lag = Math.max(lag, Math.max(0, Duration.between(applied.appended(), now).toMillis()));
      }
    }
    return lag;
  }
}

package io.anabranch.serving.cells;

import io.anabranch.runtime.Problem;
import io.anabranch.schemas.View;
import io.anabranch.views.Buckets;
import io.anabranch.views.CellKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is asked of a view.
 *
 * @param range the view's own buckets that start in it are read
 * @param by dimensions that stay, in the view's order; the others are rolled up
 * @param where dimension to the texts of which it must have one; the empty text also means a
 *     missing value
 * @param top only the greatest of each bucket
 * @param until only epochs numbered less than this marker, which is none before that of the version
 *     that is read; {@link io.anabranch.views.MergedView#NOW} for all
 */
public record CellQuery(
    View view,
    Buckets range,
    List<String> by,
    Map<String, Set<String>> where,
    Grain grain,
    Optional<Top> top,
    long until) {
  /**
   * The n greatest of each bucket.
   *
   * @param measure one that is a number
   */
  public record Top(String measure, int count) {}

  public CellQuery {
    by = List.copyOf(by);
    where = Map.copyOf(where);
  }

  /**
   * Makes sure that it does not end before a version does: the records of a version's epochs cannot
   * be told apart any more.
   *
   * @param version its number, 0 for none
   * @throws Problem if it does
   */
  public void requireNotBefore(long version) {
    if (until < version) {
      throw Problem.badInput(
          "until %s lies before the published version %s, which holds later epochs: ask with until >= %s or as_of"
              .formatted(until, version, version));
    }
  }

  /** Which rolled-up cell takes in a view's cell; empty if the query leaves it out. */
  Optional<GroupKey> group(CellKey key) {
    if (key.bucket() < range.from() || key.bucket() >= range.to()) {
      return Optional.empty();
    }
    List<String> dimensions = key.dimensions();
    for (Map.Entry<String, Set<String>> condition : where.entrySet()) {
      String value = dimensions.get(view.dimensions().indexOf(condition.getKey()));
      if (!condition.getValue().contains(value == null ? "" : value)) {
        return Optional.empty();
      }
    }
    List<String> kept = new ArrayList<>(by.size());
    by.forEach(dimension -> kept.add(dimensions.get(view.dimensions().indexOf(dimension))));
    return Optional.of(new GroupKey(grain.bucketOf(key.bucket()), kept));
  }
}

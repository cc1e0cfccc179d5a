package io.anabranch.serving.cells;

import io.anabranch.runtime.Problem;
import io.anabranch.schemas.View;
import io.anabranch.views.Buckets;
import io.anabranch.views.CellKey;
import io.anabranch.views.MergedView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is asked of a view.
 *
 * @param range of the view's own buckets: those that start in it are read, and with a window those
 *     that the rows from its start on need besides
 * @param by dimensions that stay, in the view's order; the others are rolled up
 * @param where dimension to the texts of which it must have one; the empty text also means a
 *     missing value
 * @param window what each row is the sum of; its own bucket if empty
 * @param top only the greatest of each bucket
 * @param until only epochs numbered less than this marker, which is none before that of the version
 *     that is read; {@link MergedView#NOW} for all
 */
public record CellQuery(
    View view,
    Buckets range,
    List<String> by,
    Map<String, Set<String>> where,
    Grain grain,
    Optional<Window> window,
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

  /** All cells of a view, as they are. */
  public static CellQuery all(View view) {
    return new CellQuery(
        view,
        Buckets.ALL,
        view.dimensions(),
        Map.of(),
        Grain.of(view),
        Optional.empty(),
        Optional.empty(),
        MergedView.NOW);
  }

  /** The same of other buckets, and of other values of dimensions. */
  public CellQuery of(Buckets otherRange, Map<String, Set<String>> otherWhere) {
    return new CellQuery(view, otherRange, by, otherWhere, grain, window, top, until);
  }

  /** The view's own buckets that are read. */
  Buckets read() {
    return window.map(w -> w.read(range)).orElse(range);
  }

  /** Which rolled-up cell takes in a view's cell; empty if the query leaves it out. */
  Optional<GroupKey> group(CellKey key) {
    Buckets read = read();
    if (key.bucket() < read.from() || key.bucket() >= read.to()) {
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

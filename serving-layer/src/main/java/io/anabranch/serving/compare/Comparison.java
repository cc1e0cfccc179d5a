package io.anabranch.serving.compare;

import io.anabranch.runtime.Problem;
import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.View;
import io.anabranch.serving.Sources;
import io.anabranch.views.Buckets;
import io.anabranch.views.Catalog.Applied;
import io.anabranch.views.Cell;
import io.anabranch.views.CellKey;
import io.anabranch.views.CellLayout;
import io.anabranch.views.MergedView;
import io.anabranch.views.Offsets;
import io.anabranch.views.Version;
import io.anabranch.views.ViewStore.CloseableIterator;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The two layers' answers for the same offsets, those before the published version's cut: the batch
 * layer's is the published version, the speed layer's is the version before it with the deltas of
 * the epochs in between. Those deltas are kept as long as the older version is.
 */
public final class Comparison {
  /**
   * What was found.
   *
   * @param version the published version, the batch layer's answer
   * @param base the version that the speed layer's answer is built on
   * @param batch how the batch layer made its answer
   */
  public record Result(
      String dataset, long version, long base, BatchWork batch, List<ViewResult> views) {}

  /**
   * How a batch version came about.
   *
   * @param freshnessMs from the run's marker to its publish: how old the newest covered record was
   * @param recordsPerS records before the cut over the run's duration
   */
  public record BatchWork(
      Instant created, long durationMs, long rowsRead, long freshnessMs, long recordsPerS) {
    static BatchWork of(Version version) {
      long ms = Math.max(1, version.duration().toMillis());
      return new BatchWork(
          version.created(),
          ms,
          version.counts().rowsRead(),
          ms,
          version.counts().rowsRead() * 1000 / ms);
    }
  }

  private final Sources sources;
  private final Dataset dataset;

  public Comparison(Sources sources, Dataset dataset) {
    this.sources = sources;
    this.dataset = dataset;
  }

  /**
   * Compares all views.
   *
   * @throws Problem if there are no two versions
   */
  public Result run() {
    Version published =
        sources.catalog().published(dataset.name()).orElseThrow(() -> tooFew("no version"));
    Version base =
        sources.catalog().versions(dataset.name()).stream()
            .filter(version -> version.number() < published.number())
            .max(Comparator.comparingLong(Version::number))
            .orElseThrow(() -> tooFew("no version older than " + published.number()));
    Offsets applied = Applied.ends(sources.catalog().applied(dataset.name()));
    List<ViewResult> views =
        dataset.views().values().stream()
            .map(view -> compare(view, published, base, applied))
            .toList();
    return new Result(
        dataset.name(), published.number(), base.number(), BatchWork.of(published), views);
  }

  private Problem tooFew(String what) {
    return Problem.failed(
        ("%s of %s is kept, and compare needs the published one and one before it: run 'anabranch"
                + " batch run %s'")
            .formatted(what, dataset.name(), dataset.name()));
  }

  private ViewResult compare(View view, Version published, Version base, Offsets applied) {
    CellLayout layout = CellLayout.of(view);
    MergedView batch =
        new MergedView(sources.store(), layout, Optional.of(published), Offsets.NONE);
    MergedView speed = new MergedView(sources.store(), layout, Optional.of(base), applied);
    ViewTally tally = new ViewTally(layout);
    for (int salt = 0; salt < CellKey.SALTS; salt++) {
      try (CloseableIterator<Cell> left = batch.batch(Buckets.ALL, salt);
          CloseableIterator<Cell> right = speed.cells(Buckets.ALL, salt, published.number())) {
        join(left, right, tally);
      }
    }
    return tally.result();
  }

  private static void join(
      CloseableIterator<Cell> batch, CloseableIterator<Cell> speed, ViewTally tally) {
    Cell left = next(batch);
    Cell right = next(speed);
    while (left != null || right != null) {
      int order = left == null ? 1 : right == null ? -1 : left.key().compareTo(right.key());
      tally.add(order <= 0 ? left : null, order >= 0 ? right : null);
      left = order <= 0 ? next(batch) : left;
      right = order >= 0 ? next(speed) : right;
    }
  }

  private static Cell next(CloseableIterator<Cell> cells) {
    return cells.hasNext() ? cells.next() : null;
  }
}

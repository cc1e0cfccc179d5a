package io.anabranch.serving.compare;

import io.anabranch.runtime.Problem;
import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.View;
import io.anabranch.serving.Sources;
import io.anabranch.serving.standing.Provenance;
import io.anabranch.serving.standing.Standing;
import io.anabranch.views.Buckets;
import io.anabranch.views.Cell;
import io.anabranch.views.CellKey;
import io.anabranch.views.CellLayout;
import io.anabranch.views.MergedView;
import io.anabranch.views.OffsetRange;
import io.anabranch.views.Offsets;
import io.anabranch.views.Version;
import io.anabranch.views.ViewStore.CloseableIterator;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

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
   * @param rowsRead records before the cut
   * @param freshnessMs from the run's marker to its publish: how old the newest covered record was
   * @param recordsPerS records that its last run read over that run's duration; null if it added to
   *     a version that is no longer kept
   */
  public record BatchWork(
      Instant created,
      long durationMs,
      long rowsRead,
      long freshnessMs,
      @Schema(nullable = true) Long recordsPerS) {
    static BatchWork of(Version version, List<Version> kept) {
      long ms = Math.max(1, version.duration().toMillis());
      long all = version.counts().rowsRead();
      OptionalLong before = rowsBefore(version, kept);
      return new BatchWork(
          version.created(),
          ms,
          all,
          ms,
          before.isPresent() ? (Long) ((all - before.getAsLong()) * 1000 / ms) : null);
    }

    /** What the version read that this one's run added to; 0 for a full run. */
    private static OptionalLong rowsBefore(Version version, List<Version> kept) {
      List<Long> runs = version.runs();
      return runs.size() == 1
          ? OptionalLong.of(0)
          : kept.stream()
              .filter(other -> other.number() == runs.get(runs.size() - 2))
              .mapToLong(other -> other.counts().rowsRead())
              .findFirst();
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
   * @throws Problem if there are no two versions of today's views, or the speed layer has not
   *     applied all that lies between them
   */
  public Result run() {
    Version published =
        sources.catalog().published(dataset.name()).orElseThrow(() -> tooFew("no version"));
    List<Version> kept = sources.catalog().versions(dataset.name());
    Version base =
        kept.stream()
            .filter(version -> version.number() < published.number())
            .max(Comparator.comparingLong(Version::number))
            .orElseThrow(() -> tooFew("no version older than " + published.number()));
    Standing standing =
        Standing.on(
            Optional.of(base), dataset, sources.catalog(), sources.topics(), sources.clock());
    requireAll(standing, published);
    Offsets applied = standing.appliedEnds();
    List<ViewResult> views =
        dataset.views().values().stream()
            .map(view -> compare(view, published, base, applied))
            .toList();
    return new Result(
        dataset.name(), published.number(), base.number(), BatchWork.of(published, kept), views);
  }

  /** What the speed layer lacks is no difference between the layers. */
  private void requireAll(Standing standing, Version published) {
    Offsets cut = published.cut().offsets();
    if (!standing.appliedEnds().reach(cut)) {
      throw Problem.failed(
          "the speed layer has applied %s of %s, and version %s covers %s: compare when it has come there"
              .formatted(
                  standing.appliedEnds().byPartition(),
                  dataset.name(),
                  published.number(),
                  cut.byPartition()));
    }
    for (View view : dataset.views().values()) {
      if (!view.fingerprint().equals(published.views().get(view.name()))) {
        throw tooFew("no version with the view '" + view.name() + "' as it is declared now");
      }
      List<OffsetRange> missing =
          Provenance.of(standing, view, published.number()).missing().stream()
              .filter(range -> range.from() < cut.of(range.partition()).orElse(0))
              .toList();
      if (!missing.isEmpty()) {
        throw Problem.failed(
            "the speed layer's answer of the view '%s' lacks the records %s: compare after the next batch run"
                .formatted(view.name(), missing));
      }
    }
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

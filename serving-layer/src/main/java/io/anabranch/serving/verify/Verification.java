package io.anabranch.serving.verify;

import io.anabranch.runtime.Problem;
import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.View;
import io.anabranch.serving.Sources;
import io.anabranch.serving.standing.Standing;
import io.anabranch.views.CellLayout;
import io.anabranch.views.Offsets;
import io.anabranch.views.Version;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One run of verify. A recompute appends a marker and folds all records before it from scratch;
 * when the speed layer has come to that marker too, the served cells pinned at it must be the same,
 * however much is appended meanwhile.
 */
public final class Verification {
  /** What was found. */
  public record Result(
      String dataset,
      long version,
      long marker,
      List<ViewResult> views,
      long cells,
      long differences,
      long durationMs) {}

  /**
   * What was found in a view.
   *
   * @param cells compared cells, those that only one side has included
   * @param eventual whether it reads values that a profile fills in, which may differ until the
   *     next batch run
   * @param approximate whether it may sum doubles
   * @param durationMs time that reading and comparing its cells took
   * @param examples the first differences
   */
  public record ViewResult(
      String view,
      long cells,
      long differences,
      boolean eventual,
      boolean approximate,
      long durationMs,
      List<Difference> examples) {}

  /**
   * A cell that differs.
   *
   * @param key dimensions and bucket
   * @param served measures, null if the cell is not served
   * @param recomputed measures, null if the recompute has no such cell
   */
  public record Difference(
      Map<String, Object> key, Map<String, Object> served, Map<String, Object> recomputed) {}

  private static final Duration SPEED_PATIENCE = Duration.ofSeconds(90);
  private static final int ATTEMPTS = 3;

  private final Sources sources;
  private final Dataset dataset;
  private final Consumer<String> steps;

  Verification(Sources sources, Dataset dataset, Consumer<String> steps) {
    this.sources = sources;
    this.dataset = dataset;
    this.steps = steps;
  }

  Result run() {
    long start = System.nanoTime();
    try (RecomputedCells recomputed = recompute()) {
      Optional<Version> version = version(recomputed.version());
      steps.accept("waiting for the speed layer to reach marker " + recomputed.marker());
      Offsets applied = awaitSpeed(version, recomputed.marker());
      steps.accept("comparing cells");
      Map<String, ViewComparison> views = new LinkedHashMap<>();
      for (View view : dataset.views().values()) {
        views.put(view.name(), new ViewComparison(CellLayout.of(view)));
      }
      new CellComparison(sources.store(), version, applied, recomputed, views).run();
      return result(recomputed, views, Duration.ofNanos(System.nanoTime() - start));
    }
  }

  /**
   * A recompute whose marker its version does not lie behind. A batch run that began after the
   * recompute may have been published before it asked for the version, which then holds records
   * that the recompute does not: it is done again, with a marker of its own.
   */
  private RecomputedCells recompute() {
    steps.accept("recomputing from the master dataset");
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      RecomputedCells recomputed = sources.recompute().run(dataset, Optional.empty());
      if (recomputed.marker() >= recomputed.version()) {
        return recomputed;
      }
      steps.accept(
          "recomputing once more: version %s was published meanwhile"
              .formatted(recomputed.version()));
      recomputed.close();
    }
    throw Problem.unreachable(
        "versions of %s are published faster than they can be recomputed: verify between batch runs"
            .formatted(dataset.name()));
  }

  private Optional<Version> version(long number) {
    if (number == 0) {
      return Optional.empty();
    }
    Optional<Version> version = sources.catalog().version(dataset.name(), number);
    if (version.isEmpty()) {
      throw Problem.failed(
          "version %s of %s was removed while it was verified: run verify again"
              .formatted(number, dataset.name()));
    }
    return version;
  }

  private Offsets awaitSpeed(Optional<Version> version, long marker) {
    long deadline = System.nanoTime() + SPEED_PATIENCE.toNanos();
    Standing standing = standing(version);
    while (!standing.reaches(marker)) {
      if (System.nanoTime() > deadline) {
        throw Problem.unreachable(
            "the speed layer did not reach marker %s of %s within %s: see 'anabranch status'"
                .formatted(marker, dataset.name(), SPEED_PATIENCE));
      }
      try {
        TimeUnit.MILLISECONDS.sleep(100);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw Problem.failed("verify was interrupted");
      }
      standing = standing(version);
    }
    return standing.appliedEnds();
  }

  private Standing standing(Optional<Version> version) {
    return Standing.on(version, dataset, sources.catalog(), sources.topics(), sources.clock());
  }

  private Result result(
      RecomputedCells recomputed, Map<String, ViewComparison> comparisons, Duration took) {
    List<ViewResult> views = new ArrayList<>();
    comparisons.values().forEach(comparison -> views.add(comparison.result()));
    return new Result(
        dataset.name(),
        recomputed.version(),
        recomputed.marker(),
        views,
        views.stream().mapToLong(ViewResult::cells).sum(),
        views.stream().mapToLong(ViewResult::differences).sum(),
        took.toMillis());
  }
}

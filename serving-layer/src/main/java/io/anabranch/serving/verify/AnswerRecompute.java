package io.anabranch.serving.verify;

import io.anabranch.runtime.Problem;
import io.anabranch.schemas.Dataset;
import io.anabranch.serving.Sources;
import io.anabranch.serving.cells.Answer;
import io.anabranch.serving.cells.CellQuery;
import io.anabranch.serving.standing.Provenance;
import io.anabranch.serving.verify.RecomputedCells.RecomputedCell;
import io.anabranch.views.Cell;
import io.anabranch.views.CellLayout;
import io.anabranch.views.EpochTimeline;
import io.anabranch.views.MergedView;
import io.anabranch.views.Offsets;
import io.anabranch.views.Version;
import java.util.Optional;
import java.util.TreeMap;

/** Answers a query from nothing but the master dataset, as of a served answer's provenance. */
final class AnswerRecompute {
  private final Sources sources;
  private final Dataset dataset;
  private final int maxRows;

  AnswerRecompute(Sources sources, Dataset dataset, int maxRows) {
    this.sources = sources;
    this.dataset = dataset;
    this.maxRows = maxRows;
  }

  Answer run(CellQuery query, Provenance provenance) {
    query.requireNotBefore(provenance.version());
    Recompute.Moment moment =
        new Recompute.Moment(provenance.version(), ends(query.until(), provenance));
    try (RecomputedCells recomputed = sources.recompute().run(dataset, Optional.of(moment))) {
      CellLayout layout = CellLayout.of(query.view());
      return Answer.of(
          query, recomputed.cells().mapped(cell -> ofView(layout, cell)), maxRows, provenance);
    }
  }

  /** The version's cut, or how far the speed layer had come (or its pin), whichever is further. */
  private Offsets ends(long until, Provenance provenance) {
    TreeMap<Integer, Long> ends = new TreeMap<>(provenance.applied());
    if (until != MergedView.NOW) {
      requireKnown(until);
      ends.putAll(
          EpochTimeline.of(sources.catalog().epochs(dataset.name()))
              .cut(until)
              .offsets()
              .byPartition());
    }
    provenance.cut().forEach((partition, cut) -> ends.merge(partition, cut, Math::max));
    return new Offsets(ends);
  }

  /** Where epochs begin is forgotten with the versions that could be asked up to them. */
  private void requireKnown(long until) {
    sources.catalog().versions(dataset.name()).stream()
        .mapToLong(Version::number)
        .min()
        .ifPresent(
            oldest -> {
              if (until < oldest) {
                throw Problem.badInput(
                    "until %s lies before the oldest version of %s that is kept, %s: an answer can be checked as long as its version is"
                        .formatted(until, dataset.name(), oldest));
              }
            });
  }

  private static Cell ofView(CellLayout layout, RecomputedCell cell) {
    return cell.view().equals(layout.view().name())
        ? new Cell(cell.key(), layout.decode(cell.cell()))
        : null;
  }
}

package io.anabranch.serving.verify;

import io.anabranch.runtime.Problem;
import io.anabranch.serving.verify.RecomputedCells.RecomputedCell;
import io.anabranch.views.Buckets;
import io.anabranch.views.Cell;
import io.anabranch.views.CellKey;
import io.anabranch.views.MergedView;
import io.anabranch.views.Offsets;
import io.anabranch.views.Version;
import io.anabranch.views.ViewStore;
import io.anabranch.views.ViewStore.CloseableIterator;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Joins the served cells of all views with the recomputed ones; both come in the order of keys. */
final class CellComparison {
  private final ViewStore store;
  private final Optional<Version> version;
  private final Offsets applied;
  private final RecomputedCells recomputed;
  private final Map<String, ViewComparison> views;

  CellComparison(
      ViewStore store,
      Optional<Version> version,
      Offsets applied,
      RecomputedCells recomputed,
      Map<String, ViewComparison> views) {
    this.store = store;
    this.version = version;
    this.applied = applied;
    this.recomputed = recomputed;
    this.views = views;
  }

  void run() {
    List<ViewComparison> inKeyOrder =
        views.values().stream()
            .sorted(Comparator.comparing(view -> Integer.toUnsignedLong(view.layout().id().id())))
            .toList();
    try (CloseableIterator<RecomputedCell> right = recomputed.cells()) {
      Head head = new Head(right);
      for (int salt = 0; salt < CellKey.SALTS; salt++) {
        for (ViewComparison view : inKeyOrder) {
          long begin = System.nanoTime();
          join(view, salt, head);
          view.took(System.nanoTime() - begin);
        }
      }
      head.refuseRest();
    }
  }

  private void join(ViewComparison view, int salt, Head right) {
    MergedView merged = new MergedView(store, view.layout(), version, applied);
    String name = view.layout().view().name();
    byte[] prefix = CellKey.scanBound(salt, view.layout().id(), 0);
    try (CloseableIterator<Cell> left = merged.cells(Buckets.ALL, salt, recomputed.marker())) {
      while (left.hasNext()) {
        Cell cell = left.next();
        while (right.isOf(name, prefix) && right.cell.key().compareTo(cell.key()) < 0) {
          view.compare(right.cell.key(), null, right.take(view));
        }
        boolean both = right.isOf(name, prefix) && right.cell.key().equals(cell.key());
        view.compare(cell.key(), cell.values(), both ? right.take(view) : null);
      }
    }
    while (right.isOf(name, prefix)) {
      view.compare(right.cell.key(), null, right.take(view));
    }
  }

  /** The next recomputed cell. */
  private static final class Head {
    private final CloseableIterator<RecomputedCell> cells;
    private RecomputedCell cell;

    Head(CloseableIterator<RecomputedCell> cells) {
      this.cells = cells;
      this.cell = cells.hasNext() ? cells.next() : null;
    }

    boolean isOf(String view, byte[] prefix) {
      if (cell == null || !cell.view().equals(view)) {
        return false;
      }
      byte[] key = cell.key().bytes();
      return java.util.Arrays.equals(key, 0, 5, prefix, 0, 5);
    }

    Object[] take(ViewComparison view) {
      Object[] values = view.layout().decode(cell.cell());
      CellKey before = cell.key();
      cell = cells.hasNext() ? cells.next() : null;
      if (cell != null && cell.key().compareTo(before) <= 0) {
        throw Problem.failed(
            "the recomputed cells are not in the order of their keys at " + cell.key());
      }
      return values;
    }

    void refuseRest() {
      if (cell != null) {
        throw Problem.failed(
            "the recompute has cells of '%s' under a definition that is not served: restart the serving layer"
                .formatted(cell.view()));
      }
    }
  }
}

package io.anabranch.serving.verify;

import io.anabranch.views.CellKey;
import io.anabranch.views.EncodedCell;
import io.anabranch.views.ViewStore.CloseableIterator;

/** What a recompute found. Closing it deletes its files. */
public interface RecomputedCells extends AutoCloseable {
  /**
   * A cell.
   *
   * @param view the view's name
   */
  record RecomputedCell(String view, CellKey key, EncodedCell cell) {}

  /** The marker up to which it folded: all epochs numbered less; 0 if it was no marker. */
  long marker();

  /** The version whose profile it cleaned with; 0 for none. */
  long version();

  /** All cells in the order of their keys. */
  CloseableIterator<RecomputedCell> cells();

  @Override
  void close();
}

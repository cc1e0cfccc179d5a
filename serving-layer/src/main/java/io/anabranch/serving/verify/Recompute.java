package io.anabranch.serving.verify;

import io.anabranch.schemas.Dataset;

/** Computes the cells of a dataset from scratch, from the master dataset. */
public interface Recompute {
  /**
   * Appends a marker, waits until the master dataset covers it, and folds all records before it.
   * Takes minutes.
   *
   * @throws io.anabranch.runtime.Problem if that fails
   */
  RecomputedCells run(Dataset dataset);
}

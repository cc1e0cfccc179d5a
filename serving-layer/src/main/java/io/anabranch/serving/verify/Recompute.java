package io.anabranch.serving.verify;

import io.anabranch.schemas.Dataset;
import io.anabranch.views.Offsets;
import java.util.Optional;

/** Computes the cells of a dataset from scratch, from the master dataset. */
public interface Recompute {
  /**
   * What an answer rests on.
   *
   * @param version number of its batch version, 0 for none
   * @param ends first offset of each partition that it does not hold
   */
  record Moment(long version, Offsets ends) {}

  /**
   * Folds all records before a moment; or appends a marker, waits until the master dataset covers
   * it, and folds all records before that. Takes minutes.
   *
   * @param moment empty for a marker
   * @throws io.anabranch.runtime.Problem if that fails
   */
  RecomputedCells run(Dataset dataset, Optional<Moment> moment);
}

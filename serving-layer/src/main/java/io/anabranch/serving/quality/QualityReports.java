package io.anabranch.serving.quality;

import io.anabranch.schemas.Dataset;
import java.util.List;
import java.util.Optional;

/** The quality reports that batch runs left. */
public interface QualityReports extends AutoCloseable {
  /**
   * A run's report as it was written: one JSON object.
   *
   * @throws java.io.UncheckedIOException if the store does not answer
   */
  Optional<String> of(Dataset dataset, long run);

  /**
   * The runs that have a report, in order; those of a dataset that never ran are none.
   *
   * @throws java.io.UncheckedIOException if the store does not answer
   */
  List<Long> runs(Dataset dataset);

  @Override
  void close();
}

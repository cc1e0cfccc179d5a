package io.anabranch.serving.standing;

import io.anabranch.schemas.Dataset;
import io.anabranch.views.Offsets;
import java.util.Optional;

/** How far the master dataset reaches. */
public interface MasterEnds extends AutoCloseable {
  /**
   * The first offset of each partition that no master file holds; empty if nobody can tell now
   * (HDFS is away).
   */
  Optional<Offsets> of(Dataset dataset);

  @Override
  void close();
}

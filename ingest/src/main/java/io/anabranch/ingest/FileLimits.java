package io.anabranch.ingest;

import io.anabranch.schemas.Dataset;
import java.time.Duration;
import java.time.Instant;

/**
 * When a master file is closed.
 *
 * @param age how long it takes records at most
 * @param bytes how large it grows at most, about
 */
record FileLimits(Duration age, long bytes) {
  /** How many bytes of records may come before an open file's size is looked at again. */
  private static final long LOOK_EVERY = 1 << 20;

  /** What the dataset file says, and for the rest the settings. */
  static FileLimits of(Dataset dataset, IngestSettings settings) {
    return new FileLimits(
        dataset.master().rollInterval().orElse(settings.rollInterval()),
        dataset.master().maxFileBytes().map(Long::valueOf).orElse(settings.maxFileBytes()));
  }

  boolean isOld(Instant openedAt, Instant now) {
    return !now.isBefore(openedAt.plus(age));
  }

  /** Whether that many bytes since the last look may have made a file too large. */
  boolean isWorthALook(long bytesSince) {
    return bytesSince >= Math.min(LOOK_EVERY, bytes);
  }
}

package io.anabranch.batch;

import io.anabranch.runtime.Default;
import java.time.Duration;

/**
 * The section {@code batch}.
 *
 * @param keepVersions versions that stay, the published one among them
 * @param grace how old a version must be before it is removed: longer than the longest query
 * @param compactedGrace how long a master file stays beside the wider one that was made of it:
 *     longer than the longest run
 * @param coverPatience how long a run waits, without progress, until the master dataset covers its
 *     marker
 * @param appliedPatience how long a recompute waits, without progress, for the speed layer
 * @param hive whether clean rows and views go to Hive's tables
 */
record BatchSettings(
    @Default("3") int keepVersions,
    @Default("PT10M") Duration grace,
    @Default("PT6H") Duration compactedGrace,
    @Default("PT60S") Duration coverPatience,
    @Default("PT120S") Duration appliedPatience,
    @Default("true") boolean hive) {
  BatchSettings {
    if (keepVersions < 1) {
      throw new IllegalArgumentException(
          "Invalid keep-versions: %s (must be >= 1)".formatted(keepVersions));
    }
  }
}

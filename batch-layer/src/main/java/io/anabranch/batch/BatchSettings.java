package io.anabranch.batch;

import io.anabranch.runtime.Default;
import java.time.Duration;

/**
 * The section {@code batch}.
 *
 * @param keepVersions versions that stay, the published one among them; one whose profile is in use
 *     stays besides
 * @param grace how old a version must be before it is removed: longer than the longest query
 * @param compactedGrace how long a master file stays beside the wider one that was made of it:
 *     longer than the longest run
 * @param coverPatience how long a run waits, without progress, until the master dataset covers its
 *     marker
 * @param appliedPatience how long a recompute waits, without progress, for the speed layer
 * @param hive whether clean rows and views go to Hive's tables
 * @param eventLog whether Spark writes its event log to HDFS; erasures write none
 * @param eventLogKept how long such a log stays
 * @param master where Spark runs the tasks, as {@code spark-submit --master} takes it; the command
 *     {@code anabranch} reads it, and standalone masters and workers do
 */
record BatchSettings(
    @Default("3") int keepVersions,
    @Default("PT10M") Duration grace,
    @Default("PT6H") Duration compactedGrace,
    @Default("PT60S") Duration coverPatience,
    @Default("PT120S") Duration appliedPatience,
    @Default("true") boolean hive,
    @Default("true") boolean eventLog,
    @Default("P30D") Duration eventLogKept,
    @Default("local[2]") String master) {
  BatchSettings {
    if (keepVersions < 1) {
      throw new IllegalArgumentException(
          "Invalid keep-versions: %s (must be >= 1)".formatted(keepVersions));
    }
  }
}

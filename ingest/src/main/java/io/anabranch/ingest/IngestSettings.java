package io.anabranch.ingest;

import io.anabranch.runtime.Default;
import java.time.Duration;

/**
 * The section {@code ingest}.
 *
 * @param healthPort port of {@code GET /health} on loopback
 * @param instance names this process among those that share the work; a process that is started
 *     again under its old name gets its partitions back at once
 * @param group the consumer group whose members share the partitions
 * @param consumers threads of this process, each with its share of the partitions; a few more than
 *     cores, so that three partitions keep two cores busy to the end
 * @param rollInterval how long a master file takes records at most
 * @param maxFileBytes how large a master file grows at most, about
 * @param retention how long Kafka keeps the records of topics that are made here
 * @param replication copies of the topics that are made here, -1 for the broker's default
 */
record IngestSettings(
    int healthPort,
    @Default("1") String instance,
    @Default("anabranch-ingest") String group,
    @Default("3") int consumers,
    @Default("PT1M") Duration rollInterval,
    @Default("134217728") long maxFileBytes,
    @Default("P7D") Duration retention,
    @Default("-1") int replication) {
  IngestSettings {
    if (consumers < 1 || consumers > 64) {
      throw new IllegalArgumentException(
          "Invalid consumers: %s (must be 1 to 64)".formatted(consumers));
    }
    if (rollInterval.isNegative() || rollInterval.isZero()) {
      throw new IllegalArgumentException(
          "Invalid roll-interval: %s (must be > 0)".formatted(rollInterval));
    }
    if (maxFileBytes < 1) {
      throw new IllegalArgumentException(
          "Invalid max-file-bytes: %s (must be > 0)".formatted(maxFileBytes));
    }
    if (retention.isNegative() || retention.isZero()) {
      throw new IllegalArgumentException(
          "Invalid retention: %s (must be > 0)".formatted(retention));
    }
    if (replication == 0 || replication < -1) {
      throw new IllegalArgumentException(
          "Invalid replication: %s (must be > 0, or -1)".formatted(replication));
    }
  }
}

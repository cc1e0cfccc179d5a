package io.anabranch.ingest;

import io.anabranch.master.Cover;
import org.apache.kafka.common.TopicPartition;

/**
 * What a partition of the log still holds.
 *
 * @param beginning its first offset
 * @param end the offset behind its last record
 */
record LogBounds(long beginning, long end) {
  /** Why the partition cannot go on behind the cover; empty if it can. */
  String refusal(TopicPartition partition, Cover cover) {
    if (beginning > cover.end()) {
      return """
          %s: the offsets from %s to %s (exclusive) are neither in the master dataset nor in Kafka \
          any more, which begins at %s: nothing is read from this partition. Raise \
          ingest.retention, and start a new history with another topic name in the dataset file"""
          .formatted(partition, cover.end(), beginning, beginning);
    } else if (end < cover.end()) {
      return """
          %s: Kafka ends at offset %s, but the master dataset already holds the offsets before %s: \
          Kafka lost records, and new ones would take the same offsets. Nothing is read from this \
          partition. Start a new history with another topic name in the dataset file"""
          .formatted(partition, end, cover.end());
    }
    return "";
  }
}

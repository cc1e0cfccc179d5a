package io.anabranch.jobs.metrics;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What the tasks of a stage add up to; names end in the unit where it is no count. The names in the
 * event log are those of Spark's JsonProtocol, the sums those of its AppStatusListener.
 */
public enum Measure {
  RECORDS_READ("/Input Metrics/Records Read"),
  BYTES_READ("/Input Metrics/Bytes Read"),
  RECORDS_WRITTEN("/Output Metrics/Records Written"),
  BYTES_WRITTEN("/Output Metrics/Bytes Written"),
  SHUFFLE_RECORDS_READ("/Shuffle Read Metrics/Total Records Read"),
  SHUFFLE_BYTES_READ(
      "/Shuffle Read Metrics/Remote Bytes Read", "/Shuffle Read Metrics/Local Bytes Read"),
  SHUFFLE_RECORDS_WRITTEN("/Shuffle Write Metrics/Shuffle Records Written"),
  SHUFFLE_BYTES_WRITTEN("/Shuffle Write Metrics/Shuffle Bytes Written"),
  SPILLED_MEMORY_BYTES("/Memory Bytes Spilled"),
  SPILLED_DISK_BYTES("/Disk Bytes Spilled"),
  /** Garbage collection. */
  GC_MS("/JVM GC Time"),
  /** Of all tasks together, on all cores. */
  RUN_MS("/Executor Run Time");

  private final String field;

  /** To be added, empty for none. */
  private final String more;

  Measure(String field) {
    this(field, "");
  }

  Measure(String field, String more) {
    this.field = field;
    this.more = more;
  }

  /** Of one task; 0 where it has none. */
  long of(JsonNode taskMetrics) {
    long sum = taskMetrics.at(field).asLong();
    return more.isEmpty() ? sum : sum + taskMetrics.at(more).asLong();
  }
}

package io.anabranch.ingest;

import java.time.Duration;
import java.time.Instant;

/** How far one partition is; one thread writes, health checks read. */
final class PartitionStatus {
  private static final Duration WINDOW = Duration.ofSeconds(5);

  private final String dataset;
  private final int partition;
  private volatile long end;
  private volatile long next;
  private volatile long recordsPerSecond;
  private volatile String error = "";
  private Instant windowStart = Instant.EPOCH;
  private long windowFirst;

  PartitionStatus(String dataset, int partition, long end) {
    this.dataset = dataset;
    this.partition = partition;
    this.end = end;
    this.next = end;
    this.windowFirst = end;
  }

  void readUpTo(long offset) {
    next = offset;
  }

  void committedUpTo(long offset) {
    end = offset;
  }

  void failed(String why) {
    error = why;
  }

  /** Looks at the clock: a rate is that of the last five seconds or so. */
  void measure(Instant now) {
    Duration passed = Duration.between(windowStart, now);
    if (passed.compareTo(WINDOW) >= 0) {
      recordsPerSecond = (next - windowFirst) * 1000 / Math.max(1, passed.toMillis());
      windowStart = now;
      windowFirst = next;
    }
  }

  String dataset() {
    return dataset;
  }

  int partition() {
    return partition;
  }

  /** The end of the master files: the first offset that none of them covers. */
  long end() {
    return end;
  }

  /** The first offset that was not read yet. */
  long next() {
    return next;
  }

  long recordsPerSecond() {
    return recordsPerSecond;
  }

  /** Why nothing is read from the partition; empty if all is well. */
  String error() {
    return error;
  }
}

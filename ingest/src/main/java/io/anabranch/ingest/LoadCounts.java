package io.anabranch.ingest;

import java.util.concurrent.atomic.AtomicLong;

/** What became of rows; one thread counts, others look. */
final class LoadCounts {
  private final AtomicLong read = new AtomicLong();
  private final AtomicLong accepted = new AtomicLong();
  private final AtomicLong rejected = new AtomicLong();
  private final AtomicLong repeats = new AtomicLong();

  void accept() {
    read.incrementAndGet();
    accepted.incrementAndGet();
  }

  void reject() {
    read.incrementAndGet();
    rejected.incrementAndGet();
  }

  void repeat() {
    read.incrementAndGet();
    repeats.incrementAndGet();
  }

  /** Rows in all: accepted, rejected and repeats. */
  long read() {
    return read.get();
  }

  /** Rows that went to the topic. */
  long accepted() {
    return accepted.get();
  }

  /** Rows that are no record. */
  long rejected() {
    return rejected.get();
  }

  /** Rows that were left out because an earlier one of the run is the same fact. */
  long repeats() {
    return repeats.get();
  }
}

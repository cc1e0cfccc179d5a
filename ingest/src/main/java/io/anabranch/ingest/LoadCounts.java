package io.anabranch.ingest;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/** What became of rows; one thread counts, others look. */
final class LoadCounts {
  /** Faults that differ in every row (a name made of a mutated byte) must not fill the memory. */
  private static final int MOST_REASONS = 100;

  private static final String OTHER = "other reasons";

  private final AtomicLong accepted = new AtomicLong();
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong rejected = new AtomicLong();
  private final AtomicLong repeats = new AtomicLong();
  private final Map<String, Long> reasons = new TreeMap<>();

  void accept() {
    accepted.incrementAndGet();
  }

  /** One of the accepted rows went to the topic in this run. */
  void send() {
    sent.incrementAndGet();
  }

  void reject(String reason) {
    rejected.incrementAndGet();
    count(reason, 1);
  }

  void repeat() {
    repeats.incrementAndGet();
  }

  /** Begins anew, at nothing. */
  synchronized void reset() {
    List.of(accepted, sent, rejected, repeats).forEach(count -> count.set(0));
    reasons.clear();
  }

  /** Adds what was counted elsewhere. */
  void add(Tally tally) {
    accepted.addAndGet(tally.accepted());
    repeats.addAndGet(tally.repeats());
    rejected.addAndGet(tally.rejected());
    tally.reasons().forEach(this::count);
  }

  private synchronized void count(String reason, long rows) {
    boolean known = reasons.containsKey(reason) || reasons.size() < MOST_REASONS;
    reasons.merge(known ? reason : OTHER, rows, Long::sum);
  }

  /** Rows in all: accepted, rejected and repeats. */
  long read() {
    return accepted() + rejected() + repeats();
  }

  /** Rows that are records, each once. */
  long accepted() {
    return accepted.get();
  }

  /** Accepted rows that this run sent: an earlier run may have sent the others. */
  long sent() {
    return sent.get();
  }

  /** Rows that are no record. */
  long rejected() {
    return rejected.get();
  }

  /** Rows that were left out because an earlier one is the same record. */
  long repeats() {
    return repeats.get();
  }

  /** What was counted so far; the sending is no part of it. */
  synchronized Tally tally() {
    return new Tally(accepted(), repeats(), new TreeMap<>(reasons));
  }

  /** One line for people who wait. */
  String words() {
    return "%,d read, %,d accepted, %,d rejected, %,d repeats"
        .formatted(read(), accepted(), rejected(), repeats());
  }
}

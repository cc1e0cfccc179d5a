package io.anabranch.speed;

import io.anabranch.views.OffsetRange;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/** What is known of a dataset's stream, for the health endpoint. Safe for several threads. */
final class StreamStatus {
  private final String dataset;
  private final Freshness freshness;
  private final Map<Integer, Long> applied = new ConcurrentSkipListMap<>();
  private final List<OffsetRange> gaps = new ArrayList<>();
  private int restarts;
  private long repeats;
  private boolean running;
  private String problem = "";

  StreamStatus(String dataset, Clock clock) {
    this.dataset = dataset;
    this.freshness = new Freshness(clock);
  }

  String dataset() {
    return dataset;
  }

  Freshness freshness() {
    return freshness;
  }

  /** First offset not yet applied, by partition. */
  Map<Integer, Long> applied() {
    return Map.copyOf(applied);
  }

  void applied(int partition, long end) {
    applied.put(partition, end);
  }

  synchronized void flushed(int newRepeats) {
    repeats += newRepeats;
  }

  synchronized long repeats() {
    return repeats;
  }

  synchronized void running(boolean now) {
    running = now;
    problem = now ? "" : problem;
  }

  synchronized boolean isRunning() {
    return running;
  }

  /** The query ended, or could not be started. */
  synchronized void failed(String why) {
    running = false;
    problem = why;
  }

  /** The query was started again. */
  synchronized void restarted() {
    restarts++;
  }

  synchronized int restarts() {
    return restarts;
  }

  /** Why the stream does not run; empty while it does. */
  synchronized String problem() {
    return problem;
  }

  synchronized void gap(OffsetRange gap) {
    if (!gaps.contains(gap)) {
      gaps.add(gap);
    }
  }

  synchronized List<OffsetRange> gaps() {
    return List.copyOf(gaps);
  }
}

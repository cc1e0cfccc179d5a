package io.anabranch.speed;

import io.anabranch.views.FoldRecord;
import io.anabranch.views.PartitionFold;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One partition of a running stream. Spark's task hands over records; a thread of its own folds and
 * writes them, also while the partition is idle, so that no task ever waits in a call to HBase
 * unless it has run too far ahead. Lives as long as the run, across Spark's batches.
 */
final class LivePartition implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LivePartition.class);

  /** Records that wait, beyond which the task is held up. */
  private static final int MAX_PENDING = 20_000;

  /** Lag beyond which fewer, larger flushes catch up faster. */
  private static final long LAG_MS = 2_000;

  private static final Duration CATCH_UP_INTERVAL = Duration.ofSeconds(1);

  private final int partition;
  private final Clock clock;
  private final long flushIntervalMs;
  private final OffsetHoles holes;
  private final Supplier<PartitionFold> openFold;
  private final StreamStatus status;
  private final Thread flusher;

  private final Object lock = new Object();
  private List<FoldRecord> pending = new ArrayList<>();
  private long next;
  private long lastAppendedMs;

  /** When records were taken last, epoch milliseconds. */
  private long taken;

  private boolean closed;
  private RuntimeException failure;

  /**
   * Begins to wait for records.
   *
   * @param start first offset that will come
   * @param holes asked for offsets that do not come; closed with the partition
   * @param openFold reads the stored state; called by the partition's own thread
   */
  LivePartition(
      String dataset,
      int partition,
      long start,
      Duration flushInterval,
      OffsetHoles holes,
      Supplier<PartitionFold> openFold,
      StreamStatus status,
      Clock clock) {
    this.partition = partition;
    this.clock = clock;
    this.next = start;
    this.flushIntervalMs = flushInterval.toMillis();
    this.holes = holes;
    this.openFold = openFold;
    this.status = status;
    this.flusher = new Thread(this::run, "flush-" + dataset + "-" + partition);
    this.flusher.setDaemon(true);
    this.flusher.start();
  }

  /**
   * Takes over the next record; one that was taken before is passed over. Offsets that no record
   * has are covered: none comes for them. Not for several threads at once.
   *
   * @throws IllegalStateException if records between the last one and this one never came, or if
   *     the partition's own thread failed: the run must be ended and a new one started
   */
  void add(FoldRecord record) throws InterruptedException {
    long expected = next();
    if (record.offset() > expected) {
      requireHole(expected, record.offset());
      for (long offset = expected; offset < record.offset(); offset++) {
        take(FoldRecord.skipped(offset, record.appendedMs()));
      }
    }
    take(record);
  }

  private long next() {
    synchronized (lock) {
      return next;
    }
  }

  private void requireHole(long expected, long came) {
    if (!holes.isHole(expected, came)) {
      throw new IllegalStateException(
          "partition %s: offset %s came where %s was expected"
              .formatted(partition, came, expected));
    }
  }

  private void take(FoldRecord record) throws InterruptedException {
    synchronized (lock) {
      while (pending.size() >= MAX_PENDING && failure == null && !closed) {
        lock.wait();
      }
      if (failure != null || closed) {
        throw new IllegalStateException(
            "partition %s is no longer written".formatted(partition), failure);
      }
      if (record.offset() == next) {
        pending.add(record);
        lastAppendedMs = record.appendedMs();
        next++;
        if (pending.size() == 1 || pending.size() == MAX_PENDING / 2) {
          lock.notifyAll();
        }
      }
    }
  }

  /** Log-append time of the record that was taken last, epoch milliseconds; 0 before the first. */
  long lastAppendedMs() {
    synchronized (lock) {
      return lastAppendedMs;
    }
  }

  /** Why the partition is no longer written; null while it is. */
  RuntimeException failure() {
    synchronized (lock) {
      return failure;
    }
  }

  private void run() {
    try {
      PartitionFold fold = openFold.get();
      List<FoldRecord> batch = take();
      while (batch != null) {
        batch.forEach(fold::add);
        int repeats = fold.flush();
        status.flushed(repeats);
        status.applied(partition, fold.next());
        status.freshness().readable(batch.stream().mapToLong(FoldRecord::appendedMs).toArray());
        batch = take();
      }
    } catch (RuntimeException | Error e) {
      fail(e);
    } catch (InterruptedException e) {
      LOG.debug("partition {} is closed", partition);
    }
  }

  private void fail(Throwable e) {
    synchronized (lock) {
      if (!closed) {
        LOG.warn("{} partition {}: {}", status.dataset(), partition, e.toString());
      }
      failure = e instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(e);
      lock.notifyAll();
    }
  }

  /** The records to flush next, once it is time; null when closed. */
  private List<FoldRecord> take() throws InterruptedException {
    synchronized (lock) {
      while (pending.isEmpty() && !closed) {
        lock.wait();
      }
      long due = taken + intervalMs();
      while (pending.size() < MAX_PENDING / 2 && !closed && clock.millis() < due) {
        lock.wait(Math.max(1, due - clock.millis()));
      }
      taken = clock.millis();
      if (closed) {
        return null;
      }
      List<FoldRecord> batch = pending;
      pending = new ArrayList<>();
      lock.notifyAll();
      return batch;
    }
  }

  private long intervalMs() {
    if (pending.isEmpty() || clock.millis() - pending.get(0).appendedMs() < LAG_MS) {
      return flushIntervalMs;
    }
    return Math.max(flushIntervalMs, CATCH_UP_INTERVAL.toMillis());
  }

  /** Drops what was not flushed: the next run reads it again. */
  @Override
  public void close() {
    synchronized (lock) {
      closed = true;
      lock.notifyAll();
    }
    flusher.interrupt();
    holes.close();
  }
}

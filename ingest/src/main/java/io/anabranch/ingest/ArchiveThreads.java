package io.anabranch.ingest;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/** Runs the configured number of loops; if one gives up, all end. */
final class ArchiveThreads {
  private final Archive archive;

  ArchiveThreads(Archive archive) {
    this.archive = archive;
  }

  /**
   * The name of a thread in the group. Kafka's range assignor hands out partitions in the order of
   * names: with the number in front, each process gets one before any gets its second.
   */
  static String member(String instance, int thread) {
    return thread + "-" + instance;
  }

  /** Returns once all loops have committed and ended, after {@code stop} came down. */
  void runUntil(CountDownLatch stop) throws InterruptedException {
    AtomicReference<Throwable> failure = new AtomicReference<>();
    List<ArchiveLoop> loops = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < archive.settings().consumers(); i++) {
      ArchiveLoop loop = new ArchiveLoop(archive, member(archive.settings().instance(), i));
      Thread thread = new Thread(loop, "consumer-" + i);
      thread.setUncaughtExceptionHandler(
          (dead, why) -> {
            failure.compareAndSet(null, why);
            stop.countDown();
          });
      loops.add(loop);
      threads.add(thread);
      thread.start();
    }
    stop.await();
    loops.forEach(ArchiveLoop::stop);
    for (Thread thread : threads) {
      thread.join();
    }
    if (failure.get() instanceof RuntimeException problem) {
      throw problem;
    } else if (failure.get() != null) {
      throw new IllegalStateException(failure.get());
    }
  }
}

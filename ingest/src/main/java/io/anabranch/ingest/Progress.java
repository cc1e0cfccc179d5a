package io.anabranch.ingest;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows how far long work is: a bar on a terminal, a plain line every few seconds elsewhere. */
final class Progress implements AutoCloseable {
  private static final Duration LINE = Duration.ofSeconds(5);
  private static final Duration REDRAW = Duration.ofMillis(200);

  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "progress");
            thread.setDaemon(true);
            return thread;
          });
  private final String task;
  private final long all;
  private final LongSupplier done;
  private final LongSupplier records;
  private final Supplier<String> words;
  private final long startNs = System.nanoTime();
  private ProgressBar bar;

  /**
   * Work that is to be shown.
   *
   * @param all how much there is to do; negative if nobody knows
   * @param done how much is done, of {@code all}
   * @param records how many records that is
   * @param words what became of them
   */
  Progress(String task, long all, LongSupplier done, LongSupplier records, Supplier<String> words) {
    this.task = task;
    this.all = all;
    this.done = done;
    this.records = records;
    this.words = words;
  }

  /** Begins to show. */
  @SuppressWarnings("SystemConsoleNull") // newer JDKs draw the bar into a file, which is no harm
  void start() {
    if (System.console() == null) {
      every(LINE, () -> System.err.println(line()));
      return;
    }
    bar =
        new ProgressBarBuilder()
            .setTaskName(task)
            .setInitialMax(all)
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis((int) REDRAW.toMillis())
            .build();
    every(REDRAW, () -> bar.stepTo(done.getAsLong()).setExtraMessage(words.get()));
  }

  /** How far it is, for those who have no terminal. */
  String line() {
    long passedMs = Math.max(1, (System.nanoTime() - startNs) / 1_000_000);
    return "%s: %s, %,d records/s%s"
        .formatted(
            task,
            words.get(),
            records.getAsLong() * 1000 / passedMs,
            all < 0 ? "" : ", " + 100 * done.getAsLong() / Math.max(1, all) + " %");
  }

  private void every(Duration interval, Runnable show) {
    var unused =
        clock.scheduleAtFixedRate(
            show, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    clock.shutdownNow();
    if (bar != null) {
      bar.stepTo(done.getAsLong());
      bar.close();
    }
  }
}

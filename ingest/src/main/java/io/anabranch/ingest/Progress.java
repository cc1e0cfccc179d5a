package io.anabranch.ingest;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
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
  private ProgressBar bar;

  /**
   * Work that is to be shown.
   *
   * @param done how much is done, of {@code all}
   * @param records how many records that is
   */
  Progress(String task, long all, LongSupplier done, LongSupplier records) {
    this.task = task;
    this.all = all;
    this.done = done;
    this.records = records;
  }

  /** Begins to show. */
  @SuppressWarnings("SystemConsoleNull") // newer JDKs draw the bar into a file, which is no harm
  void start() {
    if (System.console() == null) {
      every(LINE, this::line);
      return;
    }
    bar =
        new ProgressBarBuilder()
            .setTaskName(task)
            .setInitialMax(all)
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis((int) REDRAW.toMillis())
            .build();
    every(
        REDRAW,
        () -> bar.stepTo(done.getAsLong()).setExtraMessage(records.getAsLong() + " records"));
  }

  private void line() {
    System.err.printf(
        "%s: %d records, %d %%%n",
        task, records.getAsLong(), 100 * done.getAsLong() / Math.max(1, all));
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

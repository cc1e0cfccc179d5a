package io.anabranch.cli;

import java.time.Duration;
import java.util.Optional;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

/** Shows how far long work is: a bar on a terminal, a line now and then elsewhere. */
final class Progress implements AutoCloseable {
  private static final Duration LINE_EVERY = Duration.ofSeconds(10);

  private final String task;
  private final long goal;
  private final Optional<ProgressBar> bar;
  private long lastLineNanos = System.nanoTime();

  Progress(String task, long goal) {
    this.task = task;
    this.goal = goal;
    this.bar =
        !Boolean.getBoolean("anabranch.terminal")
            ? Optional.empty()
            : Optional.of(
                new ProgressBarBuilder()
                    .setTaskName(task)
                    .setInitialMax(goal)
                    .setUpdateIntervalMillis(250)
                    .build());
  }

  void at(long done) {
    long shown = Math.min(done, goal);
    if (bar.isPresent()) {
      bar.get().stepTo(shown);
    } else if (System.nanoTime() - lastLineNanos > LINE_EVERY.toNanos()) {
      lastLineNanos = System.nanoTime();
      Words.say("%s: %,d of %,d".formatted(task, shown, goal));
    }
  }

  @Override
  public void close() {
    bar.ifPresent(ProgressBar::close);
  }
}

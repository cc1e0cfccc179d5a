package io.anabranch.serving.jobs;

import io.anabranch.jobs.Jobs;
import io.anabranch.jobs.store.Run;
import io.anabranch.jobs.store.Step;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * The words of a run: what happened to it, then those of each step in the order in which they
 * began. Who follows gets them as they are written, until the run, or the one step, has ended, or
 * has written nothing for so long that the reader may have gone: that is noticed by writing alone.
 */
public final class RunLog {
  private static final long POLL_MS = 250;
  private static final int BUFFER = 16 << 10;

  /** Whether to wait for what is still to be written. */
  public enum Until {
    NOW,
    ITS_END
  }

  private final Jobs jobs;
  private final Until until;
  private final CountDownLatch stopped;
  private final Duration patience;
  private long lastWordsNanos = System.nanoTime();

  /**
   * @param stopped ends everybody who follows when it is counted down
   * @param patience how long nothing may be written before who follows is told to ask again
   */
  public RunLog(Jobs jobs, Until until, CountDownLatch stopped, Duration patience) {
    this.jobs = jobs;
    this.until = until;
    this.stopped = stopped;
    this.patience = patience;
  }

  /**
   * Writes everything of a run.
   *
   * @throws IOException if the reader has gone
   */
  public void write(Run run, OutputStream out) throws IOException {
    int shown = 0;
    while (true) {
      boolean ended = jobs.run(run.id()).status().isFinal();
      List<Step> steps = jobs.steps(run.id());
      while (shown < steps.size()) {
        Step step = steps.get(shown);
        if (!step.type().equals("decision")) {
          line(out, "== %s, step %s, try %s".formatted(step.node(), step.number(), step.tries()));
          if (!follow(step, out)) {
            return;
          }
        }
        shown++;
        steps = jobs.steps(run.id());
      }
      if (!ended && until == Until.ITS_END && isQuiet(out)) {
        return;
      }
      if (ended || until == Until.NOW || pause()) {
        line(out, "== " + run.id());
        copy(jobs.log(run), 0, out);
        return;
      }
    }
  }

  /**
   * Writes what a step's process wrote.
   *
   * @throws IOException if the reader has gone
   */
  public void write(Step step, OutputStream out) throws IOException {
    follow(step, out);
  }

  /** Whether it came to its end and did not give up before. */
  private boolean follow(Step step, OutputStream out) throws IOException {
    BooleanSupplier ended =
        () ->
            jobs.steps(step.run()).stream()
                .filter(now -> now.number() == step.number())
                .allMatch(now -> now.ended().isPresent());
    long at = 0;
    while (true) {
      boolean last = until == Until.NOW || ended.getAsBoolean();
      at = copy(jobs.log(step), at, out);
      if (!last && isQuiet(out)) {
        return false;
      } else if (last || pause()) {
        return true;
      }
    }
  }

  /** The step that a number or a node's name names; of several tries the last. */
  public Optional<Step> step(Run run, String wanted) {
    return jobs.steps(run.id()).stream()
        .filter(
            step -> step.node().equals(wanted) || Integer.toString(step.number()).equals(wanted))
        .reduce((first, second) -> second);
  }

  /** Whether nothing was written for too long, which is told. */
  private boolean isQuiet(OutputStream out) throws IOException {
    if (System.nanoTime() - lastWordsNanos < patience.toNanos()) {
      return false;
    }
    line(out, "== nothing was written for %s: follow it again".formatted(patience));
    return true;
  }

  /** Waits a moment; whether everybody is to stop. */
  private boolean pause() {
    try {
      return stopped.await(POLL_MS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  private void line(OutputStream out, String line) throws IOException {
    out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    out.flush();
    lastWordsNanos = System.nanoTime();
  }

  /** Copies what stands after a place; the place of the end. */
  private long copy(Path log, long from, OutputStream out) throws IOException {
    if (!Files.exists(log)) {
      return from;
    }
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      file.seek(from);
      byte[] buffer = new byte[BUFFER];
      long at = from;
      for (int read = file.read(buffer); read > 0; read = file.read(buffer)) {
        out.write(buffer, 0, read);
        at += read;
        lastWordsNanos = System.nanoTime();
      }
      out.flush();
      return at;
    }
  }
}

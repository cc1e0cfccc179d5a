package io.anabranch.serving;

import io.anabranch.runtime.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Calls to the stores, side by side and under a deadline, since their own clients wait for longer
 * than a caller of REST should. A call that is out of time is interrupted and given up.
 */
public final class StoreCalls implements AutoCloseable {
  private static final int MAX_THREADS = 64;

  private final Duration timeout;
  private final ThreadPoolExecutor threads;

  /**
   * @param timeout for all that one request asks of the stores
   */
  public StoreCalls(Duration timeout) {
    this.timeout = timeout;
    this.threads =
        new ThreadPoolExecutor(0, MAX_THREADS, 30, TimeUnit.SECONDS, new SynchronousQueue<>());
  }

  /** A moment by which calls must be done. */
  public static final class Deadline {
    private final long nanos;

    private Deadline(Duration timeout) {
      this.nanos = System.nanoTime() + timeout.toNanos();
    }

    private long remaining() {
      return Math.max(0, nanos - System.nanoTime());
    }
  }

  /** The timeout from now on. */
  public Deadline deadline() {
    return new Deadline(timeout);
  }

  /** One call. */
  public <T> T one(Deadline deadline, Callable<T> call) {
    return all(deadline, List.of(call)).get(0);
  }

  /**
   * All calls at once; the answers come in the order of the calls.
   *
   * @throws Problem if the deadline passes first, or too many calls are under way already
   */
  public <T> List<T> all(Deadline deadline, List<Callable<T>> calls) {
    List<Future<T>> futures = new ArrayList<>();
    try {
      for (Callable<T> call : calls) {
        futures.add(threads.submit(call));
      }
      List<T> answers = new ArrayList<>();
      for (Future<T> future : futures) {
        answers.add(future.get(deadline.remaining(), TimeUnit.NANOSECONDS));
      }
      return answers;
    } catch (TimeoutException e) {
      throw away("did not answer within " + timeout, e);
    } catch (RejectedExecutionException e) {
      throw away("is too slow for the number of requests", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw away("was not waited for: the server stops", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException failure
          ? failure
          : new IllegalStateException(e.getCause());
    } finally {
      futures.forEach(future -> future.cancel(true));
    }
  }

  private static Problem away(String what, Exception cause) {
    return Problem.unreachable(
        "the store " + what + ": see 'anabranch status', or start it with 'anabranch up'", cause);
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}

package io.anabranch.batch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Two pieces of work side by side: while one waits for HBase or Hive's metastore, the other one's
 * tasks run.
 */
final class Together {
  private Together() {}

  /** Work that may fail. */
  @FunctionalInterface
  interface Work {
    void run() throws IOException;
  }

  /** Work that may fail and has a result. */
  @FunctionalInterface
  interface Question<T> {
    T answer() throws IOException;
  }

  /**
   * Returns once both have ended.
   *
   * @throws IOException that of either
   */
  static void run(Work here, Work there) throws IOException {
    get(
        () -> {
          here.run();
          return null;
        },
        there);
  }

  /**
   * The answer of one, once both have ended.
   *
   * @throws IOException that of either
   */
  static <T> T get(Question<T> here, Work there) throws IOException {
    // A thread of its own inherits the class loader, which a pool's threads would not.
    CompletableFuture<Void> other =
        CompletableFuture.runAsync(
            () -> unchecked(there), task -> new Thread(task, "anabranch-beside").start());
    T answer;
    try {
      answer = here.answer();
    } catch (IOException | RuntimeException e) {
      var unused = other.handle((done, failure) -> null).join();
      throw e;
    }
    try {
      other.join();
      return answer;
    } catch (CompletionException e) {
      if (e.getCause() instanceof UncheckedIOException io) {
        throw io.getCause();
      }
      throw e.getCause() instanceof RuntimeException failure ? failure : e;
    }
  }

  private static void unchecked(Work work) {
    try {
      work.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

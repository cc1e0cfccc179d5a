package io.anabranch.e2e;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/** Asks for a number again and again, as fast as it is answered. */
final class Poller {
  private final CompletableFuture<List<Long>> seen;
  private volatile boolean done;

  Poller(LongSupplier number) {
    seen =
        CompletableFuture.supplyAsync(
            () -> {
              List<Long> numbers = new ArrayList<>();
              while (!done) {
                numbers.add(number.getAsLong());
              }
              return numbers;
            });
  }

  /** What was answered, in order; fails if a question did. */
  List<Long> stop() {
    done = true;
    return seen.join();
  }
}

package io.anabranch.cli;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** The roles of a data folder, watched side by side. */
final class Supervision implements AutoCloseable {
  private final List<RoleWatch> watches;
  private final ScheduledExecutorService threads;

  Supervision(List<Service> services, DataFolder data, Backoff backoff) {
    this.watches =
        services.stream()
            .map(
                service ->
                    new RoleWatch(
                        service,
                        data,
                        backoff,
                        () -> isReady(service.after()),
                        InstantSource.system()))
            .toList();
    this.threads = Executors.newScheduledThreadPool(Math.max(1, services.size()));
  }

  /** Adopts what lives, then starts and watches until {@link #close}. */
  void start(Duration interval) throws IOException {
    for (RoleWatch watch : watches) {
      watch.adopt();
    }
    for (RoleWatch watch : watches) {
      ScheduledFuture<?> unused =
          threads.scheduleWithFixedDelay(
              () -> step(watch), 0, interval.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private static void step(RoleWatch watch) {
    try {
      watch.step();
    } catch (IOException | RuntimeException e) {
      // An exception that leaves a scheduled task would end the watch in silence.
      System.out.println(watch.role() + ": cannot do the next step: " + e);
    }
  }

  private boolean isReady(Optional<String> role) {
    return role.isEmpty()
        || watches.stream()
            .filter(watch -> watch.role().equals(role.get()))
            .allMatch(watch -> watch.state() == RoleState.READY);
  }

  /** Stops the roles tier by tier, the highest first, those of a tier side by side. */
  @Override
  public void close() {
    ExecutorService stoppers = Executors.newCachedThreadPool();
    List<Integer> tiers =
        watches.stream().map(RoleWatch::tier).distinct().sorted((a, b) -> b - a).toList();
    for (int tier : tiers) {
      CompletableFuture<?>[] stops =
          watches.stream()
              .filter(watch -> watch.tier() == tier)
              .map(watch -> CompletableFuture.runAsync(() -> stop(watch), stoppers))
              .toArray(CompletableFuture<?>[]::new);
      CompletableFuture.allOf(stops).join();
    }
    stoppers.shutdown();
    threads.shutdownNow();
  }

  private static void stop(RoleWatch watch) {
    try {
      watch.stop();
    } catch (IOException e) {
      System.out.println(watch.role() + ": cannot record its end: " + e);
    }
  }
}

package io.anabranch.cluster;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The daemons of this JVM: starts each as soon as those that it needs serve, stops them all. */
final class Services {
  private static final Logger LOG = LoggerFactory.getLogger(Services.class);
  private static final Duration START_DEADLINE = Duration.ofMinutes(4);
  private static final Duration STOP_DEADLINE = Duration.ofSeconds(8);

  /** How far a daemon is. */
  enum State {
    STARTING,
    READY,
    FAILED
  }

  private final StackSettings settings;
  private final Map<Role, Service> services = new EnumMap<>(Role.class);
  private final Map<Role, State> states = Collections.synchronizedMap(new EnumMap<>(Role.class));

  Services(StackSettings settings, List<Role> roles) {
    this.settings = settings;
    for (Role role : roles) {
      services.put(role, role.service(settings));
      states.put(role, State.STARTING);
    }
  }

  /** What each daemon says of itself now. */
  Map<Role, State> states() {
    synchronized (states) {
      return new EnumMap<>(states);
    }
  }

  /**
   * Returns once all serve.
   *
   * @throws StackProblem status 3 naming the first that failed; the others may be running
   */
  void start() throws InterruptedException {
    ExecutorService pool =
        Executors.newCachedThreadPool(
            task -> {
              Thread thread = new Thread(task, "start");
              thread.setDaemon(true);
              return thread;
            });
    CompletableFuture<Void> firstFailure = new CompletableFuture<>();
    Map<Role, CompletableFuture<Void>> started = new EnumMap<>(Role.class);
    for (Role role : services.keySet()) {
      CompletableFuture<?>[] needed =
          role.needs().stream()
              .filter(started::containsKey)
              .map(started::get)
              .toArray(CompletableFuture<?>[]::new);
      CompletableFuture<Void> start =
          CompletableFuture.allOf(needed).thenRunAsync(() -> start(role), pool);
      started.put(role, start);
      var unused =
          start.whenComplete(
              (nothing, error) -> {
                if (error != null) {
                  firstFailure.completeExceptionally(error);
                }
              });
    }
    CompletableFuture<Void> all =
        CompletableFuture.allOf(started.values().toArray(CompletableFuture<?>[]::new));
    await(CompletableFuture.anyOf(all, firstFailure));
    pool.shutdown();
  }

  private void await(CompletableFuture<Object> outcome) throws InterruptedException {
    try {
      outcome.get(START_DEADLINE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof StackProblem problem) {
        throw problem;
      }
      throw new CompletionException(e.getCause());
    } catch (TimeoutException e) {
      throw StackProblem.unreachable(
          "Not ready after %d s: %s; the log says what they wait for"
              .formatted(START_DEADLINE.toSeconds(), states()),
          e);
    }
  }

  private void start(Role role) {
    long begin = System.nanoTime();
    try {
      for (Role needed : role.needs()) {
        if (!services.containsKey(needed)) {
          awaitElsewhere(role, settings.address(needed.endpoints().get(0)), needed);
        }
      }
      services.get(role).start();
    } catch (StackProblem problem) {
      states.put(role, State.FAILED);
      throw problem;
    } catch (Exception | LinkageError e) {
      states.put(role, State.FAILED);
      LOG.error("{} did not start", role.label(), e);
      throw StackProblem.unreachable(
          "%s on %s did not start: %s; the log says more"
              .formatted(role.label(), settings.address(role.endpoints().get(0)), root(e)),
          e);
    }
    states.put(role, State.READY);
    LOG.info("{} serves after {} ms", role.label(), (System.nanoTime() - begin) / 1_000_000);
  }

  private static Throwable root(Throwable error) {
    return error.getCause() == null ? error : root(error.getCause());
  }

  private static void awaitElsewhere(Role role, String address, Role needed) throws Exception {
    int colon = address.lastIndexOf(':');
    String host = address.substring(0, colon);
    int port = Integer.parseInt(address.substring(colon + 1));
    LOG.info("{} waits for {} on {}", role.label(), needed.label(), address);
    Waiting.until(
        () -> {
          try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), 500);
            return true;
          } catch (IOException e) {
            TimeUnit.MILLISECONDS.sleep(200);
            return false;
          }
        });
  }

  /** The first daemon that has ended although nobody stopped it; null while all serve. */
  Role ended() {
    for (Map.Entry<Role, Service> entry : services.entrySet()) {
      if (!entry.getValue().isServing()) {
        states.put(entry.getKey(), State.FAILED);
        return entry.getKey();
      }
    }
    return null;
  }

  /** Stops all that were started, those that need others first, each within a deadline. */
  void stop() {
    List<Role> order = new ArrayList<>(services.keySet());
    Collections.reverse(order);
    for (Role role : order) {
      states.put(role, State.STARTING);
      Thread stopping = new Thread(() -> stop(role), "stop-" + role.label());
      stopping.setDaemon(true);
      stopping.start();
      try {
        stopping.join(STOP_DEADLINE.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
      if (stopping.isAlive()) {
        LOG.warn("{} did not stop within {}: left behind", role.label(), STOP_DEADLINE);
      }
    }
  }

  private void stop(Role role) {
    try {
      services.get(role).stop();
      LOG.info("{} stopped", role.label());
    } catch (Exception | LinkageError e) {
      LOG.warn("{} did not stop cleanly", role.label(), e);
    }
  }
}

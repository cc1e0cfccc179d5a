package io.anabranch.ingest;

import io.anabranch.hbase.HBaseConnection;
import io.anabranch.runtime.ExitStatus;
import io.anabranch.runtime.PlatformSettings;
import io.anabranch.runtime.Problem;
import io.anabranch.schemas.Dataset;
import io.anabranch.views.IdentityLog;
import io.anabranch.views.ViewStore.CloseableIterator;
import io.anabranch.views.ViewStore.SeenIdentity;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Tells which records a topic took within the dataset's horizon, whichever process sent them. All
 * processes tell each other through an {@link IdentityLog}; each keeps in memory what it was told,
 * as much as a part of the heap holds.
 *
 * <p>Only what Kafka has acknowledged is told. So a record that is left out stands in the topic,
 * wherever a process dies; what a process sent and did not tell of before it died may be sent
 * again, and the layers drop it. Where the log does not answer, the same is true of all: that is
 * told to the user once, and the log is asked again later.
 *
 * <p>For one thread, but for {@link #acknowledge}.
 */
final class SentRecords implements AutoCloseable {
  private static final Duration LOOK_EVERY = Duration.ofSeconds(5);

  /** How far clocks may differ: what is told meanwhile is read once more. */
  private static final Duration CLOCK_SKEW = Duration.ofSeconds(5);

  /** A record that is sent now is appended by then, or the horizon's end is not relied on. */
  private static final Duration UNDER_WAY = Duration.ofMinutes(2);

  private static final Duration FIRST_PAUSE = Duration.ofMinutes(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(15);

  /** Entries of an append, each of 32 bytes. */
  private static final int MOST_PER_APPEND = 10_000;

  private final Supplier<IdentityLog> opening;
  private final Clock clock;
  private final Consumer<String> tell;
  private final Duration horizon;
  private final NewestIdentities known;
  private final Queue<Acknowledged> acknowledged = new ConcurrentLinkedQueue<>();
  private Optional<IdentityLog> log = Optional.empty();
  private Instant lookAt = Instant.MIN;
  private Instant toldUpTo;
  private Duration pause = FIRST_PAUSE;
  private boolean away;

  private record Acknowledged(int partition, SeenIdentity identity) {}

  /**
   * What the log says.
   *
   * @param opening opens the log, when it is first asked; may fail with a problem of status 3
   * @param most how many identities to keep in memory
   * @param tell takes words for the user
   */
  SentRecords(
      Duration horizon,
      Supplier<IdentityLog> opening,
      int most,
      Clock clock,
      Consumer<String> tell) {
    this.horizon = horizon;
    this.opening = opening;
    this.clock = clock;
    this.tell = tell;
    this.known = new NewestIdentities(horizon, most);
  }

  /**
   * What HBase says, asked when the first record is about to be sent; words go to standard error.
   */
  static SentRecords of(Dataset dataset, PlatformSettings platform) {
    return new SentRecords(
        dataset.identity().horizon(),
        () ->
            HBaseConnection.openSentLog(
                platform,
                dataset.name(),
                dataset.identity().horizon(),
                dataset.topic().partitions()),
        NewestIdentities.fitting(Runtime.getRuntime().maxMemory() / 4),
        Clock.systemUTC(),
        System.err::println);
  }

  /** Whether the topic took that record less than the horizon before it could take it again. */
  boolean contains(long high, long low) {
    Instant now = clock.instant();
    if (!now.isBefore(lookAt)) {
      look(now);
    }
    return known.contains(high, low, now.plus(UNDER_WAY).toEpochMilli());
  }

  /** Takes note of what Kafka has acknowledged; any thread may call. */
  void acknowledge(int partition, SeenIdentity identity) {
    acknowledged.add(new Acknowledged(partition, identity));
  }

  /** Tells the others of all that was acknowledged so far. */
  void flush() {
    Map<Integer, List<SeenIdentity>> byPartition = new HashMap<>();
    for (Acknowledged next = acknowledged.poll(); next != null; next = acknowledged.poll()) {
      known.add(next.identity());
      byPartition.computeIfAbsent(next.partition(), p -> new ArrayList<>()).add(next.identity());
    }
    if (!away && !byPartition.isEmpty()) {
      trying(clock.instant(), () -> byPartition.forEach(this::append));
    }
  }

  private void append(int partition, List<SeenIdentity> taken) {
    for (int i = 0; i < taken.size(); i += MOST_PER_APPEND) {
      log().append(partition, taken.subList(i, Math.min(taken.size(), i + MOST_PER_APPEND)));
    }
  }

  private void look(Instant now) {
    trying(
        now,
        () -> {
          Instant since = toldUpTo == null ? now.minus(horizon) : toldUpTo.minus(CLOCK_SKEW);
          try (CloseableIterator<SeenIdentity> told = log().toldSince(since)) {
            told.forEachRemaining(known::add);
          }
          toldUpTo = now;
          lookAt = now.plus(LOOK_EVERY);
          away = false;
          pause = FIRST_PAUSE;
        });
  }

  private IdentityLog log() {
    if (log.isEmpty()) {
      log = Optional.of(opening.get());
    }
    return log.get();
  }

  private void trying(Instant now, Runnable work) {
    try {
      work.run();
    } catch (Problem problem) {
      if (problem.status() != ExitStatus.UNREACHABLE) {
        throw problem;
      }
      if (!away) {
        tell.accept(
            "Goes on without knowing what other processes sent: repeats are sent, and dropped"
                + " later. "
                + problem.getMessage());
      }
      away = true;
      lookAt = now.plus(pause);
      pause =
          pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0
              ? pause.multipliedBy(2)
              : LONGEST_PAUSE;
    }
  }

  @Override
  public void close() {
    log.ifPresent(IdentityLog::close);
  }
}

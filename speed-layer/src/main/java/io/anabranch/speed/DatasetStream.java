package io.anabranch.speed;

import io.anabranch.engine.DatasetPlan;
import io.anabranch.runtime.ExitStatus;
import io.anabranch.runtime.PlatformSettings;
import io.anabranch.runtime.Problem;
import io.anabranch.schemas.Dataset;
import io.anabranch.views.Catalog;
import io.anabranch.views.OffsetRange;
import io.anabranch.views.ViewStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a dataset's query running: starts it from the catalog's applied offsets, and again, with
 * backoff, whenever it ends, one of its partitions is no longer written, or a record of a schema
 * comes that its plan does not know.
 */
final class DatasetStream implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(DatasetStream.class);
  private static final Duration FIRST_BACKOFF = Duration.ofMillis(500);
  private static final Duration LAST_BACKOFF = Duration.ofSeconds(5);
  private static final Duration STABLE = Duration.ofMinutes(1);
  private static final long POLL_MS = 200;

  private final Definition definition;
  private final PlatformSettings platform;
  private final SpeedSettings settings;
  private final ViewStore store;
  private final Supplier<Catalog> openCatalog;
  private final Function<DatasetPlan, MasterReplay> replays;
  private final Queries queries;
  private final StreamStatus status;
  private int starts;

  /** Starts a query for a run, whose partitions begin at those offsets. */
  @FunctionalInterface
  interface Queries {
    StreamingQuery start(DatasetPlan plan, StreamRun run, Map<Integer, Long> starts)
        throws TimeoutException;
  }

  DatasetStream(
      Definition definition,
      PlatformSettings platform,
      SpeedSettings settings,
      ViewStore store,
      Supplier<Catalog> openCatalog,
      Function<DatasetPlan, MasterReplay> replays,
      Queries queries,
      StreamStatus status) {
    this.definition = definition;
    this.platform = platform;
    this.settings = settings;
    this.store = store;
    this.openCatalog = openCatalog;
    this.replays = replays;
    this.queries = queries;
    this.status = status;
  }

  /**
   * Returns when it is interrupted.
   *
   * @throws Problem of bad input, which no restart cures
   */
  @Override
  public void run() {
    Duration backoff = FIRST_BACKOFF;
    while (!Thread.currentThread().isInterrupted()) {
      long begin = System.nanoTime();
      try {
        runOnce();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (Exception e) {
        if (e instanceof Problem problem && problem.status() == ExitStatus.BAD_INPUT) {
          throw problem;
        }
        report(e);
      }
      boolean stable = System.nanoTime() - begin > STABLE.toNanos();
      backoff = stable ? FIRST_BACKOFF : backoff;
      try {
        TimeUnit.MILLISECONDS.sleep(backoff.toMillis());
      } catch (InterruptedException e) {
        return;
      }
      Duration twice = backoff.multipliedBy(2);
      backoff = twice.compareTo(LAST_BACKOFF) > 0 ? LAST_BACKOFF : twice;
    }
  }

  private void report(Exception e) {
    status.failed(e.getMessage() == null ? e.toString() : e.getMessage());
    if (e instanceof Problem) {
      LOG.warn("{}: {}; trying again", definition.name(), e.getMessage());
    } else {
      LOG.warn("{}: the query ended; starting it again", definition.name(), e);
    }
  }

  private void runOnce() throws Exception {
    DatasetPlan plan = definition.plan();
    Dataset dataset = plan.dataset();
    MasterReplay replay = replays.apply(plan);
    Catalog catalog = openCatalog.get();
    store.prepare(dataset.name());
    Reading reading = reading(replay, TopicPosition.starts(platform.kafka(), dataset, catalog));
    String name = dataset.name() + "-" + ++starts;
    try (StreamRun run =
        StreamRun.begin(
            name,
            dataset,
            new UnknownSchemas(
                dataset, definition.log(), () -> TopicPosition.ends(platform.kafka(), dataset)),
            partition -> new TopicHoles(platform.kafka(), dataset.topic().name(), partition),
            reading.folds(),
            store,
            catalog,
            settings.flushInterval(),
            status)) {
      for (OffsetRange range : reading.replays()) {
        replay.fold(range, run);
      }
      StreamingQuery query = queries.start(plan, run, reading.reads());
      try {
        if (starts > 1) {
          status.restarted();
        }
        LOG.info("{} runs from {}", name, reading.reads());
        watch(query, run);
      } finally {
        query.stop();
      }
    }
  }

  /**
   * Where a run begins.
   *
   * @param folds first offset that is folded, by partition
   * @param reads first offset that is read from the topic, by partition
   * @param replays what is read from the master dataset before that
   */
  private record Reading(
      Map<Integer, Long> folds, Map<Integer, Long> reads, List<OffsetRange> replays) {}

  private Reading reading(MasterReplay replay, List<TopicPosition.Start> starts) {
    Reading reading = new Reading(new TreeMap<>(), new TreeMap<>(), new ArrayList<>());
    for (TopicPosition.Start start : starts) {
      boolean isGone = !start.gone().holdsNothing();
      boolean isLost = isGone && !replay.covers(start.gone());
      if (isLost) {
        tellLost(start.gone());
      } else if (isGone) {
        reading.replays().add(start.gone());
      }
      reading.folds().put(start.partition(), isLost ? start.readable() : start.applied());
      reading.reads().put(start.partition(), start.readable());
    }
    return reading;
  }

  private void tellLost(OffsetRange lost) {
    LOG.error(
        "{} partition {}: neither the topic nor the master dataset has the records from {} to {};"
            + " answers say so until a batch run has its cut behind them",
        definition.name(),
        lost.partition(),
        lost.from(),
        lost.to());
    status.gap(lost);
  }

  /** Returns never: a query that ends is an error. */
  private void watch(StreamingQuery query, StreamRun run)
      throws StreamingQueryException, InterruptedException {
    while (isRunning(query, run)) {
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedException();
      }
      if (run.failure().isPresent()) {
        throw run.failure().get();
      }
      // Micro-batches have no tasks while no records come.
      if (run.isReading() || settings.mode() == SpeedSettings.Mode.MICRO_BATCH) {
        status.running(true);
      }
    }
    throw new IllegalStateException("the query ended without an error");
  }

  /** Throws the reason of ours, if there is one, rather than what Spark made of it. */
  private static boolean isRunning(StreamingQuery query, StreamRun run)
      throws StreamingQueryException {
    try {
      return !query.awaitTermination(POLL_MS);
    } catch (StreamingQueryException e) {
      if (run.failure().isPresent()) {
        throw run.failure().get();
      }
      throw e;
    }
  }
}

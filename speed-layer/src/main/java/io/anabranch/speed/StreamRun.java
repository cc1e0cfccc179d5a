package io.anabranch.speed;

import io.anabranch.runtime.Problem;
import io.anabranch.schemas.Dataset;
import io.anabranch.views.Catalog;
import io.anabranch.views.CellLayout;
import io.anabranch.views.EpochTimeline;
import io.anabranch.views.LongMemory;
import io.anabranch.views.PartitionFold;
import io.anabranch.views.RepeatFilter;
import io.anabranch.views.ViewStore;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;

/**
 * One start of a dataset's query, up to its end. Holds the folding state of its partitions, which
 * outlives Spark's batches: Spark gives every batch new writers, and those find the run by its name
 * in this JVM. A run that has ended is closed, so that a task of it that still lives writes nothing
 * more.
 */
final class StreamRun implements AutoCloseable {
  private static final Map<String, StreamRun> RUNS = new ConcurrentHashMap<>();

  /** Identities of a horizon may be more than the heap holds. */
  private static final LongMemory SCRATCH =
      LongMemory.mapped(Path.of(System.getProperty("java.io.tmpdir")));

  private final String name;
  private final Dataset dataset;
  private final UnknownSchemas schemas;
  private final IntFunction<OffsetHoles> holes;
  private final Map<Integer, Long> starts;
  private final ViewStore store;
  private final Catalog catalog;
  private final Duration flushInterval;
  private final StreamStatus status;
  private final EpochTimeline timeline;
  private final EpochProfiles profiles;
  private final Map<Integer, LivePartition> partitions = new ConcurrentHashMap<>();
  private final Set<Integer> tasks = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;
  private volatile Problem outdated;

  private StreamRun(
      String name,
      Dataset dataset,
      UnknownSchemas schemas,
      IntFunction<OffsetHoles> holes,
      Map<Integer, Long> starts,
      ViewStore store,
      Catalog catalog,
      Duration flushInterval,
      StreamStatus status) {
    this.name = name;
    this.dataset = dataset;
    this.schemas = schemas;
    this.holes = holes;
    this.starts = Map.copyOf(starts);
    this.store = store;
    this.catalog = catalog;
    this.flushInterval = flushInterval;
    this.status = status;
    this.timeline = EpochTimeline.of(catalog.epochs(dataset.name()));
    this.profiles = new EpochProfiles(dataset.name(), catalog, timeline);
  }

  /**
   * Begins a run, which {@link #named} finds until it is closed.
   *
   * @param schemas asked for a schema that the run's plan does not know
   * @param holes opens those of a partition of the topic
   * @param starts first offset of each partition that the topic has now
   */
  static StreamRun begin(
      String name,
      Dataset dataset,
      UnknownSchemas schemas,
      IntFunction<OffsetHoles> holes,
      Map<Integer, Long> starts,
      ViewStore store,
      Catalog catalog,
      Duration flushInterval,
      StreamStatus status) {
    StreamRun run =
        new StreamRun(name, dataset, schemas, holes, starts, store, catalog, flushInterval, status);
    RUNS.put(name, run);
    starts.keySet().forEach(run::partition);
    return run;
  }

  /**
   * The run of that name.
   *
   * @throws IllegalStateException if it has ended
   */
  static StreamRun named(String name) {
    StreamRun run = RUNS.get(name);
    if (run == null) {
      throw new IllegalStateException("the run " + name + " has ended");
    }
    return run;
  }

  String name() {
    return name;
  }

  EpochProfiles profiles() {
    return profiles;
  }

  /**
   * Lets a record pass that nobody can read, because no registered schema has that fingerprint. Of
   * a schema that was registered after the run began it is not known what the record means: the
   * partition stops before it, and the next run, whose plan knows the schema, begins there.
   *
   * @throws Problem if the schema is registered
   */
  void requireUnregistered(long fingerprint, int partition, long offset) {
    if (schemas.isRegistered(fingerprint, partition, offset)) {
      outdated =
          Problem.unreachable(
              "records of the schema %016x come, which was registered after the query began: starting it again"
                  .formatted(fingerprint));
      throw outdated;
    }
  }

  /** A task of the query has begun. */
  void taskBegan(int task) {
    tasks.add(task);
  }

  /** Whether a task for each partition has begun. */
  boolean isReading() {
    return tasks.size() >= starts.size();
  }

  /** The partition; one that the topic did not have at the start begins where it is applied. */
  LivePartition partition(int partition) {
    LivePartition live = partitions.get(partition);
    return live != null ? live : partitions.computeIfAbsent(partition, this::open);
  }

  private LivePartition open(int partition) {
    if (closed) {
      throw new IllegalStateException("the run " + name + " has ended");
    }
    Long known = starts.get(partition);
    long start = known != null ? known : PartitionFold.start(catalog, dataset.name(), partition);
    status.applied(partition, start);
    List<CellLayout> layouts = dataset.views().values().stream().map(CellLayout::of).toList();
    return new LivePartition(
        dataset.name(),
        partition,
        start,
        flushInterval,
        holes.apply(partition),
        () ->
            new PartitionFold(
                dataset.name(),
                new RepeatFilter(dataset.identity().horizon(), SCRATCH),
                layouts,
                partition,
                store,
                catalog,
                timeline,
                start),
        status,
        Clock.systemUTC());
  }

  /** Why a partition is no longer read or written, if one is not. */
  Optional<RuntimeException> failure() {
    if (outdated != null) {
      return Optional.of(outdated);
    }
    return partitions.values().stream()
        .map(LivePartition::failure)
        .filter(java.util.Objects::nonNull)
        .findFirst();
  }

  @Override
  public void close() {
    closed = true;
    RUNS.remove(name);
    partitions.values().forEach(LivePartition::close);
  }
}

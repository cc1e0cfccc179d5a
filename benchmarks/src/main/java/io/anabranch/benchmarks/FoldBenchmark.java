package io.anabranch.benchmarks;

import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.Datasets;
import io.anabranch.views.CellKey;
import io.anabranch.views.CellLayout;
import io.anabranch.views.EpochTimeline;
import io.anabranch.views.FoldRecord;
import io.anabranch.views.MemoryCatalog;
import io.anabranch.views.MemoryViewStore;
import io.anabranch.views.PartitionFold;
import io.anabranch.views.RepeatFilter;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Folding customer orders into their four views, with the store in memory: what the speed layer
 * costs beyond Kafka, Spark and HBase. Run from the repository's root.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class FoldBenchmark {
  private static final int RECORDS = 20_000;

  private final Random random = new Random(1);
  private List<CellLayout> layouts;
  private Dataset dataset;
  private PartitionFold fold;
  private FoldRecord[] records;
  private long offset;

  /** An empty store; the dataset as it is shipped. */
  @Setup(Level.Trial)
  public void open() {
    dataset = Datasets.load(Path.of("schemas/src/main")).named("customer_orders");
    layouts = dataset.views().values().stream().map(CellLayout::of).toList();
    MemoryViewStore store = new MemoryViewStore();
    store.prepare(dataset.name());
    fold =
        new PartitionFold(
            dataset.name(),
            new RepeatFilter(dataset.identity().horizon()),
            layouts,
            0,
            store,
            new MemoryCatalog(),
            new EpochTimeline(),
            0);
  }

  /** The next records: 20 products, 9 countries, one hour every few thousand records. */
  @Setup(Level.Invocation)
  public void produce() {
    records = new FoldRecord[RECORDS];
    for (int i = 0; i < RECORDS; i++) {
      records[i] = record(offset++);
    }
  }

  private FoldRecord record(long at) {
    CellKey[] keys = new CellKey[layouts.size()];
    Object[][] inputs = new Object[layouts.size()][];
    for (int i = 0; i < keys.length; i++) {
      CellLayout layout = layouts.get(i);
      long grain = layout.view().grain().toSeconds();
      String[] dimensions = new String[layout.view().dimensions().size()];
      for (int d = 0; d < dimensions.length; d++) {
        dimensions[d] = "value-" + random.nextInt(9);
      }
      keys[i] = CellKey.of(layout.id(), at / 2 / grain * grain, dimensions);
      inputs[i] =
          layout.storedValues().stream()
              .map(
                  v -> v.function().equals("distinct") ? "c" + random.nextInt(10_000) : (Object) at)
              .toArray();
    }
    return FoldRecord.accepted(at, 1 + at, random.nextLong(), random.nextLong(), keys, inputs);
  }

  /** Records a second, by one thread. */
  @Benchmark
  @OperationsPerInvocation(RECORDS)
  public int fold() {
    for (FoldRecord record : records) {
      fold.add(record);
    }
    return fold.flush();
  }
}

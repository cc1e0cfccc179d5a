package io.anabranch.speed;

import static org.apache.spark.sql.functions.col;

import io.anabranch.engine.DatasetPlan;
import io.anabranch.master.Cover;
import io.anabranch.master.HdfsMasterStore;
import io.anabranch.master.MasterFile;
import io.anabranch.runtime.PlatformSettings;
import io.anabranch.runtime.Problem;
import io.anabranch.views.FoldRecord;
import io.anabranch.views.OffsetRange;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Folds what the topic no longer has from the master dataset, by the same plan. Master files hold
 * no markers: the catalog knows where epochs begin, because ingest records it before it commits a
 * file.
 */
final class MasterReplay {
  private static final Logger LOG = LoggerFactory.getLogger(MasterReplay.class);

  private final SparkSession spark;
  private final PlatformSettings platform;
  private final DatasetPlan plan;

  MasterReplay(SparkSession spark, PlatformSettings platform, DatasetPlan plan) {
    this.spark = spark;
    this.platform = platform;
    this.plan = plan;
  }

  /** Whether the master dataset has all of the range. */
  boolean covers(OffsetRange range) {
    Cover cover = cover(range.partition());
    return cover.first().isPresent()
        && cover.first().getAsLong() <= range.from()
        && cover.end() >= range.to();
  }

  /**
   * Hands a range's records to its partition, one for each offset.
   *
   * @throws InterruptedException if the run is ended meanwhile
   */
  void fold(OffsetRange range, StreamRun run) throws InterruptedException {
    LOG.info(
        "{} partition {}: {} to {} from the master dataset",
        plan.dataset().name(),
        range.partition(),
        range.from(),
        range.to());
    RecordPlan records = new RecordPlan(plan.dataset());
    LivePartition partition = run.partition(range.partition());
    long next = range.from();
    long appendedMs = 0;
    for (MasterFile file : cover(range.partition()).files()) {
      if (file.end() <= next || file.first() >= range.to()) {
        continue;
      }
      Iterator<Row> rows = rows(file, range, run);
      while (rows.hasNext()) {
        FoldRecord record = records.record(rows.next());
        next = skip(partition, next, record.offset(), appendedMs);
        appendedMs = record.appendedMs();
        partition.add(record);
        next++;
      }
      next = skip(partition, next, Math.min(file.end(), range.to()), appendedMs);
    }
  }

  /** Offsets without a row: markers, undecodable values. */
  private static long skip(LivePartition partition, long from, long to, long appendedMs)
      throws InterruptedException {
    for (long offset = from; offset < to; offset++) {
      partition.add(FoldRecord.skipped(offset, appendedMs));
    }
    return to;
  }

  private Iterator<Row> rows(MasterFile file, OffsetRange range, StreamRun run) {
    return RecordPlan.ofMaster(
            plan, plan.stored(spark, locations(file)), EpochProfiles.lookup(run.name()))
        .where(col("c1").geq(range.from()).and(col("c1").lt(range.to())))
        .coalesce(1)
        .sortWithinPartitions("c1")
        .toLocalIterator();
  }

  private List<String> locations(MasterFile file) {
    return withStore(store -> store.locations(plan.dataset().name(), List.of(file)));
  }

  private Cover cover(int partition) {
    return withStore(store -> store.list(plan.dataset().name()).cover(partition));
  }

  private interface Ask<T> {
    T of(HdfsMasterStore store) throws IOException;
  }

  private <T> T withStore(Ask<T> ask) {
    try (HdfsMasterStore store = HdfsMasterStore.connect(platform.hdfs(), platform.root())) {
      return ask.of(store);
    } catch (IOException e) {
      throw Problem.unreachable(
          "HDFS at %s does not answer (%s): start the stack with 'anabranch up'"
              .formatted(platform.hdfs(), e.getMessage()),
          e);
    }
  }
}

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
import org.apache.spark.sql.Column;
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
    try (HdfsMasterStore store = store()) {
      Cover cover = store.list(plan.dataset().name()).cover(range.partition());
      return cover.first().isPresent()
          && cover.first().getAsLong() <= range.from()
          && cover.end() >= range.to();
    } catch (IOException e) {
      throw away(e);
    }
  }

  /**
   * Hands a range's records to its partition, one for each offset.
   *
   * @throws InterruptedException if the run is ended meanwhile
   */
  void fold(OffsetRange range, StreamRun run) throws InterruptedException {
    String dataset = plan.dataset().name();
    LOG.info(
        "{} partition {}: {} to {} from the master dataset",
        dataset,
        range.partition(),
        range.from(),
        range.to());
    LivePartition partition = run.partition(range.partition());
    try (HdfsMasterStore store = store()) {
      long next = range.from();
      for (MasterFile file : store.list(dataset).cover(range.partition()).files()) {
        if (file.end() > next && file.first() < range.to()) {
          long end = Math.min(file.end(), range.to());
          Iterator<Row> rows = rows(store.locations(dataset, List.of(file)), range, run);
          fold(rows, next, end, partition);
          next = end;
        }
      }
    } catch (IOException e) {
      throw away(e);
    }
  }

  /**
   * Offsets without a row (markers, undecodable values) get the log-append time of the row behind
   * them, since nothing that follows was appended earlier.
   */
  private void fold(Iterator<Row> rows, long from, long end, LivePartition partition)
      throws InterruptedException {
    RecordPlan records = new RecordPlan(plan.dataset());
    long next = from;
    long appendedMs = partition.lastAppendedMs();
    while (rows.hasNext()) {
      FoldRecord record = records.record(rows.next());
      appendedMs = record.appendedMs();
      skip(partition, next, record.offset(), appendedMs);
      partition.add(record);
      next = record.offset() + 1;
    }
    skip(partition, next, end, appendedMs);
  }

  private static void skip(LivePartition partition, long from, long to, long appendedMs)
      throws InterruptedException {
    for (long offset = from; offset < to; offset++) {
      partition.add(FoldRecord.skipped(offset, appendedMs));
    }
  }

  private Iterator<Row> rows(List<String> locations, OffsetRange range, StreamRun run) {
    Column offset = col(RecordPlan.OFFSET);
    return RecordPlan.ofMaster(
            plan, plan.stored(spark, locations), EpochProfiles.lookup(run.name()))
        .where(offset.geq(range.from()).and(offset.lt(range.to())))
        .coalesce(1)
        .sortWithinPartitions(offset)
        .toLocalIterator();
  }

  private HdfsMasterStore store() throws IOException {
    return HdfsMasterStore.connect(platform.hdfs(), platform.root());
  }

  private Problem away(IOException e) {
    return Problem.unreachable(
        "HDFS at %s does not answer (%s): start the stack with 'anabranch up'"
            .formatted(platform.hdfs(), e.getMessage()),
        e);
  }
}

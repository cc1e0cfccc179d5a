package io.anabranch.speed;

import io.anabranch.schemas.Marker;
import org.apache.spark.sql.ForeachWriter;
import org.apache.spark.sql.Row;

/**
 * Hands the rows of a task to the run's partitions. Spark makes a new one for each task of each
 * batch; all state is the run's. It writes nothing itself, and does nothing when it is closed or
 * aborted: replay covers what was not flushed.
 */
final class DeltaWriter extends ForeachWriter<Row> {
  private final String runName;
  private final RecordPlan plan;
  private transient StreamRun run;

  DeltaWriter(String runName, RecordPlan plan) {
    this.runName = runName;
    this.plan = plan;
  }

  @Override
  public boolean open(long partitionId, long epochId) {
    run = StreamRun.named(runName);
    run.taskBegan((int) partitionId);
    return true;
  }

  @Override
  public void process(Row row) {
    int partition = RecordPlan.partition(row);
    Marker marker = RecordPlan.marker(row);
    if (marker != null) {
      // At once, since the rows after it are decoded with the profile that it names.
      run.profiles().observe(partition, row.getLong(1), marker);
    }
    // Before it is passed over as undecodable: it may be of a schema that came after the plan.
    RecordPlan.unknownSchema(row)
        .ifPresent(schema -> run.requireUnregistered(schema, partition, row.getLong(1)));
    try {
      run.partition(partition).add(plan.record(row));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the task was ended", e);
    }
  }

  @Override
  public void close(Throwable error) {}
}

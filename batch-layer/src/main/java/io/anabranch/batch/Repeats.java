package io.anabranch.batch;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lag;
import static org.apache.spark.sql.functions.lit;

import io.anabranch.engine.DatasetPlan;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.storage.StorageLevel;

/**
 * Which accepted records are repeats: an earlier record of the partition has the same identity.
 * Only positions and identities are shuffled, not records.
 */
final class Repeats implements AutoCloseable {
  /** The log-append time of the record before with the same identity; null for the first. */
  static final Column PREVIOUS = col("_previous");

  private static final long BROADCAST = 2_000_000;

  private final org.apache.spark.sql.Dataset<Row> positions;
  private final long count;

  private Repeats(org.apache.spark.sql.Dataset<Row> positions) {
    this.positions = positions.persist(StorageLevel.MEMORY_AND_DISK());
    this.count = this.positions.count();
  }

  /**
   * Finds them.
   *
   * @param repeat a condition on {@code _partition}, {@code _offset}, {@code _timestamp} and {@link
   *     #PREVIOUS}, which is not null
   */
  static Repeats find(org.apache.spark.sql.Dataset<Row> judged, Column repeat) {
    return new Repeats(among(judged, repeat));
  }

  /** Those that repeat another of the records, or a fact that stood there before all of them. */
  static Repeats find(org.apache.spark.sql.Dataset<Row> judged, FactIndex facts) {
    return new Repeats(among(judged, lit(true)).union(facts.repeats(judged)).distinct());
  }

  private static org.apache.spark.sql.Dataset<Row> among(
      org.apache.spark.sql.Dataset<Row> judged, Column repeat) {
    Column previous =
        lag(col("_timestamp"), 1)
            .over(
                Window.partitionBy(col("_partition"), col("_identity_high"), col("_identity_low"))
                    .orderBy(col("_offset")));
    return judged
        .where(DatasetPlan.accepted())
        .select("_partition", "_offset", "_timestamp", "_identity_high", "_identity_low")
        .withColumn("_previous", previous)
        .where(PREVIOUS.isNotNull().and(repeat))
        // Other names than the records' own: the join would take a column for itself.
        .select(col("_partition").as("_repeat_partition"), col("_offset").as("_repeat_offset"));
  }

  long count() {
    return count;
  }

  /** The accepted records that are none. */
  org.apache.spark.sql.Dataset<Row> drop(org.apache.spark.sql.Dataset<Row> judged) {
    org.apache.spark.sql.Dataset<Row> accepted = judged.where(DatasetPlan.accepted());
    if (count == 0) {
      return accepted;
    }
    org.apache.spark.sql.Dataset<Row> right = count < BROADCAST ? broadcast(positions) : positions;
    Column same =
        col("_partition")
            .equalTo(col("_repeat_partition"))
            .and(col("_offset").equalTo(col("_repeat_offset")));
    return accepted.join(right, same, "left_anti");
  }

  @Override
  public void close() {
    positions.unpersist();
  }
}

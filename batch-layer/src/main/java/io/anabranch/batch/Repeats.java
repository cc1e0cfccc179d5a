package io.anabranch.batch;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lag;
import static org.apache.spark.sql.functions.lit;

import io.anabranch.engine.DatasetPlan;
import java.util.Optional;
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

  private static final Column IDENTITY_HIGH = col("_identity_high");
  private static final Column IDENTITY_LOW = col("_identity_low");

  private final org.apache.spark.sql.Dataset<Row> positions;
  private final Erased erased;
  private final long count;

  private Repeats(org.apache.spark.sql.Dataset<Row> positions, Erased erased) {
    this.positions = positions.persist(StorageLevel.MEMORY_AND_DISK());
    this.erased = erased;
    this.count = this.positions.where("not _repeat_erased").count();
  }

  /**
   * Finds them.
   *
   * @param erased what is not among the records any more, and is repeated all the same
   * @param repeat a condition on {@code _partition}, {@code _offset}, {@code _timestamp} and {@link
   *     #PREVIOUS}, which is not null
   */
  static Repeats find(org.apache.spark.sql.Dataset<Row> judged, Erased erased, Column repeat) {
    return new Repeats(among(judged, erased, repeat), erased);
  }

  /** Those that repeat another of the records, or a fact that stood there before all of them. */
  static Repeats find(org.apache.spark.sql.Dataset<Row> judged, FactIndex facts) {
    return new Repeats(
        among(judged, Erased.NONE, lit(true))
            .union(facts.repeats(judged).withColumn("_repeat_erased", lit(false)))
            .distinct(),
        Erased.NONE);
  }

  private static org.apache.spark.sql.Dataset<Row> among(
      org.apache.spark.sql.Dataset<Row> judged, Erased erased, Column repeat) {
    Column previous =
        lag(col("_timestamp"), 1)
            .over(
                Window.partitionBy(col("_partition"), IDENTITY_HIGH, IDENTITY_LOW)
                    .orderBy(col("_offset")));
    org.apache.spark.sql.Dataset<Row> accepted =
        judged
            .where(DatasetPlan.accepted())
            .select(
                col("_partition"), col("_offset"), col("_timestamp"), IDENTITY_HIGH, IDENTITY_LOW)
            .withColumn("_erased", lit(false));
    return erased
        .accepted()
        .map(accepted::unionByName)
        .orElse(accepted)
        .withColumn("_previous", previous)
        .where(PREVIOUS.isNotNull().and(repeat))
        // Other names than the records' own: the join would take a column for itself.
        .select(
            col("_partition").as("_repeat_partition"),
            col("_offset").as("_repeat_offset"),
            col("_erased").as("_repeat_erased"));
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
    return without(accepted);
  }

  /** The facts that were erased: those of the erased records that repeat no other. */
  Optional<org.apache.spark.sql.Dataset<Row>> erasedFacts() {
    return erased.accepted().map(this::without);
  }

  private org.apache.spark.sql.Dataset<Row> without(org.apache.spark.sql.Dataset<Row> records) {
    org.apache.spark.sql.Dataset<Row> right = count < BROADCAST ? broadcast(positions) : positions;
    Column same =
        col("_partition")
            .equalTo(col("_repeat_partition"))
            .and(col("_offset").equalTo(col("_repeat_offset")));
    return records.join(right, same, "left_anti");
  }

  @Override
  public void close() {
    positions.unpersist();
  }
}

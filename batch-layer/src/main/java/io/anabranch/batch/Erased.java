package io.anabranch.batch;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Records that were erased: they count no more, but what repeats one of them is a repeat as before.
 * So an erasure takes facts away and never brings one in, and speed and batch layer agree on what
 * comes after it, whenever each of them met the records.
 */
final class Erased {
  /** Nothing. */
  static final Erased NONE = new Erased(Optional.empty(), 0);

  /** The columns of what is kept of a record; a rejected one has no identity. */
  static final StructType SCHEMA =
      new StructType()
          .add("_partition", DataTypes.IntegerType)
          .add("_offset", DataTypes.LongType)
          .add("_timestamp", DataTypes.TimestampType)
          .add("_identity_high", DataTypes.LongType)
          .add("_identity_low", DataTypes.LongType);

  private static final long BROADCAST = 2_000_000;

  private final Optional<org.apache.spark.sql.Dataset<Row>> rows;
  private final long count;

  private Erased(Optional<org.apache.spark.sql.Dataset<Row>> rows, long count) {
    this.rows = rows;
    this.count = count;
  }

  /** Those that a run or a recompute leaves out. */
  static Erased by(SparkSession session, ErasureLog log, List<Erasure> erasures) {
    String[] folders =
        erasures.stream()
            .filter(erasure -> erasure.records() > 0)
            .map(erasure -> log.rows(erasure.number()).toString())
            .toArray(String[]::new);
    return folders.length == 0
        ? NONE
        : of(
            session.read().schema(SCHEMA).parquet(folders),
            erasures.stream().mapToLong(Erasure::records).sum());
  }

  /**
   * Those.
   *
   * @param rows of {@link #SCHEMA}
   * @param count about how many they are
   */
  static Erased of(org.apache.spark.sql.Dataset<Row> rows, long count) {
    return new Erased(Optional.of(rows), count);
  }

  /** All others of the stored rows. */
  org.apache.spark.sql.Dataset<Row> dropFrom(org.apache.spark.sql.Dataset<Row> stored) {
    if (rows.isEmpty()) {
      return stored;
    }
    // Other names than the rows' own: the join would take a column for itself.
    org.apache.spark.sql.Dataset<Row> positions =
        rows.get().select(col("_partition").as("_erased_in"), col("_offset").as("_erased_at"));
    Column same =
        col("_partition").equalTo(col("_erased_in")).and(col("_offset").equalTo(col("_erased_at")));
    return stored.join(count < BROADCAST ? broadcast(positions) : positions, same, "left_anti");
  }

  /** Those that were accepted, with {@code _erased}; empty if there are none. */
  Optional<org.apache.spark.sql.Dataset<Row>> accepted() {
    return rows.map(
        all -> all.where(col("_identity_high").isNotNull()).withColumn("_erased", lit(true)));
  }
}

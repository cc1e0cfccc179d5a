package io.anabranch.batch;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.to_json;
import static org.apache.spark.sql.functions.unix_millis;
import static org.apache.spark.sql.functions.when;

import io.anabranch.engine.DatasetPlan;
import io.anabranch.engine.ProfileLookup;
import io.anabranch.schemas.Dataset;
import io.anabranch.views.Offsets;
import io.anabranch.views.Version;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;

/** Finds the records that a condition means, those that were erased before left out. */
final class ErasureSearch {
  private static final Column ACCEPTED = col("_accepted");

  private final Workplace place;
  private final SparkSession session;
  private final ErasureLog log;

  ErasureSearch(Workplace place, SparkSession session, ErasureLog log) {
    this.place = place;
    this.session = session;
    this.log = log;
  }

  /** What was found; closed when it was written. */
  static final class Found implements AutoCloseable {
    private final org.apache.spark.sql.Dataset<Row> rows;
    private final long accepted;
    private final long rejected;
    private final Optional<Instant> first;
    private final Optional<Instant> last;

    private Found(org.apache.spark.sql.Dataset<Row> rows) {
      this.rows = rows.persist(StorageLevel.MEMORY_AND_DISK());
      Row sums =
          this.rows
              .agg(
                  count(when(ACCEPTED, lit(1))),
                  count(lit(1)),
                  min(unix_millis(col("_timestamp"))),
                  max(unix_millis(col("_timestamp"))))
              .first();
      this.accepted = sums.getLong(0);
      this.rejected = sums.getLong(1) - accepted;
      this.first = instant(sums, 2);
      this.last = instant(sums, 3);
    }

    private static Optional<Instant> instant(Row row, int column) {
      return row.isNullAt(column)
          ? Optional.empty()
          : Optional.of(Instant.ofEpochMilli(row.getLong(column)));
    }

    long accepted() {
      return accepted;
    }

    long rejected() {
      return rejected;
    }

    /** Log-append time of the oldest of them. */
    Optional<Instant> first() {
      return first;
    }

    /** Log-append time of the newest of them. */
    Optional<Instant> last() {
      return last;
    }

    /** The identity's fields of some of them, as JSON, in the order of the log. */
    List<String> examples(int most) {
      return rows
          .orderBy("_timestamp", "_partition", "_offset")
          .limit(most)
          .select("identity")
          .collectAsList()
          .stream()
          .map(row -> row.getString(0))
          .toList();
    }

    /** Writes where they stand, and the keys of their clean rows. */
    void write(Path positions, Path keys) {
      Column high = when(ACCEPTED, col("_identity_high")).as("_identity_high");
      Column low = when(ACCEPTED, col("_identity_low")).as("_identity_low");
      write(
          rows.select(col("_partition"), col("_offset"), col("_timestamp"), high, low), positions);
      write(rows.select("key").where("key is not null").distinct(), keys);
    }

    private static void write(org.apache.spark.sql.Dataset<Row> all, Path folder) {
      all.coalesce(1).write().mode(SaveMode.Overwrite).parquet(folder.toString());
    }

    @Override
    public void close() {
      rows.unpersist();
    }
  }

  /** Refuses a condition that is wrong, before anything is done for it. */
  void check(String condition) {
    DatasetPlan plan = place.plan(session);
    org.apache.spark.sql.Dataset<Row> nothing = plan.judge(plan.stored(session, List.of()));
    var unused = plan.matching(nothing, ProfileLookup.none(), condition);
  }

  /**
   * Finds.
   *
   * @param until first offset of each partition that is not looked at
   * @param condition over the dataset's columns, as they came or as they are cleaned
   */
  Found find(Offsets until, String condition) throws IOException {
    Dataset dataset = place.dataset();
    DatasetPlan plan = place.plan(session);
    Sessions.tune(session, until.minus(Offsets.NONE));
    org.apache.spark.sql.Dataset<Row> stored =
        Erased.by(session, log, log.all())
            .dropFrom(new MasterRows(session, plan, place).between(Offsets.NONE, until));
    Map<String, String> profile =
        place.catalog().published(dataset.name()).map(Version::profile).orElse(Map.of());
    Column[] identity =
        dataset.identity().fields().stream()
            .map(org.apache.spark.sql.functions::col)
            .toArray(Column[]::new);
    return new Found(
        plan.matching(plan.judge(stored), ProfileLookup.constant(profile), condition)
            .select(
                col("_partition"),
                col("_offset"),
                col("_timestamp"),
                col("_identity_high"),
                col("_identity_low"),
                DatasetPlan.accepted().as("_accepted"),
                plan.rowKey().cast("binary").as("key"),
                to_json(struct(identity)).as("identity")));
  }
}

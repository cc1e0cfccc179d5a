package io.anabranch.batch;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.date_format;

import io.anabranch.engine.DatasetPlan;
import io.anabranch.master.Undecodable;
import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.Dataset.HiveTable;
import io.anabranch.schemas.Measure;
import io.anabranch.schemas.View;
import io.anabranch.views.quality.QualityReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructType;

/** A version's files in HDFS, and Hive's tables over them. */
final class VersionFiles {
  /** The second partition column of cells. */
  static final String MONTH = "month";

  private final Workplace place;
  private final DatasetPlan plan;
  private final long root;
  private final long run;
  private final Optional<HiveTables> hive;

  /**
   * The files that a run writes.
   *
   * @param root the full run whose tables it adds to; the run itself if it is one
   */
  VersionFiles(Workplace place, DatasetPlan plan, long root, long run, Optional<HiveTables> hive) {
    this.place = place;
    this.plan = plan;
    this.root = root;
    this.run = run;
    this.hive = hive;
  }

  void writeClean(org.apache.spark.sql.Dataset<Row> clean) {
    HiveTable table = place.dataset().hive();
    write(
        table.table(),
        cleanRows(place.dataset(), clean),
        table.partition(),
        date_format(
            col(table.partitionField()),
            table.partitionBy() == HiveTable.Grain.DAY ? "yyyy-MM-dd" : "yyyy-MM"));
  }

  /** Clean rows as people read them, each column with what the schema says of it. */
  static org.apache.spark.sql.Dataset<Row> cleanRows(
      Dataset dataset, org.apache.spark.sql.Dataset<Row> clean) {
    List<Column> columns = new ArrayList<>();
    for (String column : dataset.cleanColumns().keySet()) {
      Schema.Field field = dataset.schema().getField(column);
      columns.add(
          field == null || field.doc() == null
              ? col(column)
              : col(column).as(column, comment(field.doc())));
    }
    columns.add(col("_partition").as("topic_partition"));
    columns.add(col("_offset").as("topic_offset"));
    return clean.select(columns.toArray(Column[]::new));
  }

  private static Metadata comment(String text) {
    return new MetadataBuilder().putString("comment", text).build();
  }

  /**
   * Writes cells of a view.
   *
   * @param cells all of each month that they touch
   */
  void writeView(View view, org.apache.spark.sql.Dataset<Row> cells) {
    org.apache.spark.sql.Dataset<Row> rows =
        declared(view.name())
            .map(types -> withSumsOf(types, view, plan.served(cells, view)))
            .orElseGet(() -> plan.served(cells, view));
    write(view.name(), rows, MONTH, date_format(col("bucket"), "yyyy-MM"));
  }

  /** The columns of the table that the full run made, if this run adds to it. */
  private Optional<StructType> declared(String table) {
    String name = HiveTables.ofRoot(table, root);
    return hive.filter(tables -> run != root && tables.exists(name))
        .map(tables -> tables.columns(name));
  }

  /**
   * Files that fit a table: in those of former releases sums have the digits of 64 bits. One that
   * has more is null there, until a full run makes a table with room for it.
   *
   * @param types of the table's columns
   */
  static org.apache.spark.sql.Dataset<Row> withSumsOf(
      StructType types, View view, org.apache.spark.sql.Dataset<Row> rows) {
    org.apache.spark.sql.Dataset<Row> fitting = rows;
    for (Measure measure : view.measures().values()) {
      if (measure.mayLeaveLong()) {
        Column sum = col(measure.name()).try_cast(types.apply(measure.name()).dataType());
        fitting = fitting.withColumn(measure.name(), sum);
      }
    }
    return fitting;
  }

  private void write(
      String table, org.apache.spark.sql.Dataset<Row> rows, String partition, Column value) {
    String location = location(table);
    rows.withColumn(partition, value)
        .repartition(col(partition))
        .write()
        .partitionBy(partition)
        .parquet(location);
    declare(table, rows.schema(), Optional.of(partition));
  }

  void writeQuarantine(
      SparkSession session,
      org.apache.spark.sql.Dataset<Row> judged,
      List<Undecodable> undecodable) {
    String table = place.dataset().hive().quarantine();
    QuarantineRows.of(session, plan, judged, undecodable)
        .coalesce(2)
        .write()
        .parquet(location(table));
    declare(table, QuarantineRows.SCHEMA, Optional.empty());
  }

  /** The run's report, one row for each figure. */
  void writeQuality(SparkSession session, QualityReport report) {
    String table = place.dataset().hive().quality();
    session
        .createDataFrame(QualityRows.of(report), QualityRows.SCHEMA)
        .coalesce(1)
        .write()
        .parquet(location(table));
    declare(table, QualityRows.SCHEMA, Optional.empty());
  }

  private void declare(String table, StructType columns, Optional<String> partition) {
    hive.ifPresent(
        tables -> {
          String name = HiveTables.ofRoot(table, root);
          // A full run of a former release wrote fewer tables, and one without Hive declared none.
          if (run == root || !tables.exists(name)) {
            tables.declare(name, folder(table), columns, partition);
          }
          tables.addRun(name, run, partition, location(table));
        });
  }

  private String location(String table) {
    return HiveTables.ofRun(folder(table), run);
  }

  private String folder(String table) {
    return place.versionFolder(root) + "/" + table;
  }
}

package io.anabranch.batch;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.date_format;
import static org.apache.spark.sql.functions.lit;

import io.anabranch.engine.DatasetPlan;
import io.anabranch.engine.ProfileLookup;
import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.Datasets;
import io.anabranch.schemas.FieldType;
import io.anabranch.schemas.View;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;

/**
 * Plans of every kind, run once over a few empty records without any service. The command records
 * the classes that this needs, so that later processes of Spark find them prepared.
 */
final class Exercise {
  private static final int RECORDS = 200;

  private Exercise() {}

  static Map<String, Object> run(Path schemas) throws IOException {
    Path scratch = Files.createTempDirectory("anabranch-exercise");
    EventLogFolder events = new EventLogFolder(scratch.resolve("events").toUri().toString());
    SparkSession session =
        Sessions.plain("anabranch exercise", events.prepared(Duration.ofDays(1), Instant.now()));
    Datasets datasets = Datasets.load(schemas);
    for (Dataset dataset : datasets.all()) {
      DatasetPlan plan = DatasetPlan.compile(session, dataset, schemas);
      run(session, plan, scratch.resolve(dataset.name()).toUri().toString());
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("datasets", datasets.all().size());
    return json;
  }

  private static void run(SparkSession session, DatasetPlan plan, String folder) {
    org.apache.spark.sql.Dataset<Row> judged = plan.judge(records(session, plan.dataset()));
    Tally.of(judged, 0);
    QuarantineRows.of(session, plan, judged, List.of()).write().parquet(folder + "/quarantine");
    try (Repeats repeats = Repeats.find(judged, Erased.NONE, lit(true))) {
      Map<String, String> profile = plan.learn(repeats.drop(judged));
      org.apache.spark.sql.Dataset<Row> clean =
          plan.clean(repeats.drop(judged), ProfileLookup.constant(profile))
              .persist(StorageLevel.MEMORY_AND_DISK());
      String rows = folder + "/rows";
      clean.write().parquet(rows);
      session.read().parquet(rows).count();
      for (View view : plan.dataset().views().values()) {
        org.apache.spark.sql.Dataset<Row> cells = plan.aggregate(clean, view);
        cells.sortWithinPartitions("key").write().format("avro").save(folder + "/" + view.name());
        plan.served(cells, view)
            .withColumn("month", date_format(col("bucket"), "yyyy-MM"))
            .repartition(col("month"))
            .write()
            .partitionBy("month")
            .parquet(folder + "/served-" + view.name());
      }
      clean.unpersist();
    }
  }

  /** Records that no rule rejects for want of a time; everything else is missing that may be. */
  static org.apache.spark.sql.Dataset<Row> records(SparkSession session, Dataset dataset) {
    org.apache.spark.sql.Dataset<Row> records = session.range(RECORDS).toDF("_offset");
    for (Map.Entry<String, FieldType> field : dataset.fields().entrySet()) {
      Column value = value(dataset, field.getKey());
      records = records.withColumn(field.getKey(), value.cast(field.getValue().sqlName()));
    }
    return records
        .withColumn("_partition", lit(0))
        .withColumn("_timestamp", col("_offset").cast("timestamp"));
  }

  private static Column value(Dataset dataset, String field) {
    if (!field.equals(dataset.eventTime())
        && dataset.schema().getField(field).schema().isNullable()) {
      return lit(null);
    }
    boolean isDate = dataset.fields().get(field).kind() == FieldType.Kind.DATE;
    return isDate ? lit(0).cast("timestamp") : lit(0);
  }
}

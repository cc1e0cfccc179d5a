package io.anabranch.batch;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.to_json;

import io.anabranch.engine.DatasetPlan;
import io.anabranch.master.Undecodable;
import io.anabranch.schemas.Dataset;
import java.sql.Timestamp;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Quarantine as rows: what no view counts, with its bytes, and why. */
final class QuarantineRows {
  /**
   * {@code appended} is Kafka's log-append time. {@code rules} are those that the value breaks,
   * each for the reason at the same place of {@code reasons}; that of an undecodable value goes on
   * with what was found. {@code value} is the Kafka value: of an undecodable one as it came, of a
   * rejected record its datum in the dataset's schema. {@code record} is the record as JSON, null
   * for an undecodable value. Tables of former releases end before {@code rules}, and have no value
   * of rejected records; some have what was found as the reason of undecodable values.
   */
  static final StructType SCHEMA =
      new StructType()
          .add("topic_partition", DataTypes.IntegerType)
          .add("topic_offset", DataTypes.LongType)
          .add("appended", DataTypes.TimestampType)
          .add("reasons", DataTypes.createArrayType(DataTypes.StringType))
          .add("record", DataTypes.StringType)
          .add("value", DataTypes.BinaryType)
          .add("rules", DataTypes.createArrayType(DataTypes.StringType));

  private QuarantineRows() {}

  static org.apache.spark.sql.Dataset<Row> of(
      SparkSession session,
      DatasetPlan plan,
      org.apache.spark.sql.Dataset<Row> judged,
      List<Undecodable> undecodable) {
    List<Row> rows = undecodable.stream().map(value -> row(plan.dataset(), value)).toList();
    return rejected(plan, judged).union(session.createDataFrame(rows, SCHEMA));
  }

  private static org.apache.spark.sql.Dataset<Row> rejected(
      DatasetPlan plan, org.apache.spark.sql.Dataset<Row> judged) {
    Column[] fields =
        plan.dataset().fields().keySet().stream()
            .map(org.apache.spark.sql.functions::col)
            .toArray(Column[]::new);
    return judged
        .where(not(DatasetPlan.accepted()))
        .select(
            col("_partition"),
            col("_offset"),
            col("_timestamp"),
            col("_reasons"),
            to_json(struct(fields)),
            plan.value(),
            plan.rules())
        .toDF(SCHEMA.fieldNames());
  }

  private static Row row(Dataset dataset, Undecodable value) {
    byte[] bytes = new byte[value.value().remaining()];
    value.value().duplicate().get(bytes);
    return RowFactory.create(
        value.partition(),
        value.offset(),
        new Timestamp(value.timestampMs()),
        new String[] {Tally.UNDECODABLE},
        null,
        bytes,
        new String[] {dataset.schemaRule() + ": " + value.reason()});
  }
}

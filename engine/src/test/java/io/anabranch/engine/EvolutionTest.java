package io.anabranch.engine;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.runtime.Problem;
import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.Datasets;
import io.anabranch.schemas.SchemaHistory;
import io.anabranch.schemas.Wire;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records and files of four schemas: a field added, one renamed, one widened. */
class EvolutionTest {
  private static final StructType KAFKA =
      new StructType()
          .add("partition", DataTypes.IntegerType)
          .add("offset", DataTypes.LongType)
          .add("timestamp", DataTypes.TimestampType)
          .add("value", DataTypes.BinaryType);

  private final Dataset orders = Datasets.load(DatasetPlanTest.SCHEMAS).named("customer_orders");
  private final List<Schema> schemas = schemas(orders.schema());
  private final List<Row> log = new ArrayList<>();

  @TempDir Path folder;

  private static List<Schema> schemas(Schema first) {
    String added = first.toString();
    added =
        added.substring(0, added.lastIndexOf(']'))
            + ",{\"name\": \"channel\", \"type\": \"string\", \"default\": \"shop\"},"
            + "{\"name\": \"since\", \"type\": {\"type\": \"int\", \"logicalType\": \"date\"}, \"default\": 3},"
            + "{\"name\": \"discount\", \"type\": {\"type\": \"bytes\", \"logicalType\": \"decimal\","
            + " \"precision\": 9, \"scale\": 2}, \"default\": \"\\u0019\"}]}";
    String renamed =
        added.replace("\"name\":\"quantity\"", "\"name\":\"units\",\"aliases\":[\"quantity\"]");
    String widened =
        renamed.replace(
            "\"aliases\":[\"quantity\"],\"type\":[\"null\",\"int\"]",
            "\"aliases\":[\"quantity\"],\"type\":[\"null\",\"long\"]");
    List<Schema> schemas = new ArrayList<>(List.of(first));
    for (String text : List.of(added, renamed, widened)) {
      schemas.add(new Schema.Parser().parse(text));
    }
    assertThat(schemas.stream().map(Wire::fingerprint).distinct()).hasSize(4);
    return schemas;
  }

  private SchemaHistory history(int known) {
    return new SchemaHistory(schemas.subList(0, known));
  }

  private DatasetPlan plan(int newest) {
    return DatasetPlan.compile(
        TestSession.get(),
        orders.withSchema(schemas.get(newest)),
        DatasetPlanTest.SCHEMAS,
        history(newest + 1));
  }

  /** Three records of each schema up to one, in turn. */
  private void append(int newest) {
    for (int round = 0; round < 3; round++) {
      for (Schema schema : schemas.subList(0, newest + 1)) {
        GenericRecord order = new GenericData.Record(schema);
        order.put("row_key", "r" + log.size());
        order.put("price", new BigDecimal("2.550"));
        order.put("order_date", Instant.parse("2026-01-01T10:20:30Z").toEpochMilli());
        Object units = 2 + round;
        if (schema.getField("units") == null) {
          order.put("quantity", round == 1 ? null : units);
        } else {
          boolean isWide = schema.equals(schemas.get(3));
          order.put("units", isWide ? (Object) (5_000_000_000L + round) : units);
        }
        if (schema.getField("channel") != null) {
          order.put("channel", "web");
          order.put("since", 100);
          order.put("discount", new BigDecimal("1.50"));
        }
        append(Wire.encode(order));
      }
    }
  }

  private void append(byte[] value) {
    log.add(RowFactory.create(0, (long) log.size(), new Timestamp(log.size()), value));
  }

  private org.apache.spark.sql.Dataset<Row> kafka() {
    return TestSession.get().createDataFrame(log, KAFKA).where(col("partition").isNotNull());
  }

  @Test
  void recordsOfAllSchemasBecomeRowsOfTheNewest() {
    append(3);
    List<Row> rows = plan(3).decode(kafka()).orderBy("_offset").limit(4).collectAsList();
    assertThat(rows).allSatisfy(row -> assertThat(row.<Object>getAs("_undecodable")).isNull());
    assertThat(rows).allSatisfy(row -> assertThat(row.<Object>getAs("_unknown")).isNull());
    assertThat(rows)
        .extracting(row -> row.<Long>getAs("units"))
        .containsExactly(2L, 2L, 2L, 5_000_000_000L);
    assertThat(rows)
        .extracting(row -> row.<String>getAs("channel"))
        .containsExactly("shop", "web", "web", "web");
    assertThat(rows)
        .extracting(row -> row.<Object>getAs("discount").toString())
        .containsExactly("0.25", "1.50", "1.50", "1.50");
    assertThat(rows.get(0).<Object>getAs("since")).hasToString("1970-01-04");
  }

  /** Ingest's decoder draws the same line: RecordDecoderTest. */
  @Test
  void aTimeOutsideTheYears1To9999IsNoRecord() {
    long first = Instant.parse("0001-01-01T00:00:00Z").toEpochMilli();
    long last = Instant.parse("9999-12-31T23:59:59.999Z").toEpochMilli();
    long greatest = Long.MAX_VALUE / 1000;
    for (long time : List.of(first, last, first - 1, last + 1, -greatest, -greatest - 1)) {
      append(schemas.get(0), time, 0);
    }
    for (int day : List.of(-719_162, 2_932_896, -719_163, 2_932_897, Integer.MIN_VALUE)) {
      append(schemas.get(1), 0L, day);
    }

    List<Row> rows =
        plan(1).decode(kafka()).orderBy("_offset").select("_undecodable").collectAsList();

    assertThat(rows)
        .extracting(row -> row.isNullAt(0))
        .containsExactly(true, true, false, false, false, false, true, true, false, false, false);
    assertThat(rows.get(2).getString(0)).contains("outside the type");
  }

  private void append(Schema schema, long time, int day) {
    GenericRecord order = new GenericData.Record(schema);
    order.put("row_key", "r" + log.size());
    order.put("order_date", time);
    if (schema.getField("since") != null) {
      order.put("channel", "web");
      order.put("since", day);
      order.put("discount", new BigDecimal("1.50"));
    }
    append(Wire.encode(order));
  }

  @Test
  void filesOfAllSchemasGiveTheSameRowsAsTheTopic() {
    List<String> locations = new ArrayList<>();
    for (int newest = 0; newest < 4; newest++) {
      // An ingest that knows schemas up to that one makes rows of it.
      int from = log.size();
      append(newest);
      String location = folder.resolve("master-" + newest).toString();
      org.apache.spark.sql.Dataset<Row> rows =
          plan(newest)
              .decode(kafka().where(col("offset").geq(from)))
              .drop("_marker", "_undecodable", "_unknown");
      rows =
          newest == 0
              ? rows // a former release did not write the column
              : rows.withColumn("_schema", lit(Wire.fingerprint(schemas.get(newest))));
      rows.coalesce(1).write().parquet(location);
      locations.add(location);
    }
    DatasetPlan plan = plan(3);
    org.apache.spark.sql.Dataset<Row> stored = plan.stored(TestSession.get(), locations);
    org.apache.spark.sql.Dataset<Row> decoded =
        plan.decode(kafka()).drop("_marker", "_undecodable", "_unknown");
    List<Row> expected = decoded.select(columns(stored)).orderBy("_offset").collectAsList();

    assertThat(stored.orderBy("_offset").collectAsList()).isEqualTo(expected);
    assertThat(expected).hasSize(3 * (1 + 2 + 3 + 4));
    assertThat(stored.groupBy(col("_metadata.file_name")).count().count()).isEqualTo(4);
    assertThat(plan.stored(TestSession.get(), List.of()).schema()).isEqualTo(stored.schema());
  }

  private static org.apache.spark.sql.Column[] columns(org.apache.spark.sql.Dataset<Row> of) {
    return java.util.Arrays.stream(of.columns())
        .map(org.apache.spark.sql.functions::col)
        .toArray(org.apache.spark.sql.Column[]::new);
  }

  @Test
  void aRecordOfASchemaThatIsNotKnownIsToldApartFromOneThatCannotBeRead() {
    append(3);
    append(new byte[] {1, 2, 3});
    List<Row> rows = plan(1).decode(kafka()).orderBy("_offset").collectAsList();
    assertThat(rows.subList(0, 4))
        .extracting(row -> row.<Long>getAs("_unknown"))
        .containsExactly(
            null, null, Wire.fingerprint(schemas.get(2)), Wire.fingerprint(schemas.get(3)));
    assertThat(rows.get(2).<String>getAs("_undecodable")).startsWith("unknown schema fingerprint");
    Row last = rows.get(rows.size() - 1);
    assertThat(last.<Object>getAs("_unknown")).isNull();
    assertThat(last.<Object>getAs("_undecodable")).isNotNull();
  }

  @Test
  void aFileOfASchemaThatIsNotKnownFailsTheQuery() {
    append(2);
    String location = folder.resolve("newer").toString();
    plan(2)
        .decode(kafka())
        .drop("_marker", "_undecodable", "_unknown")
        .withColumn("_schema", lit(Wire.fingerprint(schemas.get(2))))
        .write()
        .parquet(location);
    assertThatThrownBy(
            () -> plan(1).stored(TestSession.get(), List.of(location)).select("row_key").count())
        .hasStackTraceContaining("registered after this began");
  }

  @Test
  void aPlanOfAnOlderSchemaThanRecordsHaveIsRefused() {
    assertThatThrownBy(
            () ->
                DatasetPlan.compile(TestSession.get(), orders, DatasetPlanTest.SCHEMAS, history(2)))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("records of a newer schema");
  }
}

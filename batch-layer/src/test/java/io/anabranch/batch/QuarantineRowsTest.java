package io.anabranch.batch;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.engine.DatasetPlan;
import io.anabranch.master.Undecodable;
import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.Datasets;
import io.anabranch.schemas.Wire;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

class QuarantineRowsTest {
  private static final Path SCHEMAS = Path.of("../schemas/src/main");

  private final SparkSession session = Sessions.plain("batch tests");
  private final Dataset orders = Datasets.load(SCHEMAS).named("customer_orders");
  private final DatasetPlan plan = DatasetPlan.compile(session, orders, SCHEMAS);

  /** Two records of partition 1: the one at offset 5 has no price, that at 6 is as it should be. */
  private org.apache.spark.sql.Dataset<Row> judged() {
    org.apache.spark.sql.Dataset<Row> rows =
        session
            .range(5, 7)
            .select(
                expr("1").as("_partition"),
                col("id").as("_offset"),
                expr("timestamp '2026-01-02 03:04:05.678'").as("_timestamp"));
    for (var field : orders.fields().entrySet()) {
      Column value =
          expr(
              switch (field.getKey()) {
                case "row_key" -> "concat('k', _offset)";
                case "order_date" -> "timestamp '2026-01-01 10:20:30'";
                case "quantity" -> "2";
                case "price" -> "if(_offset = 5, null, 1.5)";
                default -> "null";
              });
      rows = rows.withColumn(field.getKey(), value.cast(field.getValue().sqlName()));
    }
    return plan.judge(rows);
  }

  @Test
  void keepsPositionBytesReasonsRulesAndTime() throws Exception {
    Undecodable noise =
        new Undecodable(2, 9, 1_000, ByteBuffer.wrap(new byte[] {7, 8}), "no value that we know");
    List<Row> rows =
        QuarantineRows.of(session, plan, judged(), List.of(noise))
            .orderBy("topic_partition")
            .collectAsList();

    assertThat(rows).hasSize(2);
    Row rejected = rows.get(0);
    assertThat(rejected.getInt(0)).isEqualTo(1);
    assertThat(rejected.getLong(1)).isEqualTo(5);
    assertThat(rejected.getTimestamp(2).toInstant())
        .isEqualTo(Instant.parse("2026-01-02T03:04:05.678Z"));
    assertThat(rejected.<String>getList(3)).containsExactly("price is missing");
    assertThat(rejected.getString(4)).contains("\"row_key\":\"k5\"");
    assertThat(decoded(rejected.getAs("value")).get("row_key")).hasToString("k5");
    assertThat(rejected.<String>getList(6))
        .singleElement()
        .asString()
        .matches("customer_orders.yaml:\\d+:\\d+: price is null");

    Row undecodable = rows.get(1);
    assertThat(undecodable.getLong(1)).isEqualTo(9);
    assertThat(undecodable.getTimestamp(2)).isEqualTo(new Timestamp(1_000));
    assertThat(undecodable.<String>getList(3)).containsExactly("undecodable");
    assertThat(undecodable.isNullAt(4)).isTrue();
    assertThat(undecodable.<byte[]>getAs("value")).containsExactly(7, 8);
    assertThat(undecodable.<String>getList(6))
        .containsExactly("schema: CustomerOrder: no value that we know");
  }

  private GenericRecord decoded(byte[] value) throws Exception {
    assertThat(Wire.fingerprint(value)).hasValue(Wire.fingerprint(orders.schema()));
    return new GenericDatumReader<GenericRecord>(
            orders.schema(), orders.schema(), Wire.decimalData())
        .read(
            null,
            DecoderFactory.get()
                .binaryDecoder(value, Wire.HEADER_LENGTH, value.length - Wire.HEADER_LENGTH, null));
  }
}

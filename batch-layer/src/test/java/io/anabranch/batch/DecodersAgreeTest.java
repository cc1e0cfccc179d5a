package io.anabranch.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.engine.DatasetPlan;
import io.anabranch.master.RecordDecoder;
import io.anabranch.master.UndecodableException;
import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.Datasets;
import io.anabranch.schemas.FieldType;
import io.anabranch.schemas.Marker;
import io.anabranch.schemas.SchemaHistory;
import io.anabranch.schemas.Wire;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/**
 * Ingest decodes values with {@link RecordDecoder}, the speed layer with {@link
 * DatasetPlan#decode}: both must call the same values records, whatever their bytes are, or the
 * layers count differently. {@code -Danabranch.seed=N} plays a seed again.
 */
class DecodersAgreeTest {
  private static final Path SCHEMAS = Path.of("../schemas/src/main");
  private static final int VALUES = 20_000;
  private static final StructType KAFKA =
      new StructType()
          .add("partition", DataTypes.IntegerType)
          .add("offset", DataTypes.LongType)
          .add("timestamp", DataTypes.TimestampType)
          .add("value", DataTypes.BinaryType);

  private final SparkSession session = Sessions.plain("batch tests");
  private final Dataset former = Datasets.load(SCHEMAS).named("customer_orders");
  private final Dataset orders = former.withSchema(withChannel(former.schema()));
  private final SchemaHistory history =
      new SchemaHistory(List.of(former.schema(), orders.schema()));
  private final RecordDecoder ingest = new RecordDecoder(orders, List.of(former.schema()));
  private final long seed = Long.getLong("anabranch.seed", System.nanoTime());
  private final Random random = new Random(seed);

  private static Schema withChannel(Schema schema) {
    String text = schema.toString();
    return new Schema.Parser()
        .parse(
            text.substring(0, text.lastIndexOf(']'))
                + ",{\"name\": \"channel\", \"type\": \"string\", \"default\": \"shop\"}]}");
  }

  @Test
  void onDamagedRecordsOfTodaysAndOfAFormerSchema() {
    List<byte[]> values = new ArrayList<>();
    for (int i = 0; i < VALUES; i++) {
      values.add(damaged(Wire.encode(order(i % 2 == 0 ? former : orders))));
    }
    List<String> reasons = reasons(values);

    assertThat(reasons).hasSize(VALUES);
    for (int i = 0; i < VALUES; i++) {
      assertThat(reasons.get(i) == null)
          .as("seed %s: %s is %s", seed, Arrays.toString(values.get(i)), reasons.get(i))
          .isEqualTo(isRecord(values.get(i)));
    }
    assertThat(reasons.stream().filter(reason -> reason == null).count())
        .isBetween(VALUES / 10L, VALUES * 9L / 10);
  }

  /** More than fits a test's memory, were it taken before it is seen that nothing follows. */
  @Test
  void onALengthBeyondTheRecord() {
    List<byte[]> values = new ArrayList<>();
    for (Dataset dataset : List.of(former, orders)) {
      byte[] value = Arrays.copyOf(Wire.encode(order(dataset)), Wire.HEADER_LENGTH + 6);
      byte[] length = {(byte) 0xec, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x0f};
      System.arraycopy(length, 0, value, Wire.HEADER_LENGTH, length.length);
      values.add(value);
    }

    assertThat(reasons(values)).doesNotContainNull();
    assertThat(values).noneMatch(this::isRecord);
  }

  /** Ingest, too, takes for a marker what {@link Wire#marker} says, and decodes all else. */
  @Test
  void onDamagedMarkers() {
    List<byte[]> values = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      values.add(damaged(Wire.encode(new Marker(1 + random.nextInt(1 << 20), random.nextInt(9)))));
    }
    List<String> reasons = reasons(values);

    for (int i = 0; i < values.size(); i++) {
      byte[] value = values.get(i);
      assertThat(reasons.get(i) == null)
          .as("seed %s: %s is %s", seed, Arrays.toString(value), reasons.get(i))
          .isEqualTo(Wire.marker(value).isPresent());
      assertThatThrownBy(() -> ingest.decode(value)).hasMessage("a marker that cannot be read");
    }
    assertThat(reasons).contains(null, "a marker that cannot be read");
  }

  private GenericRecord order(Dataset dataset) {
    GenericRecord order = new GenericData.Record(dataset.schema());
    order.put("row_key", "r" + random.nextInt(1000));
    order.put("price", new BigDecimal("2.550"));
    order.put("quantity", random.nextInt(100));
    order.put("order_date", time());
    order.put("country", random.nextBoolean() ? "Denmark" : null);
    if (dataset.schema().getField("channel") != null) {
      order.put("channel", "web");
    }
    return order;
  }

  /** Now and then one at a bound of what is a record, or of what Spark can hold. */
  private long time() {
    long step = random.nextLong(-2, 3);
    return switch (random.nextInt(8)) {
      case 0 -> FieldType.EARLIEST.toEpochMilli() + step;
      case 1 -> FieldType.LATEST.toEpochMilli() + step;
      case 2 -> step * (Long.MAX_VALUE / 2000);
      default -> 1_760_000_000_000L + random.nextInt();
    };
  }

  private byte[] damaged(byte[] value) {
    byte[] damaged = Arrays.copyOf(value, value.length - Math.max(0, random.nextInt(8) - 5));
    for (int i = random.nextInt(4); i > 0; i--) {
      damaged[Wire.HEADER_LENGTH + random.nextInt(damaged.length - Wire.HEADER_LENGTH)] =
          (byte) random.nextInt();
    }
    return damaged;
  }

  private boolean isRecord(byte[] value) {
    try {
      ingest.decode(value);
      return true;
    } catch (UndecodableException e) {
      return false;
    }
  }

  /** What the speed layer says of each value; null for a record. */
  private List<String> reasons(List<byte[]> values) {
    List<Row> log = new ArrayList<>();
    for (byte[] value : values) {
      log.add(RowFactory.create(0, (long) log.size(), new Timestamp(0), value));
    }
    return DatasetPlan.compile(session, orders, SCHEMAS, history)
        .decode(session.createDataFrame(log, KAFKA))
        .orderBy("_offset")
        .select("_undecodable")
        .collectAsList()
        .stream()
        .map(row -> row.isNullAt(0) ? null : row.getString(0))
        .toList();
  }
}

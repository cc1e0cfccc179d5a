package io.anabranch.master;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.schemas.BoundedDecoder;
import io.anabranch.schemas.Marker;
import io.anabranch.schemas.Wire;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.DecoderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordDecoderTest {
  static {
    BoundedDecoder.limitAvro();
  }

  /** 0001-01-01T00:00:00Z. */
  private static final long FIRST_MS = -62_135_596_800_000L;

  /** 9999-12-31T23:59:59.999Z. */
  private static final long LAST_MS = 253_402_300_799_999L;

  /** One for all tries, as ingest has one for all records. */
  private static final RecordDecoder DECODER = new RecordDecoder(Orders.DATASET, List.of());

  @Property(tries = 500)
  void readsWhatAvroWrote(@ForAll long seed) throws UndecodableException {
    Map<String, Object> order = Orders.values(new Random(seed));

    assertThat(DECODER.decode(Orders.encoded(order)).values()).isEqualTo(order);
  }

  @Property(tries = 2000)
  void agreesWithAvroOnWhatIsARecord(@ForAll long seed) {
    Random random = new Random(seed);
    byte[] value = Orders.encoded(Orders.values(random));
    byte[] damaged = Arrays.copyOf(value, value.length - random.nextInt(3));
    for (int i = random.nextInt(3); i >= 0 && damaged.length > Wire.HEADER_LENGTH; i--) {
      damaged[Wire.HEADER_LENGTH + random.nextInt(damaged.length - Wire.HEADER_LENGTH)] =
          (byte) random.nextInt();
    }

    assertThat(readByUs(damaged)).isEqualTo(readByAvro(damaged));
  }

  private Object readByUs(byte[] value) {
    try {
      return DECODER.decode(value).values();
    } catch (UndecodableException e) {
      return "undecodable";
    }
  }

  private static Object readByAvro(byte[] value) {
    try {
      GenericRecord order =
          new GenericDatumReader<GenericRecord>(
                  Orders.DATASET.schema(), Orders.DATASET.schema(), Wire.decimalData())
              .read(
                  null,
                  DecoderFactory.get()
                      .binaryDecoder(
                          value, Wire.HEADER_LENGTH, value.length - Wire.HEADER_LENGTH, null));
      Map<String, Object> values = new LinkedHashMap<>();
      Orders.DATASET
          .fields()
          .forEach(
              (name, type) -> {
                Object read = order.get(name);
                values.put(name, read instanceof CharSequence ? read.toString() : read);
                if (read instanceof java.math.BigDecimal decimal
                    && decimal.precision() > type.precision()) {
                  throw new IllegalArgumentException("Avro reads more digits than it may write");
                }
                if (read instanceof Long time && (time > LAST_MS || time < FIRST_MS)) {
                  throw new IllegalArgumentException("Avro reads times of any year");
                }
              });
      return values;
    } catch (Exception | OutOfMemoryError e) {
      // Avro makes room for as many bytes as a damaged length says.
      return "undecodable";
    }
  }

  @Test
  void saysWhyAValueIsNoRecord() {
    byte[] order = Orders.encoded(Orders.values(new Random(1)));
    byte[] stranger = order.clone();
    stranger[2]++;
    byte[] marker = Wire.encode(new Marker(1, 0));

    assertThatThrownBy(() -> DECODER.decode(null)).hasMessage("there is no value");
    assertThatThrownBy(() -> DECODER.decode(new byte[] {1, 2, 3}))
        .hasMessageContaining("expected Avro single-object encoding");
    assertThatThrownBy(() -> DECODER.decode(Arrays.copyOf(marker, Wire.HEADER_LENGTH)))
        .hasMessage("a marker that cannot be read");
    assertThatThrownBy(() -> DECODER.decode(stranger))
        .hasMessageContaining("unknown schema fingerprint");
    assertThatThrownBy(() -> DECODER.decode(Arrays.copyOf(order, 12)))
        .hasMessageContaining("row_key");
  }

  @ParameterizedTest
  @ValueSource(longs = {LAST_MS, FIRST_MS, 0})
  void readsATimeOfTheYears1To9999(long time) throws UndecodableException {
    assertThat(DECODER.decode(at(time)).values()).containsEntry("order_date", time);
  }

  @ParameterizedTest
  @ValueSource(
      longs = {LAST_MS + 1, FIRST_MS - 1, -Long.MAX_VALUE / 1000, Long.MAX_VALUE, Long.MIN_VALUE})
  void refusesATimeOfAnotherYear(long time) {
    assertThatThrownBy(() -> DECODER.decode(at(time)))
        .isInstanceOf(UndecodableException.class)
        .hasMessageContaining("field 'order_date': a time outside");
  }

  private static byte[] at(long time) {
    Map<String, Object> order = Orders.values(new Random(1));
    order.put("order_date", time);
    return Orders.encoded(order);
  }

  @ParameterizedTest
  @CsvSource({
    "-719162, true", // 0001-01-01
    "2932896, true", // 9999-12-31
    "-719163, false",
    "2932897, false",
    "2147483647, false"
  })
  void readsADateOfTheYears1To9999(int day, boolean isRecord) {
    Schema schema =
        SchemaBuilder.record("CustomerOrder")
            .namespace("io.anabranch.datasets")
            .fields()
            .name("since")
            .type(LogicalTypes.date().addToSchema(Schema.create(Schema.Type.INT)))
            .noDefault()
            .endRecord();
    GenericData.Record order = new GenericRecordBuilder(schema).set("since", day).build();
    RecordDecoder decoder = new RecordDecoder(Orders.DATASET.withSchema(schema), List.of());

    if (isRecord) {
      assertThatCode(() -> decoder.decode(Wire.encode(order))).doesNotThrowAnyException();
    } else {
      assertThatThrownBy(() -> decoder.decode(Wire.encode(order)))
          .isInstanceOf(UndecodableException.class)
          .hasMessageContaining("field 'since': a time outside");
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MAX_VALUE, Long.MIN_VALUE})
  void readsAnyLongThatIsNoTime(long number) throws UndecodableException {
    Schema schema =
        SchemaBuilder.record("CustomerOrder")
            .namespace("io.anabranch.datasets")
            .fields()
            .optionalLong("number")
            .endRecord();
    GenericData.Record order = new GenericRecordBuilder(schema).set("number", number).build();
    RecordDecoder decoder = new RecordDecoder(Orders.DATASET.withSchema(schema), List.of());

    assertThat(decoder.decode(Wire.encode(order)).values()).containsEntry("number", number);
  }

  @Test
  void readsARecordOfAnOlderSchemaAsOneOfTodays() throws UndecodableException {
    Schema older =
        SchemaBuilder.record("CustomerOrder")
            .namespace("io.anabranch.datasets")
            .fields()
            .optionalInt("age")
            .requiredString("row_key")
            .optionalString("a_field_since_dropped")
            .endRecord();
    GenericData.Record order =
        new GenericRecordBuilder(older)
            .set("age", 41)
            .set("row_key", "L-1")
            .set("a_field_since_dropped", "x")
            .build();

    Map<String, Object> values =
        new RecordDecoder(Orders.DATASET, List.of(older)).decode(Wire.encode(order)).values();

    assertThat(values).containsEntry("row_key", "L-1").containsEntry("age", 41);
    assertThat(values).containsEntry("country", null).doesNotContainKey("a_field_since_dropped");
  }

  @Property(tries = 2000)
  void aDamagedRecordOfAnOlderSchemaIsARecordOrUndecodable(@ForAll long seed) {
    Random random = new Random(seed);
    byte[] value = Orders.encoded(Orders.values(random));
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      value[Wire.HEADER_LENGTH + random.nextInt(value.length - Wire.HEADER_LENGTH)] =
          (byte) random.nextInt();
    }
    RecordDecoder decoder =
        new RecordDecoder(Orders.withAnotherField(), List.of(Orders.DATASET.schema()));

    try {
      assertThat(decoder.decode(value).values()).containsEntry("channel", "shop");
    } catch (UndecodableException e) {
      assertThat(readByUs(value)).isEqualTo("undecodable");
    }
  }

  @Test
  void aLengthBeyondTheRecordTakesNoMemory() {
    byte[] value = Arrays.copyOf(Orders.encoded(Orders.values(new Random(1))), 15);
    // A text of 2^31 - 10 bytes, in the first field, which has no null.
    byte[] length = {(byte) 0xec, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x0f};
    System.arraycopy(length, 0, value, Wire.HEADER_LENGTH, length.length);
    RecordDecoder decoder =
        new RecordDecoder(Orders.withAnotherField(), List.of(Orders.DATASET.schema()));

    assertThatThrownBy(() -> decoder.decode(value))
        .isInstanceOf(UndecodableException.class)
        .hasMessageContaining("a length of 2147483638 with 0 bytes left");
  }
}

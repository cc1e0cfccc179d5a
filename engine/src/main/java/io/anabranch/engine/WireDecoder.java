package io.anabranch.engine;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.substring;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;

import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.Marker;
import io.anabranch.schemas.Wire;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Kafka values to columns. */
final class WireDecoder {
  private static final StructType MARKER =
      new StructType().add("number", DataTypes.LongType).add("profile", DataTypes.LongType);

  private WireDecoder() {}

  static org.apache.spark.sql.Dataset<Row> decode(
      Dataset dataset, org.apache.spark.sql.Dataset<Row> df) {
    Column value = col("value");
    Column header = substring(value, 1, Wire.HEADER_LENGTH);
    Column datum = substring(value, Wire.HEADER_LENGTH + 1, Integer.MAX_VALUE);
    Column record =
        org.apache.spark.sql.avro.functions.from_avro(
            datum, dataset.schema().toString(), Map.of("mode", "PERMISSIVE"));
    UDF1<byte[], Row> marker = WireDecoder::marker;
    UDF1<byte[], String> reason = new Undecodable(dataset.schema().toString());
    List<String> fields = List.copyOf(dataset.fields().keySet());
    // Spark answers all nulls for a datum that it cannot read: only then is it read once more.
    Column nothing = lit(true);
    for (String field : fields) {
      nothing = nothing.and(col("_datum").getField(field).isNull());
    }
    List<Column> columns =
        new ArrayList<>(
            List.of(
                col("_partition"),
                col("_offset"),
                col("_timestamp"),
                col("_marker"),
                when(
                        col("_marker").isNull().and(nothing),
                        udf(reason, DataTypes.StringType).apply(value))
                    .as("_undecodable")));
    fields.forEach(field -> columns.add(col("_datum").getField(field).as(field)));
    return df.select(
            col("partition").cast("int").as("_partition"),
            col("offset").as("_offset"),
            col("timestamp").as("_timestamp"),
            value,
            when(header.equalTo(lit(markerHeader())), udf(marker, MARKER).apply(value))
                .as("_marker"),
            when(header.equalTo(lit(header(dataset.schema()))), record).as("_datum"))
        .select(columns.toArray(Column[]::new));
  }

  private static byte[] markerHeader() {
    return Arrays.copyOf(Wire.encode(new Marker(1, 0)), Wire.HEADER_LENGTH);
  }

  /** The bytes before each datum of the schema. */
  static byte[] header(Schema schema) {
    return ByteBuffer.allocate(Wire.HEADER_LENGTH)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put((byte) 0xC3)
        .put((byte) 0x01)
        .putLong(Wire.fingerprint(schema))
        .array();
  }

  /** Null for a marker that cannot be read; it counts as undecodable. */
  private static Row marker(byte[] value) {
    try {
      Marker marker = Wire.decodeMarker(value);
      return RowFactory.create(marker.number(), marker.profile());
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** Why a value is no record; null for a record all of whose fields are missing. */
  static final class Undecodable implements UDF1<byte[], String> {
    private final String schemaText;
    private transient Schema schema;

    Undecodable(String schemaText) {
      this.schemaText = schemaText;
    }

    @Override
    public String call(byte[] value) {
      if (value == null) {
        return "no value";
      }
      OptionalLong fingerprint = Wire.fingerprint(value);
      if (fingerprint.isEmpty()) {
        return "not in Avro's single-object encoding";
      }
      if (Wire.isMarker(value)) {
        return "a marker that cannot be read";
      }
      if (schema == null) {
        schema = new Schema.Parser().parse(schemaText);
      }
      if (fingerprint.getAsLong() != Wire.fingerprint(schema)) {
        return "unknown schema fingerprint %016x".formatted(fingerprint.getAsLong());
      }
      return read(value);
    }

    private String read(byte[] value) {
      try {
        GenericRecord record =
            new GenericDatumReader<GenericRecord>(schema, schema, Wire.decimalData())
                .read(
                    null,
                    DecoderFactory.get()
                        .binaryDecoder(
                            value, Wire.HEADER_LENGTH, value.length - Wire.HEADER_LENGTH, null));
        boolean empty =
            schema.getFields().stream().allMatch(field -> record.get(field.pos()) == null);
        return empty ? null : "a value outside the type that the schema declares";
      } catch (IOException | AvroRuntimeException | IndexOutOfBoundsException e) {
        return "no datum of the schema: " + e;
      }
    }
  }
}

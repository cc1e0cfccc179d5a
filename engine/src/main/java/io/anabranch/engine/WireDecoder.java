package io.anabranch.engine;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.substring;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;

import io.anabranch.schemas.BoundedDecoder;
import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.FieldType;
import io.anabranch.schemas.Marker;
import io.anabranch.schemas.SchemaHistory;
import io.anabranch.schemas.Wire;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Kafka values to columns. A value of a former schema is resolved by Avro's own reader into the
 * dataset's, as ingest does it.
 */
final class WireDecoder {
  private static final StructType MARKER =
      new StructType().add("number", DataTypes.LongType).add("profile", DataTypes.LongType);

  private final Dataset dataset;

  /** Newest first: the schema that nearly all records have is asked for first. */
  private final List<Schema> schemas;

  /**
   * @param history whose newest schema is the dataset's
   */
  WireDecoder(Dataset dataset, SchemaHistory history) {
    this.dataset = dataset;
    this.schemas = new ArrayList<>(history.schemas());
    Collections.reverse(this.schemas);
  }

  org.apache.spark.sql.Dataset<Row> decode(org.apache.spark.sql.Dataset<Row> df) {
    Column value = col("value");
    UDF1<byte[], Row> marker = WireDecoder::marker;
    UDF1<byte[], String> reason = new Undecodable(schemas.stream().map(Schema::toString).toList());
    UDF1<byte[], Long> unknown = new Unknown(schemas.stream().map(Wire::fingerprint).toList());
    // Spark answers all nulls for a datum that it cannot read: only then is it read once more.
    Column nothing = lit(true);
    for (String field : dataset.fields().keySet()) {
      nothing = nothing.and(col("_datum").getField(field).isNull());
    }
    Column noRecord = col("_marker").isNull().and(nothing);
    List<Column> columns =
        new ArrayList<>(
            List.of(
                col("_partition"),
                col("_offset"),
                col("_timestamp"),
                col("_marker"),
                when(noRecord, udf(reason, DataTypes.StringType).apply(value)).as("_undecodable"),
                when(noRecord, udf(unknown, DataTypes.LongType).apply(value)).as("_unknown")));
    dataset
        .fields()
        .forEach(
            (field, type) ->
                columns.add(col("_datum").getField(field).cast(type.sqlName()).as(field)));
    return df.select(
            col("partition").cast("int").as("_partition"),
            col("offset").as("_offset"),
            col("timestamp").as("_timestamp"),
            value,
            when(header(value).equalTo(lit(markerHeader())), udf(marker, MARKER).apply(value))
                .as("_marker"),
            datum(value).as("_datum"))
        .withColumn("_datum", when(timesHold(), col("_datum")))
        .select(columns.toArray(Column[]::new));
  }

  /** Whether all times and dates of the datum are of the years that ingest takes, too. */
  private Column timesHold() {
    Column hold = lit(true);
    for (Map.Entry<String, FieldType> field : dataset.fields().entrySet()) {
      Column value = col("_datum").getField(field.getKey());
      hold =
          switch (field.getValue().kind()) {
            case TIMESTAMP -> hold.and(isBetween(value, FieldType.EARLIEST, FieldType.LATEST));
            case DATE -> hold.and(isBetween(value, day(FieldType.EARLIEST), day(FieldType.LATEST)));
            default -> hold;
          };
    }
    return hold;
  }

  private static Column isBetween(Column value, Object least, Object greatest) {
    return coalesce(value.between(lit(least), lit(greatest)), lit(true));
  }

  private static LocalDate day(Instant moment) {
    return LocalDate.ofInstant(moment, ZoneOffset.UTC);
  }

  private static Column header(Column value) {
    return substring(value, 1, Wire.HEADER_LENGTH);
  }

  private Column datum(Column value) {
    Column encoded = substring(value, Wire.HEADER_LENGTH + 1, Integer.MAX_VALUE);
    Column datum = null;
    for (Schema schema : schemas) {
      Map<String, String> options = new HashMap<>(Map.of("mode", "PERMISSIVE"));
      if (datum != null) {
        options.put("avroSchema", dataset.schema().toString());
      }
      Column is = header(value).equalTo(lit(header(schema)));
      Column read =
          org.apache.spark.sql.avro.functions.from_avro(encoded, schema.toString(), options);
      datum = datum == null ? when(is, read) : datum.when(is, read);
    }
    return datum;
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
    return Wire.marker(value)
        .map(marker -> RowFactory.create(marker.number(), marker.profile()))
        .orElse(null);
  }

  /** The fingerprint of a schema that is not known here; null if the value has none, or a known. */
  static final class Unknown implements UDF1<byte[], Long> {
    private final HashSet<Long> known;

    Unknown(List<Long> known) {
      this.known = new HashSet<>(known);
    }

    @Override
    public Long call(byte[] value) {
      OptionalLong fingerprint = Wire.fingerprint(value);
      boolean isUnknown =
          fingerprint.isPresent()
              && !known.contains(fingerprint.getAsLong())
              && !Wire.isMarker(value);
      return isUnknown ? (Long) fingerprint.getAsLong() : null;
    }
  }

  /** Why a value is no record; null for a record all of whose fields are missing. */
  static final class Undecodable implements UDF1<byte[], String> {
    private final ArrayList<String> schemaTexts;
    private transient List<Schema> schemas;

    /**
     * @param schemaTexts that of the dataset first
     */
    Undecodable(List<String> schemaTexts) {
      this.schemaTexts = new ArrayList<>(schemaTexts);
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
      if (schemas == null) {
        schemas = schemaTexts.stream().map(text -> new Schema.Parser().parse(text)).toList();
      }
      return schemas.stream()
          .filter(schema -> Wire.fingerprint(schema) == fingerprint.getAsLong())
          .findFirst()
          .map(schema -> read(value, schema))
          .orElseGet(
              () ->
                  Optional.of(
                      "unknown schema fingerprint %016x".formatted(fingerprint.getAsLong())))
          .orElse(null);
    }

    /** Empty if it is a record. */
    private Optional<String> read(byte[] value, Schema writer) {
      Schema reader = schemas.get(0);
      try {
        GenericRecord record =
            new GenericDatumReader<GenericRecord>(writer, reader, Wire.decimalData())
                .read(null, new BoundedDecoder(value, Wire.HEADER_LENGTH));
        boolean empty =
            reader.getFields().stream().allMatch(field -> record.get(field.pos()) == null);
        return empty
            ? Optional.empty()
            : Optional.of("a value outside the type that the schema declares");
      } catch (IOException | RuntimeException e) {
        return Optional.of("no datum of the schema: " + e);
      }
    }
  }
}

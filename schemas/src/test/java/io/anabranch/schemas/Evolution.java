package io.anabranch.schemas;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;

/** Random steps of a schema, each of which is allowed, and random records. */
final class Evolution {
  private static final List<String> KINDS =
      List.of(
          "\"string\"",
          "\"int\"",
          "\"long\"",
          "\"float\"",
          "\"double\"",
          "\"boolean\"",
          "{\"type\": \"int\", \"logicalType\": \"date\"}",
          "{\"type\": \"long\", \"logicalType\": \"timestamp-millis\"}",
          "{\"type\": \"bytes\", \"logicalType\": \"decimal\", \"precision\": 9, \"scale\": 2}");
  private static final List<String> DEFAULTS =
      List.of(
          "\"none\"", "7", "70000000000", "0.5", "0.25", "true", "3", "86400000", "\"\\u0001\"");

  /** A field as it stands in the file; former names newest first. */
  private record Field(
      String name, List<String> aliases, String kind, boolean nullable, String defaultJson) {
    String json() {
      String type = nullable ? "[\"null\", " + kind + "]" : kind;
      type =
          nullable && defaultJson != null && !defaultJson.equals("null")
              ? "[" + kind + ", \"null\"]"
              : type;
      return "{\"name\": \"%s\", \"aliases\": %s, \"type\": %s%s}"
          .formatted(
              name,
              aliases.stream().map(alias -> '"' + alias + '"').toList(),
              type,
              defaultJson == null ? "" : ", \"default\": " + defaultJson);
    }
  }

  private final Random random;
  private final List<Field> fields = new ArrayList<>();
  private int names;

  Evolution(Random random) {
    this.random = random;
    for (int i = 0; i < 4; i++) {
      fields.add(new Field(name(), List.of(), kind(), random.nextBoolean(), null));
    }
  }

  private String name() {
    return "f" + names++;
  }

  private String kind() {
    return KINDS.get(random.nextInt(KINDS.size()));
  }

  /** The schema that stands now, then those of some steps. */
  List<Schema> chain(int steps) {
    List<Schema> chain = new ArrayList<>(List.of(schema()));
    for (int i = 0; i < steps; i++) {
      step();
      chain.add(schema());
    }
    return chain;
  }

  private Schema schema() {
    return new Schema.Parser()
        .parse(
            "{\"type\": \"record\", \"name\": \"R\", \"fields\": %s}"
                .formatted(fields.stream().map(Field::json).toList()));
  }

  private void step() {
    int at = random.nextInt(fields.size());
    Field field = fields.get(at);
    switch (random.nextInt(4)) {
      case 0 -> {
        int kind = random.nextInt(KINDS.size());
        boolean isNull = random.nextBoolean();
        fields.add(
            new Field(
                name(),
                List.of(),
                KINDS.get(kind),
                isNull || random.nextBoolean(),
                isNull ? "null" : DEFAULTS.get(kind)));
      }
      case 1 -> {
        List<String> former = new ArrayList<>(List.of(field.name()));
        former.addAll(field.aliases());
        fields.set(
            at, new Field(name(), former, field.kind(), field.nullable(), field.defaultJson()));
      }
      case 2 -> fields.set(at, widened(field));
      default -> Collections.shuffle(fields, random);
    }
  }

  private Field widened(Field field) {
    String kind =
        switch (field.kind()) {
          case "\"int\"" -> random.nextBoolean() ? "\"long\"" : "\"double\"";
          case "\"float\"" -> "\"double\"";
          default -> field.kind();
        };
    return new Field(field.name(), field.aliases(), kind, true, field.defaultJson());
  }

  static GenericRecord record(Schema schema, Random random) {
    GenericRecord datum = new GenericData.Record(schema);
    for (Schema.Field field : schema.getFields()) {
      boolean isNull = field.schema().isNullable() && random.nextInt(4) == 0;
      datum.put(field.name(), isNull ? null : value(branch(field.schema()), random));
    }
    return datum;
  }

  private static Schema branch(Schema schema) {
    return schema.isUnion()
        ? schema.getTypes().stream()
            .filter(s -> s.getType() != Schema.Type.NULL)
            .findFirst()
            .orElseThrow()
        : schema;
  }

  private static Object value(Schema schema, Random random) {
    return switch (schema.getType()) {
      case STRING -> "t" + random.nextInt(100);
      case INT -> random.nextInt();
      case LONG -> random.nextLong();
      case FLOAT -> random.nextFloat();
      case DOUBLE -> random.nextDouble();
      case BOOLEAN -> random.nextBoolean();
      case BYTES -> BigDecimal.valueOf(random.nextInt(100_000), 2);
      default -> throw new AssertionError(schema);
    };
  }

  /** What Avro reads of an encoded record in another schema. */
  static Map<String, Object> read(byte[] value, Schema writer, Schema reader) {
    try {
      GenericRecord datum =
          new GenericDatumReader<GenericRecord>(writer, reader, Wire.decimalData())
              .read(
                  null,
                  DecoderFactory.get()
                      .binaryDecoder(
                          value, Wire.HEADER_LENGTH, value.length - Wire.HEADER_LENGTH, null));
      Map<String, Object> values = new LinkedHashMap<>();
      reader.getFields().forEach(f -> values.put(f.name(), plain(datum.get(f.name()), f)));
      return values;
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** A row's values in another schema. */
  static Map<String, Object> resolve(Map<String, Object> row, Schema of, Schema into) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (SchemaResolution.Source source : SchemaResolution.of(of, into)) {
      Object value = source.column().map(row::get).orElse(source.missing());
      values.put(source.field().name(), plain(value, source.field()));
    }
    return values;
  }

  /** Texts as strings, numbers with the width of the field. */
  private static Object plain(Object value, Schema.Field field) {
    if (value instanceof CharSequence) {
      return value.toString();
    } else if (value instanceof ByteBuffer) {
      throw new AssertionError("a decimal that nobody made one");
    }
    Schema.Type type = branch(field.schema()).getType();
    if (value instanceof Integer number && type == Schema.Type.LONG) {
      return number.longValue();
    } else if (value instanceof Number number && type == Schema.Type.DOUBLE) {
      return number.doubleValue();
    }
    return value;
  }
}

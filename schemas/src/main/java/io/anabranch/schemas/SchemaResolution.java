package io.anabranch.schemas;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;

/**
 * What a row of one schema means in another: which of its columns gives a field, or which default.
 * Avro's reader follows the same rule for encoded records (Apache Avro 1.12 specification, "Schema
 * Resolution"); this is the rule for rows that were decoded before, such as those of master files.
 */
public final class SchemaResolution {
  /**
   * Where a field's values come from.
   *
   * @param field of the schema that is read into
   * @param column the field of the row's own schema that gives it; empty if the default does
   * @param missing the default where no column gives the field: String, Boolean, Integer, Long,
   *     Float, Double or BigDecimal, times as epoch milliseconds and dates as epoch days, or null
   */
  public record Source(Schema.Field field, Optional<String> column, Object missing) {}

  private SchemaResolution() {}

  /**
   * The source of each field of {@code into}, in order.
   *
   * @throws IllegalArgumentException if a field has neither a column nor a default
   */
  public static List<Source> of(Schema row, Schema into) {
    List<Source> sources = new ArrayList<>();
    for (Schema.Field field : into.getFields()) {
      Optional<String> column = source(row, field).map(Schema.Field::name);
      if (column.isEmpty() && !field.hasDefaultValue()) {
        throw new IllegalArgumentException(
            "field '%s' is in no row of the schema %016x, and has no default"
                .formatted(field.name(), Wire.fingerprint(row)));
      }
      sources.add(new Source(field, column, column.isEmpty() ? missing(field) : null));
    }
    return sources;
  }

  /** The field of a schema that a field of another one reads: that of its name, or of an alias. */
  static Optional<Schema.Field> source(Schema of, Schema.Field reader) {
    Schema.Field found = of.getField(reader.name());
    for (String alias : reader.aliases()) {
      found = found == null ? of.getField(alias) : found;
    }
    return Optional.ofNullable(found);
  }

  private static Object missing(Schema.Field field) {
    Object value = Wire.decimalData().getDefaultValue(field);
    boolean isText = value instanceof CharSequence || field.schema().getType() == Schema.Type.ENUM;
    return isText ? value.toString() : value;
  }

  /**
   * The name that a field had at first: its last alias, or its own name without any. It stays the
   * same however often the field is renamed.
   */
  static String firstName(Schema.Field field) {
    String first = field.name();
    for (String alias : field.aliases()) {
      first = alias;
    }
    return first;
  }

  /** The fields that were renamed, by the names that they had at first. */
  static Map<String, String> firstNames(Schema schema) {
    Map<String, String> names = new HashMap<>();
    for (Schema.Field field : schema.getFields()) {
      if (!field.aliases().isEmpty()) {
        names.put(field.name(), firstName(field));
      }
    }
    return names;
  }
}

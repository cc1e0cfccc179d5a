package io.anabranch.schemas;

import io.anabranch.runtime.Problem;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;

/**
 * What kind of values a column holds.
 *
 * @param precision digits in all, of a decimal; otherwise 0
 * @param scale digits after the point, of a decimal; otherwise 0
 */
public record FieldType(Kind kind, int precision, int scale) {
  /** The kinds of values. Timestamps are UTC instants with milliseconds. */
  public enum Kind {
    STRING,
    BOOLEAN,
    INT,
    LONG,
    DOUBLE,
    DECIMAL,
    TIMESTAMP,
    DATE
  }

  /**
   * The first moment that times and dates may say, for all who write or decode records: ISO 8601
   * without a sign, Parquet and Hive have the years 1 to 9999.
   */
  public static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");

  /** The last such moment. */
  public static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999Z");

  public static final FieldType STRING = new FieldType(Kind.STRING, 0, 0);

  private static final Pattern DECIMAL =
      Pattern.compile("decimal\\(\\s*(\\d+)\\s*,\\s*(\\d+)\\s*\\)");

  public FieldType {
    if (kind == Kind.DECIMAL
        && (precision < 1 || precision > 18 || scale < 0 || scale > precision)) {
      throw new IllegalArgumentException(
          "Invalid decimal(%s,%s): precision must be 1 to 18, scale 0 to precision, so that values fit a long"
              .formatted(precision, scale));
    }
  }

  /** Whether sums over it are associative: integers and decimals, never doubles. */
  public boolean isExactNumber() {
    return kind == Kind.INT || kind == Kind.LONG || kind == Kind.DECIMAL;
  }

  /** Whether it is a number at all. */
  public boolean isNumber() {
    return isExactNumber() || kind == Kind.DOUBLE;
  }

  /** The type's name in Spark SQL and Hive. */
  public String sqlName() {
    return switch (kind) {
      case LONG -> "bigint";
      case DECIMAL -> "decimal(" + precision + "," + scale + ")";
      default -> kind.name().toLowerCase(java.util.Locale.ROOT);
    };
  }

  /** Reads a name as {@link #sqlName()} writes it. */
  public static FieldType parse(String sqlName) {
    Matcher decimal = DECIMAL.matcher(sqlName);
    if (decimal.matches()) {
      return new FieldType(
          Kind.DECIMAL, Integer.parseInt(decimal.group(1)), Integer.parseInt(decimal.group(2)));
    }
    for (Kind kind : Kind.values()) {
      if (kind != Kind.DECIMAL && new FieldType(kind, 0, 0).sqlName().equals(sqlName)) {
        return new FieldType(kind, 0, 0);
      }
    }
    throw new IllegalArgumentException(
        "unknown type '%s': write string, boolean, int, bigint, double, decimal(p,s), timestamp or date"
            .formatted(sqlName));
  }

  /** The types of a record's fields, in order; it cannot be changed. */
  public static Map<String, FieldType> ofFields(Schema record) {
    Map<String, FieldType> fields = new LinkedHashMap<>();
    record.getFields().forEach(field -> fields.put(field.name(), of(field.name(), field.schema())));
    return Collections.unmodifiableMap(fields);
  }

  /** The type of an Avro field; a union with null counts as the other branch. */
  static FieldType of(String field, Schema schema) {
    if (schema.isUnion()) {
      List<Schema> branches =
          schema.getTypes().stream().filter(s -> s.getType() != Schema.Type.NULL).toList();
      if (branches.size() != 1) {
        throw Problem.badInput("field '" + field + "': a union must be null and one other type");
      }
      return of(field, branches.get(0));
    }
    LogicalType logical = schema.getLogicalType();
    if (logical instanceof LogicalTypes.Decimal decimal) {
      return of(field, decimal);
    } else if (logical instanceof LogicalTypes.TimestampMillis) {
      return new FieldType(Kind.TIMESTAMP, 0, 0);
    } else if (logical instanceof LogicalTypes.Date) {
      return new FieldType(Kind.DATE, 0, 0);
    } else if (logical != null) {
      throw Problem.badInput(
          "field '%s': unsupported logical type '%s'".formatted(field, logical.getName()));
    }
    Kind kind =
        switch (schema.getType()) {
          case STRING, ENUM -> Kind.STRING;
          case BOOLEAN -> Kind.BOOLEAN;
          case INT -> Kind.INT;
          case LONG -> Kind.LONG;
          case FLOAT, DOUBLE -> Kind.DOUBLE;
          default ->
              throw Problem.badInput(
                  "field '%s': unsupported type %s".formatted(field, schema.getType()));
        };
    return new FieldType(kind, 0, 0);
  }

  private static FieldType of(String field, LogicalTypes.Decimal decimal) {
    try {
      return new FieldType(Kind.DECIMAL, decimal.getPrecision(), decimal.getScale());
    } catch (IllegalArgumentException e) {
      throw Problem.badInput("field '%s': %s".formatted(field, e.getMessage()), e);
    }
  }
}

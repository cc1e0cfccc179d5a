package io.anabranch.master;

import io.anabranch.schemas.FieldType;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.parquet.io.api.Binary;

/**
 * How a field of a flat record is encoded.
 *
 * @param branches of its union; 0 if it is none
 * @param nullBranch the union's branch that is null, -1 if there is none
 * @param symbols of an enum, in order
 * @param fixedSize bytes of a fixed
 * @param least the least value, inclusive, of a scaled decimal, of a time in milliseconds or of a
 *     date in days; that of a long for what has no bound
 * @param greatest the greatest value, inclusive
 */
record FieldLayout(
    String name,
    Encoding encoding,
    int branches,
    int nullBranch,
    List<Binary> symbols,
    int fixedSize,
    long least,
    long greatest) {
  /** The encodings that a dataset's schema may use. */
  enum Encoding {
    BOOLEAN,
    INT,
    LONG,
    FLOAT,
    DOUBLE,
    ENUM,
    STRING,
    DECIMAL_BYTES,
    DECIMAL_FIXED
  }

  static FieldLayout[] of(Schema record) {
    return record.getFields().stream().map(FieldLayout::of).toArray(FieldLayout[]::new);
  }

  private static FieldLayout of(Schema.Field field) {
    Schema schema = field.schema();
    int branches = 0;
    int nullBranch = -1;
    if (schema.isUnion()) {
      branches = schema.getTypes().size();
      for (int i = 0; i < branches; i++) {
        if (schema.getTypes().get(i).getType() == Schema.Type.NULL) {
          nullBranch = i;
        }
      }
      schema =
          schema.getTypes().stream()
              .filter(branch -> branch.getType() != Schema.Type.NULL)
              .findFirst()
              .orElseThrow();
    }
    LogicalType type = schema.getLogicalType();
    return new FieldLayout(
        field.name(),
        encoding(schema.getType()),
        branches,
        nullBranch,
        schema.getType() == Schema.Type.ENUM
            ? schema.getEnumSymbols().stream().map(Binary::fromString).toList()
            : List.of(),
        schema.getType() == Schema.Type.FIXED ? schema.getFixedSize() : 0,
        bound(type, FieldType.EARLIEST, -1),
        bound(type, FieldType.LATEST, 1));
  }

  /**
   * @param moment the bound of times and dates
   * @param sign on which side of zero the bound lies
   */
  private static long bound(LogicalType type, Instant moment, int sign) {
    if (type instanceof LogicalTypes.Decimal decimal) {
      return sign * (Math.round(Math.pow(10, decimal.getPrecision())) - 1);
    } else if (type instanceof LogicalTypes.TimestampMillis) {
      return moment.toEpochMilli();
    } else if (type instanceof LogicalTypes.Date) {
      return LocalDate.ofInstant(moment, ZoneOffset.UTC).toEpochDay();
    }
    return sign < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
  }

  private static Encoding encoding(Schema.Type type) {
    return switch (type) {
      case BOOLEAN -> Encoding.BOOLEAN;
      case INT -> Encoding.INT;
      case LONG -> Encoding.LONG;
      case FLOAT -> Encoding.FLOAT;
      case DOUBLE -> Encoding.DOUBLE;
      case ENUM -> Encoding.ENUM;
      case STRING -> Encoding.STRING;
      case BYTES -> Encoding.DECIMAL_BYTES;
      case FIXED -> Encoding.DECIMAL_FIXED;
      default -> throw new IllegalArgumentException("unsupported type " + type);
    };
  }
}

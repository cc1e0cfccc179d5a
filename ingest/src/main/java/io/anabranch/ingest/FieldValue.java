package io.anabranch.ingest;

import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.FieldType;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;

/**
 * Texts as values of one field, strictly: what does not say exactly a value of the field's type is
 * refused. The values are those of Avro's generic data with decimals as BigDecimal.
 */
final class FieldValue {
  private static final long DAY_MS = 86_400_000;
  private static final int MOST_SHOWN = 80;

  /** Characters of a number: decimals have 38 digits at most. */
  private static final int MOST_NUMBER = 100;

  private final String name;
  private final FieldType type;
  private final Schema symbols;
  private final boolean nullable;

  private FieldValue(String name, FieldType type, Schema symbols, boolean nullable) {
    this.name = name;
    this.type = type;
    this.symbols = symbols;
    this.nullable = nullable;
  }

  static FieldValue of(Dataset dataset, String field) {
    Schema schema = dataset.schema().getField(field).schema();
    Schema symbols = null;
    for (Schema branch : schema.isUnion() ? schema.getTypes() : java.util.List.of(schema)) {
      if (branch.getType() == Schema.Type.ENUM) {
        symbols = branch;
      }
    }
    return new FieldValue(field, dataset.fields().get(field), symbols, schema.isNullable());
  }

  String name() {
    return name;
  }

  FieldType type() {
    return type;
  }

  /**
   * The value that a text says.
   *
   * @param text null and a blank text are no value
   * @param decimal the decimal point of numbers
   * @return null for no value
   */
  Object parse(String text, char decimal) throws Refusal {
    if (text == null || text.isBlank()) {
      return absent();
    }
    try {
      return switch (type.kind()) {
        case STRING -> symbol(text);
        case BOOLEAN -> bool(text.strip());
        case INT -> Integer.parseInt(text.strip());
        case LONG -> Long.parseLong(text.strip());
        case DOUBLE -> finite(Double.parseDouble(pointed(text, decimal)));
        case DECIMAL -> decimal(number(text, decimal));
        case TIMESTAMP -> givenTime(Instant.parse(text.strip()));
        case DATE ->
            givenTime(LocalDate.parse(text.strip()).atStartOfDay(ZoneOffset.UTC).toInstant());
      };
    } catch (NumberFormatException | DateTimeException e) {
      throw refusal(expectation(), text);
    }
  }

  /** No value, if the schema allows it. */
  Object absent() throws Refusal {
    if (!nullable) {
      throw new Refusal(name + ": expected a value but found none");
    }
    return null;
  }

  /** A number with the field's scale; more digits than that are refused, not rounded. */
  BigDecimal decimal(BigDecimal number) throws Refusal {
    // Digits are counted before any are written out: 1e999999999 has more than memory holds.
    if ((long) number.precision() - number.scale() > type.precision() - type.scale()
        && number.signum() != 0) {
      throw refusal("a number that fits " + type.sqlName(), number.toString());
    } else if (number.signum() == 0) {
      return BigDecimal.ZERO.setScale(type.scale());
    } else if (number.stripTrailingZeros().scale() > type.scale()) {
      throw refusal("at most " + type.scale() + " digits after the point", number.toString());
    }
    return number.setScale(type.scale(), RoundingMode.UNNECESSARY);
  }

  /** A time, as the field's type holds it. */
  Object time(Instant instant) {
    return type.kind() == FieldType.Kind.DATE
        ? (Object) (int) Math.floorDiv(instant.toEpochMilli(), DAY_MS)
        : (Object) instant.toEpochMilli();
  }

  /** A time that a source gives: of the years 1 to 9999. */
  Object givenTime(Instant instant) throws Refusal {
    boolean inRange = !instant.isBefore(FieldType.EARLIEST) && !instant.isAfter(FieldType.LATEST);
    if (!inRange) {
      throw refusal("a time of the years 1 to 9999", instant.toString());
    }
    return time(instant);
  }

  /** Refuses a value of the right class that the field's type cannot hold. */
  void check(Object value) throws Refusal {
    if (value instanceof BigDecimal number) {
      decimal(number);
    } else if (type.kind() == FieldType.Kind.TIMESTAMP && value instanceof Long ms) {
      givenTime(Instant.ofEpochMilli(ms));
    } else if (type.kind() == FieldType.Kind.DATE && value instanceof Integer day) {
      givenTime(Instant.ofEpochMilli(day * DAY_MS));
    } else if (value instanceof Double number && !Double.isFinite(number)) {
      throw refusal("a number", number.toString());
    }
  }

  Refusal refusal(String expected, String found) {
    return new Refusal(name + ": expected " + expected, " but found '" + shown(found) + "'");
  }

  /** A text as messages show it: in one line, and not at any length. */
  static String shown(String text) {
    String start = text.length() > MOST_SHOWN ? text.substring(0, MOST_SHOWN) + "..." : text;
    return start.replaceAll("\\p{Cntrl}", "\ufffd");
  }

  private Object symbol(String text) throws Refusal {
    if (symbols == null) {
      return text;
    } else if (!symbols.hasEnumSymbol(text)) {
      throw refusal("one of " + symbols.getEnumSymbols(), text);
    }
    return new GenericData.EnumSymbol(symbols, text);
  }

  private Boolean bool(String text) throws Refusal {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw refusal("true or false", text);
    };
  }

  private static double finite(double value) {
    if (!Double.isFinite(value)) {
      throw new NumberFormatException();
    }
    return value;
  }

  /**
   * A number digit by digit.
   *
   * @throws NumberFormatException also for a text of more than 100 characters: the time that digits
   *     take grows with the square of their number
   */
  static BigDecimal number(String text, char decimal) {
    String number = pointed(text, decimal);
    if (number.length() > MOST_NUMBER) {
      throw new NumberFormatException();
    }
    return new BigDecimal(number);
  }

  /** With a point; the point itself is refused where something else stands for it. */
  private static String pointed(String text, char decimal) {
    String number = text.strip();
    if (decimal == '.') {
      return number;
    } else if (number.indexOf('.') >= 0) {
      throw new NumberFormatException();
    }
    return number.replace(decimal, '.');
  }

  private String expectation() {
    return switch (type.kind()) {
      case STRING -> "a text";
      case BOOLEAN -> "true or false";
      case INT -> "a whole number of 32 bits";
      case LONG -> "a whole number of 64 bits";
      case DOUBLE, DECIMAL -> "a number";
      case TIMESTAMP -> "a UTC time such as 2026-01-31T12:00:00Z";
      case DATE -> "a date such as 2026-01-31";
    };
  }
}

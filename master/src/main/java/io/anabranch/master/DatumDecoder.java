package io.anabranch.master;

import io.anabranch.schemas.BoundedDecoder;
import java.util.Arrays;
import org.apache.parquet.io.api.Binary;

/**
 * Reads Avro's binary encoding of flat records straight into a {@link Row}. It accepts what Avro's
 * own decoder accepts, bytes behind the datum included, so that all readers of the log agree on
 * what is a record. Source: Apache Avro 1.12 specification, "Binary encoding".
 */
final class DatumDecoder {
  private final FieldLayout[] fields;
  private final TextPool[] pools;
  private byte[] bytes = {};
  private int at;

  DatumDecoder(FieldLayout[] fields) {
    this.fields = fields;
    this.pools =
        Arrays.stream(fields)
            .map(field -> field.encoding() == FieldLayout.Encoding.STRING ? new TextPool() : null)
            .toArray(TextPool[]::new);
  }

  /**
   * @throws UndecodableException if the bytes end too early or hold what the schema refuses; the
   *     row is then worth nothing
   */
  void decode(byte[] datum, int from, Row row) throws UndecodableException {
    bytes = datum;
    at = from;
    for (int i = 0; i < fields.length; i++) {
      FieldLayout field = fields[i];
      try {
        if (isNull(field)) {
          row.clear(i);
        } else {
          value(field, i, row);
        }
      } catch (ArrayIndexOutOfBoundsException e) {
        throw new UndecodableException("the datum ends within the field '" + field.name() + "'");
      }
    }
  }

  private boolean isNull(FieldLayout field) throws UndecodableException {
    if (field.branches() == 0) {
      return false;
    }
    int branch = readInt(field);
    if (branch < 0 || branch >= field.branches()) {
      throw new UndecodableException(
          "field '%s': branch %s of a union of %s"
              .formatted(field.name(), branch, field.branches()));
    }
    return branch == field.nullBranch();
  }

  private void value(FieldLayout field, int i, Row row) throws UndecodableException {
    switch (field.encoding()) {
      case BOOLEAN -> row.set(i, bytes[at++] == 1 ? 1 : 0);
      case INT -> row.set(i, bounded(field, readInt(field)));
      case LONG -> row.set(i, bounded(field, readLong(field)));
      case FLOAT ->
          row.set(i, Double.doubleToRawLongBits(Float.intBitsToFloat((int) littleEndian(4))));
      case DOUBLE -> row.set(i, littleEndian(8));
      case ENUM -> row.set(i, symbol(field));
      case STRING -> row.set(i, text(field, pools[i]));
      case DECIMAL_BYTES -> row.set(i, decimal(field, length(field)));
      case DECIMAL_FIXED -> row.set(i, decimal(field, field.fixedSize()));
    }
  }

  private int readInt(FieldLayout field) throws UndecodableException {
    int raw = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      byte b = bytes[at++];
      raw |= (b & 0x7f) << shift;
      if (b >= 0) {
        return (raw >>> 1) ^ -(raw & 1);
      }
    }
    throw new UndecodableException("field '" + field.name() + "': an int of more than 5 bytes");
  }

  private long readLong(FieldLayout field) throws UndecodableException {
    long raw = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      byte b = bytes[at++];
      raw |= (b & 0x7fL) << shift;
      if (b >= 0) {
        return (raw >>> 1) ^ -(raw & 1);
      }
    }
    throw new UndecodableException("field '" + field.name() + "': a long of more than 10 bytes");
  }

  /** A number, which must lie within the field's bounds. */
  private static long bounded(FieldLayout field, long value) throws UndecodableException {
    if (value < field.least() || value > field.greatest()) {
      throw new UndecodableException(
          "field '%s': a time outside the years 1 to 9999: %s".formatted(field.name(), value));
    }
    return value;
  }

  private long littleEndian(int size) {
    long value = 0;
    for (int i = 0; i < size; i++) {
      value |= (bytes[at + i] & 0xffL) << (8 * i);
    }
    at += size;
    return value;
  }

  private int length(FieldLayout field) throws UndecodableException {
    long length = readLong(field);
    if (length < 0 || length > bytes.length - at) {
      throw new UndecodableException(
          "field '%s': a length of %s with %s bytes left"
              .formatted(field.name(), length, bytes.length - at));
    }
    if (length > BoundedDecoder.MOST_BYTES) {
      throw new UndecodableException(
          "field '%s': a length of %s, of %s bytes at most"
              .formatted(field.name(), length, BoundedDecoder.MOST_BYTES));
    }
    return (int) length;
  }

  private Binary text(FieldLayout field, TextPool pool) throws UndecodableException {
    int length = length(field);
    // Every value of the log has an array of its own that nobody changes.
    Binary text = pool.text(bytes, at, length);
    at += length;
    return text;
  }

  private Binary symbol(FieldLayout field) throws UndecodableException {
    int index = readInt(field);
    if (index < 0 || index >= field.symbols().size()) {
      throw new UndecodableException("field '%s': symbol %s".formatted(field.name(), index));
    }
    return field.symbols().get(index);
  }

  /** A big-endian two's complement number that must fit the precision, which is at most 18. */
  private long decimal(FieldLayout field, int length) throws UndecodableException {
    if (length == 0) {
      throw new UndecodableException("field '" + field.name() + "': a decimal of no bytes");
    }
    long value = bytes[at] < 0 ? -1 : 0;
    boolean fits = true;
    for (int i = 0; i < length; i++) {
      fits &= value >= -(1L << 55) && value < (1L << 55);
      value = (value << 8) | (bytes[at + i] & 0xff);
    }
    at += length;
    if (!fits || value < field.least() || value > field.greatest()) {
      throw new UndecodableException(
          "field '%s': a decimal of more than %s digits"
              .formatted(field.name(), Long.toString(field.greatest()).length()));
    }
    return value;
  }
}

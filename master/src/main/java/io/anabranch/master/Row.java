package io.anabranch.master;

import io.anabranch.schemas.FieldType;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;

/**
 * The values of one record without a box around each, reused from record to record: decoding and
 * writing hundreds of thousands of records a second is what ingest does.
 */
public final class Row {
  private final String[] names;
  private final FieldType[] types;
  private final boolean[] present;
  private final long[] numbers;
  private final Binary[] texts;

  Row(Map<String, FieldType> fields) {
    names = fields.keySet().toArray(new String[0]);
    types = fields.values().toArray(new FieldType[0]);
    present = new boolean[names.length];
    numbers = new long[names.length];
    texts = new Binary[names.length];
  }

  void clear(int field) {
    present[field] = false;
  }

  /** A number, a scaled decimal, a boolean (1 or 0), a time, or the bits of a double. */
  void set(int field, long number) {
    present[field] = true;
    numbers[field] = number;
  }

  void set(int field, Binary text) {
    present[field] = true;
    texts[field] = text;
  }

  void write(RecordConsumer consumer) {
    for (int i = 0; i < names.length; i++) {
      if (present[i]) {
        consumer.startField(names[i], i);
        switch (types[i].kind()) {
          case STRING -> consumer.addBinary(texts[i]);
          case BOOLEAN -> consumer.addBoolean(numbers[i] != 0);
          case INT, DATE -> consumer.addInteger((int) numbers[i]);
          case LONG, TIMESTAMP, DECIMAL -> consumer.addLong(numbers[i]);
          case DOUBLE -> consumer.addDouble(Double.longBitsToDouble(numbers[i]));
        }
        consumer.endField(names[i], i);
      }
    }
  }

  /** The values with a box around each, as {@link MasterRow#values} describes them. */
  public Map<String, Object> values() {
    Map<String, Object> values = new LinkedHashMap<>();
    for (int i = 0; i < names.length; i++) {
      values.put(names[i], present[i] ? value(i) : null);
    }
    return values;
  }

  private Object value(int i) {
    return switch (types[i].kind()) {
      case STRING -> texts[i].toStringUsingUTF8();
      case BOOLEAN -> numbers[i] != 0;
      case INT, DATE -> (int) numbers[i];
      case LONG, TIMESTAMP -> numbers[i];
      case DECIMAL -> BigDecimal.valueOf(numbers[i], types[i].scale());
      case DOUBLE -> Double.longBitsToDouble(numbers[i]);
    };
  }
}

package io.anabranch.ingest;

import io.anabranch.schemas.Dataset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.avro.generic.GenericRecord;

/**
 * The keys of a topic's records. They depend on nothing but the key's fields, so that a repeat
 * lands in the same partition.
 */
final class RecordKey {
  /** Between the values of a key's fields: a character that no sensible value holds. */
  private static final char SEPARATOR = '\u001f';

  private final List<String> fields;

  RecordKey(Dataset dataset) {
    this.fields = dataset.topic().key();
  }

  /** The key of a record. */
  byte[] of(GenericRecord datum) {
    if (fields.size() == 1) {
      return text(datum.get(fields.get(0))).getBytes(StandardCharsets.UTF_8);
    }
    StringBuilder key = new StringBuilder();
    for (String field : fields) {
      key.append(key.isEmpty() ? "" : String.valueOf(SEPARATOR)).append(text(datum.get(field)));
    }
    return key.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static String text(Object value) {
    return value == null ? "" : value.toString();
  }
}

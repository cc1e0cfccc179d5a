package io.anabranch.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import io.anabranch.schemas.Columns;
import io.anabranch.schemas.Dataset;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.generic.GenericRecord;

/** JSON objects as records, by a mapping from their keys. Not safe for several threads. */
final class JsonRecord {
  private final List<String> keys;
  private final RowMapping mapping;

  JsonRecord(Dataset dataset, Columns columns) {
    this.keys = columns.headers();
    this.mapping = new RowMapping(dataset, columns, keys);
  }

  /** The record of an object, which must have all keys of the mapping; others do not matter. */
  GenericRecord of(JsonNode object) throws Refusal {
    if (!object.isObject()) {
      throw new Refusal(
          "row: expected a JSON object",
          " but found '" + FieldValue.shown(object.toString()) + "'");
    }
    List<String> row = new ArrayList<>(keys.size());
    for (String key : keys) {
      if (!object.has(key)) {
        throw new Refusal("row: expected the key '" + key + "'");
      }
      row.add(JsonText.of(key, object.get(key)));
    }
    return mapping.record(row);
  }
}

package io.anabranch.serving.rest;

import io.anabranch.serving.ServedValue;
import io.anabranch.serving.cells.Answer;
import io.anabranch.serving.cells.CellQuery;
import io.anabranch.serving.cells.Grain;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How rows stand in JSON. */
final class Json {
  private Json() {}

  /** The start of a bucket; null for the one bucket of the whole range. */
  static String bucket(CellQuery query, long bucket) {
    return query.grain().kind() == Grain.Kind.ALL ? null : Instant.ofEpochSecond(bucket).toString();
  }

  /** A row: dimensions, bucket, measures. */
  static Map<String, Object> row(CellQuery query, Answer.Row row) {
    Map<String, Object> json = new LinkedHashMap<>();
    List<String> dimensions = row.key().dimensions();
    for (int i = 0; i < dimensions.size(); i++) {
      json.put(query.by().get(i), dimensions.get(i));
    }
    json.put("bucket", bucket(query, row.key().bucket()));
    row.measures().forEach((name, value) -> json.put(name, ServedValue.json(value)));
    return json;
  }
}

package io.anabranch.serving.rest;

import io.anabranch.serving.ServedValue;
import io.anabranch.serving.cells.Answer;
import io.anabranch.serving.cells.CellQuery;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Rows as CSV (RFC 4180, UTF-8, CRLF): a header, then dimensions, bucket and measures. A missing
 * value is empty; the values of a list are joined by blanks.
 */
final class Csv {
  private Csv() {}

  static String of(CellQuery query, List<Answer.Row> rows) {
    StringBuilder csv = new StringBuilder();
    List<Object> header = new ArrayList<>(query.by());
    header.add("bucket");
    header.addAll(query.view().measures().keySet());
    append(csv, header);
    for (Answer.Row row : rows) {
      List<Object> line = new ArrayList<>(row.key().dimensions());
      line.add(Json.bucket(query, row.key().bucket()));
      row.measures().values().forEach(value -> line.add(ServedValue.json(value)));
      append(csv, line);
    }
    return csv.toString();
  }

  private static void append(StringBuilder csv, List<Object> line) {
    csv.append(line.stream().map(Csv::field).collect(Collectors.joining(","))).append("\r\n");
  }

  private static String field(Object value) {
    if (value instanceof List<?> list) {
      return list.stream().map(Objects::toString).collect(Collectors.joining(" "));
    }
    String text = Objects.toString(value, "");
    return text.matches("[^\",\r\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}

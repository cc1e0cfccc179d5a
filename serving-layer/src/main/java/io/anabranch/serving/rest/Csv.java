package io.anabranch.serving.rest;

import io.anabranch.serving.ServedValue;
import io.anabranch.serving.cells.Answer;
import io.anabranch.serving.cells.CellQuery;
import io.anabranch.serving.compare.Comparison;
import io.anabranch.serving.compare.ViewResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.springframework.http.MediaType;

/**
 * Rows as CSV (RFC 4180, UTF-8, CRLF): a header, then dimensions, bucket and measures. A missing
 * value is empty; the values of a list are joined by blanks.
 */
final class Csv {
  static final MediaType TYPE = new MediaType("text", "csv", StandardCharsets.UTF_8);

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

  /** One line for each measure of each bucket: what either layer says. */
  static String of(Comparison.Result comparison) {
    StringBuilder csv = new StringBuilder();
    append(
        csv,
        List.of("view", "kind", "bucket", "measure", "batch", "speed", "difference", "relative"));
    for (ViewResult view : comparison.views()) {
      for (ViewResult.Bucket bucket : view.buckets()) {
        for (ViewResult.Measure measure : bucket.measures()) {
          append(
              csv,
              Arrays.asList(
                  view.view(),
                  view.kind(),
                  bucket.bucket(),
                  measure.measure(),
                  measure.batch(),
                  measure.speed(),
                  measure.difference(),
                  measure.relative()));
        }
      }
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

package io.anabranch.serving.rest;

import io.anabranch.serving.ServedValue;
import io.anabranch.serving.cells.Answer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Compares the rows of a served answer with those of its recompute. */
final class AnswerCheck {
  private static final int EXAMPLES = 10;

  /**
   * What was found.
   *
   * @param rows compared rows, those that only one side has included
   * @param examples the first differences
   */
  record Result(
      String view, long rows, long differences, long durationMs, List<Difference> examples) {}

  /**
   * A row that differs.
   *
   * @param served null if the answer has no such row
   * @param recomputed null if the recompute has none
   */
  record Difference(Map<String, Object> served, Map<String, Object> recomputed) {}

  private final JsonMapper json;
  private final List<Difference> examples = new ArrayList<>();
  private long rows;
  private long differences;

  AnswerCheck(JsonMapper json) {
    this.json = json;
  }

  /**
   * Compares.
   *
   * @param served the rows from the first on; all of them unless the answer has a next page
   */
  Result compare(List<Map<String, Object>> served, boolean isWhole, Answer recomputed, long nanos) {
    Map<Map<String, Object>, Map<String, Object>> byKey = new LinkedHashMap<>();
    for (Answer.Row row : recomputed.rows(0, isWhole ? recomputed.size() : served.size())) {
      Map<String, Object> asJson = written(Json.row(recomputed.query(), row));
      byKey.put(key(recomputed, asJson), asJson);
    }
    served.forEach(row -> compare(row, byKey.remove(key(recomputed, row))));
    byKey.values().forEach(row -> compare(null, row));
    return new Result(
        recomputed.query().view().name(), rows, differences, nanos / 1_000_000, examples);
  }

  private void compare(Map<String, Object> served, Map<String, Object> recomputed) {
    rows++;
    if (served != null && recomputed != null && ServedValue.areSame(recomputed, served)) {
      return;
    }
    differences++;
    if (examples.size() < EXAMPLES) {
      examples.add(new Difference(served, recomputed));
    }
  }

  private static Map<String, Object> key(Answer answer, Map<String, Object> row) {
    Map<String, Object> key = new LinkedHashMap<>();
    answer.query().by().forEach(dimension -> key.put(dimension, row.get(dimension)));
    key.put("bucket", row.get("bucket"));
    return key;
  }

  /** A row as a reader of JSON sees it. */
  private Map<String, Object> written(Map<String, Object> row) {
    return json.readValue(json.writeValueAsString(row), new TypeReference<>() {});
  }
}

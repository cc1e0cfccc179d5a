package io.anabranch.serving.rest;

import io.anabranch.serving.cells.CellQuery;
import io.anabranch.serving.cells.Window;
import io.anabranch.views.Buckets;
import io.anabranch.views.MergedView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What was asked for, by the names of the parameters of {@code GET /views/{view}/cells}; null for
 * what was left out.
 */
record QueryJson(
    String from,
    String to,
    List<String> by,
    Map<String, Set<String>> where,
    String grain,
    String window,
    String top,
    Long until) {
  static QueryJson of(CellQuery query) {
    return new QueryJson(
        time(query.range().from(), Buckets.ALL.from()),
        time(query.range().to(), Buckets.ALL.to()),
        query.by(),
        query.where(),
        query.grain().text(),
        query.window().map(Window::text).orElse(null),
        query.top().map(top -> top.measure() + ":" + top.count()).orElse(null),
        query.until() == MergedView.NOW ? null : Long.valueOf(query.until()));
  }

  private static String time(long seconds, long unbounded) {
    return seconds == unbounded ? null : Instant.ofEpochSecond(seconds).toString();
  }

  /** The parameters that ask for it. */
  Map<String, List<String>> parameters() {
    Map<String, List<String>> parameters = new HashMap<>();
    put(parameters, "from", from);
    put(parameters, "to", to);
    put(parameters, "by", by == null ? null : String.join(",", by));
    put(parameters, "grain", grain);
    put(parameters, "window", window);
    put(parameters, "top", top);
    put(parameters, "until", until);
    if (where != null) {
      List<String> conditions = new ArrayList<>();
      where.forEach(
          (dimension, values) -> values.forEach(value -> conditions.add(dimension + "=" + value)));
      parameters.put("where", conditions);
    }
    return parameters;
  }

  private static void put(Map<String, List<String>> parameters, String name, Object value) {
    if (value != null) {
      parameters.put(name, List.of(value.toString()));
    }
  }
}

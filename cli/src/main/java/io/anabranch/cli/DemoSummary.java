package io.anabranch.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** The summary of a demonstration, as JSON and for people. */
final class DemoSummary {
  private DemoSummary() {}

  /** One dataset's part. Freshness is added later. */
  static ObjectNode of(String dataset, JsonNode produced, JsonNode batch, JsonNode verified) {
    ObjectNode json = Json.object();
    json.put("dataset", dataset);
    json.put("produced", produced.path("produced").asLong());
    json.set("rejected", batch.path("quarantined"));
    json.put("repeats", batch.path("repeats").asLong());
    json.put("clean_rows", batch.path("clean_rows").asLong());
    json.putNull("freshness_ms");
    ObjectNode verify = json.putObject("verify");
    verify.put("cells", verified.path("cells").asLong());
    verify.put("differences", verified.path("differences").asLong());
    return json;
  }

  /** How many cells differ, over all datasets. */
  static long differences(JsonNode summary) {
    return sum(summary, "differences");
  }

  /** The summary for people. */
  static String text(JsonNode summary, String page) {
    StringBuilder text = new StringBuilder();
    for (JsonNode dataset : summary.path("datasets")) {
      text.append(dataset(dataset));
    }
    text.append(
        "verify: %,d differences in %,d cells%n"
            .formatted(sum(summary, "differences"), sum(summary, "cells")));
    text.append(
        "ready after %.1f s, all done after %.1f s, at most %,d MB resident together%n"
            .formatted(
                summary.path("stack_ready_ms").asLong() / 1000.0,
                summary.path("total_ms").asLong() / 1000.0,
                summary.path("peak_resident_mb").asLong()));
    text.append("the page: ").append(page).append('\n');
    return text.toString();
  }

  private static long sum(JsonNode summary, String key) {
    long sum = 0;
    for (JsonNode dataset : summary.path("datasets")) {
      sum += dataset.path("verify").path(key).asLong();
    }
    return sum;
  }

  private static String dataset(JsonNode dataset) {
    List<String> reasons = new ArrayList<>();
    long rejected = 0;
    for (var reason : dataset.path("rejected").properties()) {
      rejected += reason.getValue().asLong();
      reasons.add("%s: %,d".formatted(reason.getKey(), reason.getValue().asLong()));
    }
    JsonNode freshness = dataset.path("freshness_ms");
    return """
    %s
      produced   %,d
      rejected   %,d%s
      repeats    %,d
      clean rows %,d
      cells      %,d served, %,d differ from the recompute
      freshness  p50 %s ms, p99 %s ms from append to readable
    """
        .formatted(
            dataset.path("dataset").asText(),
            dataset.path("produced").asLong(),
            rejected,
            reasons.isEmpty() ? "" : " (" + String.join(", ", reasons) + ")",
            dataset.path("repeats").asLong(),
            dataset.path("clean_rows").asLong(),
            dataset.path("verify").path("cells").asLong(),
            dataset.path("verify").path("differences").asLong(),
            freshness.path("p50").asText("?"),
            freshness.path("p99").asText("?"));
  }
}

package io.anabranch.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How far the layers are with each dataset, as serving tells it. */
final class DatasetProgress {
  private DatasetProgress() {}

  /** One object per dataset. */
  static List<JsonNode> list(Rest rest) {
    JsonNode answer = rest.get("/api/v1/datasets", List.of());
    List<JsonNode> datasets = new ArrayList<>();
    (answer.isArray() ? answer : answer.path("datasets")).forEach(datasets::add);
    return datasets;
  }

  /** The object of one dataset. */
  static Optional<JsonNode> of(List<JsonNode> datasets, String dataset) {
    return datasets.stream().filter(d -> d.path("dataset").asText().equals(dataset)).findFirst();
  }

  /** The sum of offsets over the partitions. */
  static long total(JsonNode offsets) {
    long total = 0;
    for (JsonNode offset : offsets) {
      total += offset.asLong();
    }
    return total;
  }

  /** Whether the speed layer has applied every record of the topic. */
  static boolean isCaughtUp(JsonNode dataset) {
    JsonNode end = dataset.path("topic_end");
    JsonNode applied = dataset.path("applied");
    if (!end.isObject() || end.isEmpty()) {
      return false;
    }
    for (Map.Entry<String, JsonNode> partition : end.properties()) {
      if (applied.path(partition.getKey()).asLong() < partition.getValue().asLong()) {
        return false;
      }
    }
    return true;
  }
}

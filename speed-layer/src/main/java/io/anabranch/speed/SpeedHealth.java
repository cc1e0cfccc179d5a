package io.anabranch.speed;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.anabranch.runtime.HealthServer.Health;
import io.anabranch.views.OffsetRange;
import java.util.List;

/** The layer's health as JSON: ready while all streams run. */
final class SpeedHealth {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private SpeedHealth() {}

  static Health of(SpeedSettings.Mode mode, List<StreamStatus> streams) {
    boolean ready = !streams.isEmpty() && streams.stream().allMatch(StreamStatus::isRunning);
    ObjectNode json = MAPPER.createObjectNode();
    json.put("state", ready ? "ready" : "starting");
    json.put("mode", mode.text());
    ArrayNode datasets = json.putArray("datasets");
    streams.forEach(stream -> add(datasets.addObject(), stream));
    return new Health(ready, json.toString());
  }

  private static void add(ObjectNode json, StreamStatus stream) {
    Freshness.Reading minute = stream.freshness().lastMinute();
    Freshness.Reading start = stream.freshness().sinceStart();
    json.put("dataset", stream.dataset());
    json.put("state", stream.isRunning() ? "running" : "waiting");
    if (!stream.problem().isEmpty()) {
      json.put("problem", stream.problem());
    }
    json.put("records", start.records());
    json.put("records_per_s", Math.round(minute.recordsPerSecond()));
    json.put("repeats", stream.repeats());
    json.put("restarts", stream.restarts());
    ObjectNode applied = json.putObject("applied");
    stream.applied().entrySet().stream()
        .sorted(java.util.Map.Entry.comparingByKey())
        .forEach(e -> applied.put(e.getKey().toString(), e.getValue()));
    add(json.putObject("freshness_ms"), minute);
    add(json.putObject("freshness_since_start_ms"), start);
    ArrayNode gaps = json.putArray("gaps");
    for (OffsetRange gap : stream.gaps()) {
      gaps.addObject()
          .put("partition", gap.partition())
          .put("from", gap.from())
          .put("to", gap.to());
    }
  }

  private static void add(ObjectNode json, Freshness.Reading reading) {
    json.put("p50", reading.p50Ms()).put("p99", reading.p99Ms()).put("max", reading.maxMs());
  }
}

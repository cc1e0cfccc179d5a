package io.anabranch.jobs.metrics;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.anabranch.runtime.Problem;
import java.io.BufferedReader;
import java.io.IOException;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Reads an event log: a line of JSON for each event, as Spark's JsonProtocol writes it. Events that
 * do not matter here are not even parsed, since most of a log are plans of queries. A last line
 * that was cut off, as in the log of an application that still runs, is left out.
 */
final class EventLog {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String EVENT = "{\"Event\":\"SparkListener";

  /** A stage that is being read. */
  private static final class Stage {
    final Map<Measure, Long> sums = new EnumMap<>(Measure.class);
    JsonNode info = JSON.createObjectNode();
    boolean completed;
    int failed;
    int killed;

    Stage() {
      for (Measure measure : Measure.values()) {
        sums.put(measure, 0L);
      }
    }

    StageMetrics metrics() {
      return new StageMetrics(
          info.path("Stage ID").asInt(),
          info.path("Stage Attempt ID").asInt(),
          info.path("Stage Name").asText(),
          info.has("Failure Reason")
              ? StageMetrics.Status.FAILED
              : completed ? StageMetrics.Status.COMPLETE : StageMetrics.Status.ACTIVE,
          time(info, "Submission Time"),
          time(info, "Completion Time"),
          info.path("Number of Tasks").asInt(),
          failed,
          killed,
          sums);
    }
  }

  private final String address;
  private final Map<Long, Stage> stages = new TreeMap<>();
  private String application = "";
  private String name = "";
  private Optional<Instant> started = Optional.empty();
  private Optional<Instant> ended = Optional.empty();

  /**
   * @param address of the log, for messages
   */
  EventLog(String address) {
    this.address = address;
  }

  /** Reads one more part of the log, to its end. */
  void read(BufferedReader lines) throws IOException {
    int number = 0;
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      number++;
      if (!line.startsWith(EVENT)) {
        continue;
      }
      int end = line.indexOf('"', EVENT.length());
      try {
        see(end < 0 ? "" : line.substring(EVENT.length(), end), line);
      } catch (JsonProcessingException e) {
        if (lines.readLine() != null) {
          throw Problem.failed(
              "line %s of the event log %s is no event of Spark's: %s"
                  .formatted(number, address, e.getOriginalMessage()));
        }
      }
    }
  }

  private void see(String event, String line) throws JsonProcessingException {
    switch (event) {
      case "ApplicationStart" -> start(JSON.readTree(line));
      case "ApplicationEnd" -> ended = time(JSON.readTree(line), "Timestamp");
      case "StageSubmitted" -> stage(JSON.readTree(line).path("Stage Info"), false);
      case "StageCompleted" -> stage(JSON.readTree(line).path("Stage Info"), true);
      case "TaskEnd" -> task(JSON.readTree(line));
      default -> {
        // tells nothing that is counted
      }
    }
  }

  private void start(JsonNode event) {
    application = event.path("App ID").asText();
    name = event.path("App Name").asText();
    started = time(event, "Timestamp");
  }

  private void stage(JsonNode info, boolean completed) {
    Stage stage = stage(info.path("Stage ID").asInt(), info.path("Stage Attempt ID").asInt());
    stage.info = info;
    stage.completed = completed;
  }

  /** In the order of numbers, then of attempts. */
  private Stage stage(int number, int attempt) {
    return stages.computeIfAbsent(((long) number << 32) + attempt, unused -> new Stage());
  }

  private void task(JsonNode event) {
    Stage stage = stage(event.path("Stage ID").asInt(), event.path("Stage Attempt ID").asInt());
    switch (event.path("Task End Reason").path("Reason").asText()) {
      case "Success" -> {
        // counted by its sums
      }
      case "TaskKilled", "TaskCommitDenied" -> stage.killed++;
      default -> stage.failed++;
    }
    JsonNode metrics = event.path("Task Metrics");
    stage.sums.replaceAll((measure, sum) -> sum + measure.of(metrics));
  }

  private static Optional<Instant> time(JsonNode from, String field) {
    JsonNode ms = from.path(field);
    return ms.isNumber() ? Optional.of(Instant.ofEpochMilli(ms.asLong())) : Optional.empty();
  }

  /** What was read until now. */
  ApplicationMetrics metrics() {
    return new ApplicationMetrics(
        application, name, started, ended, stages.values().stream().map(Stage::metrics).toList());
  }
}

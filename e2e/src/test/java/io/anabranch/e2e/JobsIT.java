package io.anabranch.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The schedules that come with the platform, run by hand, cancelled, killed and run again. */
@Tag("long")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class JobsIT {
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private Platform platform;

  @BeforeAll
  void up() {
    platform =
        Platform.up(
            "jobs",
            Map.of(
                "ANABRANCH_JOBS_NIGHTLY",
                "true",
                "ANABRANCH_JOBS_ZONE",
                whereItIsNoon(),
                "ANABRANCH_HISTORY_ENABLED",
                "true"));
    for (String dataset : List.of("customer_orders", "energy_readings")) {
      platform.run("ingest", "generate", "-d", dataset, "--count", "2000", "--seed", "7").expect(0);
      platform.awaitCaughtUp(dataset);
    }
  }

  @AfterAll
  void down() {
    if (platform != null) {
      platform.close();
    }
  }

  /** No schedule is due there for hours. */
  private static String whereItIsNoon() {
    int hoursToNoon = 12 - OffsetDateTime.now(ZoneOffset.UTC).getHour();
    return "Etc/GMT%+d".formatted(-hoursToNoon);
  }

  private String start(String schedule) {
    return platform.run("jobs", "start", schedule, "--json").expect(0).json().path("run").asText();
  }

  private JsonNode shown(String run) {
    return platform.run("jobs", "show", run, "--json").json();
  }

  private void awaitStatus(String run, String status) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(1))
        .until(() -> shown(run).path("run").path("status").asText().equals(status));
  }

  @Test
  void eachDatasetHasItsNights() {
    JsonNode schedules = platform.run("schedule", "list", "--json").expect(0).json();
    assertThat(schedules.path("schedules")).hasSize(15);
    assertThat(platform.run("schedule", "list").expect(0).out())
        .contains("nightly-customer_orders", "weekly-electricity_balance");
  }

  @Test
  void aBatchRunIsFollowedCancelledAndRunAgain() {
    String first = start("nightly-customer_orders");
    assertThat(platform.run("jobs", "logs", first, "--follow").expect(0).out())
        .contains("== batch, step 1, try 1", "succeeded");
    assertThat(platform.standing("customer_orders").path("version").asLong()).isPositive();
    String second = start("weekly-customer_orders");
    awaitStatus(second, "running");
    platform.run("jobs", "cancel", second).expect(0);
    awaitStatus(second, "cancelled");
    platform.run("jobs", "rerun", second, "--from-failure").expect(0);
    awaitStatus(second, "succeeded");
    assertThat(shown(second).path("run").path("attempt").asInt()).isEqualTo(2);
    platform.expectNoDifference("customer_orders");
  }

  /** Our measures by the names that the History Server has for them. */
  private static final Map<String, String> MEASURES =
      Map.ofEntries(
          Map.entry("inputRecords", "records_read"),
          Map.entry("inputBytes", "bytes_read"),
          Map.entry("outputRecords", "records_written"),
          Map.entry("outputBytes", "bytes_written"),
          Map.entry("shuffleReadRecords", "shuffle_records_read"),
          Map.entry("shuffleReadBytes", "shuffle_bytes_read"),
          Map.entry("shuffleWriteRecords", "shuffle_records_written"),
          Map.entry("shuffleWriteBytes", "shuffle_bytes_written"),
          Map.entry("memoryBytesSpilled", "spilled_memory_bytes"),
          Map.entry("diskBytesSpilled", "spilled_disk_bytes"),
          Map.entry("jvmGcTime", "gc_ms"),
          Map.entry("executorRunTime", "run_ms"));

  @Test
  void metricsOfARunThatRestStartedCancelledAndRanAgainAreTheHistoryServers() throws Exception {
    String run =
        platform.post("/jobs", "{\"what\": \"weekly-energy_readings\"}").path("run").asText();
    await()
        .atMost(PATIENCE)
        .until(() -> platform.get("/runs/" + run + "/metrics").path("applications").size() == 1);
    platform.post("/runs/" + run + "/cancel", "{}");
    awaitStatus(run, "cancelled");
    platform.post("/runs/" + run + "/rerun?from=failure", "{}");
    awaitStatus(run, "succeeded");

    JsonNode metrics = platform.run("jobs", "metrics", run, "--json").expect(0).json();
    assertThat(metrics).isEqualTo(platform.get("/jobs/" + run + "/metrics"));
    assertThat(metrics.path("applications")).as("one of each try").hasSize(2);
    JsonNode application = metrics.path("applications").get(1);
    assertThat(application.path("current").asBoolean()).isTrue();
    assertThat(application.path("ended").isNull()).isFalse();
    assertThat(application.path("totals").path("records_read").asLong()).isPositive();
    URI page = URI.create(application.path("history").asText());
    URI stages =
        page.resolve(
            "/api/v1/applications/%s/stages".formatted(application.path("application").asText()));
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(() -> assertThat(ours(application)).isEqualTo(history(stages)));
  }

  private static Map<String, Map<String, Long>> ours(JsonNode application) {
    Map<String, Map<String, Long>> all = new TreeMap<>();
    for (JsonNode stage : application.path("stages")) {
      Map<String, Long> sums = new TreeMap<>();
      sums.put("failed", stage.path("failed_tasks").asLong());
      sums.put("duration", stage.path("duration_ms").asLong());
      MEASURES.values().forEach(name -> sums.put(name, stage.path("measures").path(name).asLong()));
      all.put(stage.path("stage").asText() + "." + stage.path("attempt").asText(), sums);
    }
    return all;
  }

  private Map<String, Map<String, Long>> history(URI stages)
      throws IOException, InterruptedException {
    Map<String, Map<String, Long>> all = new TreeMap<>();
    for (JsonNode stage : platform.read(stages)) {
      if (!stage.path("status").asText().equals("SKIPPED")) {
        Map<String, Long> sums = new TreeMap<>();
        sums.put("failed", stage.path("numFailedTasks").asLong());
        sums.put(
            "duration",
            Duration.between(time(stage, "submissionTime"), time(stage, "completionTime"))
                .toMillis());
        MEASURES.forEach((theirs, name) -> sums.put(name, stage.path(theirs).asLong()));
        all.put(stage.path("stageId").asText() + "." + stage.path("attemptId").asText(), sums);
      }
    }
    return all;
  }

  private static Instant time(JsonNode stage, String field) {
    return Instant.parse(stage.path(field).asText().replace("GMT", "Z"));
  }

  @Test
  void aRunGoesOnWhileTheServingLayerIsKilled() {
    String run = start("nightly-energy_readings");
    awaitStatus(run, "running");
    ProcessHandle.of(platform.pids().get("serving")).orElseThrow().destroyForcibly();
    await().atMost(PATIENCE).ignoreExceptions().until(platform::isAnswering);
    awaitStatus(run, "succeeded");
    assertThat(shown(run).path("steps")).as("begun once").hasSize(1);
  }
}

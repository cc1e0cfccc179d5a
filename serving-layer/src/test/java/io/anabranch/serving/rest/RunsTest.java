package io.anabranch.serving.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.anabranch.jobs.Jobs;
import io.anabranch.jobs.files.LocalFiles;
import io.anabranch.jobs.run.Commands;
import io.anabranch.jobs.run.RunFolders;
import io.anabranch.jobs.store.JobStore;
import io.anabranch.jobs.store.MemoryJobStore;
import io.anabranch.jobs.store.Schedule;
import io.anabranch.serving.MemoryRiver;
import io.anabranch.serving.RestClient;
import io.anabranch.serving.ServedRiver;
import io.anabranch.serving.jobs.RunLog;
import io.anabranch.serving.page.PageCheck;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Schedules and runs over REST, with real processes. */
class RunsTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** What Spark writes, less what nobody counts. */
  private static final String EVENTS =
      """
      {"Event":"SparkListenerLogStart","Spark Version":"4.1.1"}
      {"Event":"SparkListenerApplicationStart","App Name":"small","App ID":"local-7","Timestamp":1000,"User":"anna"}
      {"Event":"SparkListenerStageSubmitted","Stage Info":{"Stage ID":0,"Stage Attempt ID":0,"Stage Name":"count","Number of Tasks":2,"Submission Time":2000}}
      {"Event":"SparkListenerTaskEnd","Stage ID":0,"Stage Attempt ID":0,"Task End Reason":{"Reason":"ExceptionFailure"},"Task Metrics":{"JVM GC Time":5}}
      {"Event":"SparkListenerTaskEnd","Stage ID":0,"Stage Attempt ID":0,"Task End Reason":{"Reason":"Success"},"Task Metrics":{"JVM GC Time":7,"Input Metrics":{"Bytes Read":80,"Records Read":9},"Shuffle Read Metrics":{"Remote Bytes Read":1,"Local Bytes Read":2}}}
      {"Event":"SparkListenerStageCompleted","Stage Info":{"Stage ID":0,"Stage Attempt ID":0,"Stage Name":"count","Number of Tasks":2,"Submission Time":2000,"Completion Time":5500}}
      {"Event":"SparkListenerApplicationEnd","Timestamp":9000}
      """;

  @TempDir private Path folder;
  private final JobStore store = new MemoryJobStore();
  private Jobs jobs;
  private ServedRiver served;
  private RestClient rest;

  @BeforeEach
  void serve() throws IOException {
    Clock clock = Clock.systemUTC();
    LocalFiles files = new LocalFiles(clock);
    jobs =
        new Jobs(
            store,
            files,
            new RunFolders(folder.resolve("runs")),
            new Commands(files, Path.of("anabranch"), Path.of("a.conf")).runners(),
            Map.of(),
            4,
            clock);
    served = new ServedRiver(jobs, new MemoryRiver("customer_orders"));
    rest = served.rest;
    Files.createDirectories(folder.resolve("flow"));
    Files.writeString(
        folder.resolve("flow/workflow.xml"),
        """
        <workflow-app name="flow" xmlns="uri:oozie:workflow:1.0">
          <start to="one"/>
          <action name="one">
            <shell xmlns="uri:oozie:shell-action:1.0">
              <exec>sh</exec><argument>-c</argument><argument>${script}</argument>
            </shell>
            <ok to="done"/><error to="failed"/>
          </action>
          <kill name="failed"><message>${wf:errorMessage('one')}</message></kill>
          <end name="done"/>
        </workflow-app>
        """);
    Files.writeString(
        folder.resolve("flow/coordinator.xml"),
        """
        <coordinator-app name="c" frequency="${coord:days(1)}" start="2090-03-28T22:55Z"
            end="2100-01-01T00:00Z" timezone="Europe/Copenhagen" xmlns="uri:oozie:coordinator:0.5">
          <action><workflow><app-path>${app}/workflow.xml</app-path></workflow></action>
        </coordinator-app>
        """);
  }

  @AfterEach
  void stop() {
    served.close();
    jobs.close();
  }

  private String start(String script) {
    HttpResponse<String> answer =
        rest.postJson(
            "/api/v1/runs",
            "{\"what\": \"%s\", \"parameters\": {\"script\": \"%s\"}, \"user\": \"anna\"}"
                .formatted(folder.resolve("flow"), script));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return RestClient.parse(answer).get("run").asString();
  }

  private String status(String run) {
    jobs.tick();
    return rest.json("/api/v1/runs/" + run).get("run").get("status").asString();
  }

  private void awaitStatus(String run, String status) {
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(status(run)).isEqualTo(status));
  }

  @Test
  void aRunIsStartedListedShownAndRead() {
    String run = start("echo hello");
    awaitStatus(run, "succeeded");
    JsonNode detail = rest.json("/api/v1/runs/" + run);
    assertThat(detail.get("run").get("user").asString()).isEqualTo("anna");
    assertThat(detail.get("steps")).hasSize(1);
    assertThat(detail.get("steps").get(0).get("status").asString()).isEqualTo("ok");
    assertThat(detail.get("configuration").get("script").asString()).isEqualTo("echo hello");
    assertThat(rest.json("/api/v1/runs?status=succeeded&limit=5").get("runs")).hasSize(1);
    assertThat(rest.json("/api/v1/runs?status=failed").get("runs")).isEmpty();
    HttpResponse<String> log = rest.get("/api/v1/runs/" + run + "/log?download=true");
    assertThat(log.body()).contains("== one, step 1, try 1\nhello\n", "succeeded");
    assertThat(log.headers().firstValue("content-type").get()).startsWith("text/plain");
    assertThat(log.headers().firstValue("content-disposition").get()).contains(".log");
    assertThat(rest.get("/api/v1/runs/" + run + "/log?step=one").body()).isEqualTo("hello\n");
  }

  @Test
  void theStagesOfARunAreCounted() throws IOException {
    String run = start("echo local-7 >> $ANABRANCH_APPLICATIONS");
    awaitStatus(run, "succeeded");
    String page = "http://127.0.0.1:18080/history/local-7/jobs/";
    JsonNode step = rest.json("/api/v1/runs/" + run).get("steps").get(0);
    assertThat(step.get("applications").get(0).get("history").asString()).isEqualTo(page);
    JsonNode before = rest.json("/api/v1/runs/" + run + "/metrics").get("applications").get(0);
    assertThat(before.get("logged").asBoolean()).isFalse();
    Files.createDirectories(served.events);
    Files.writeString(served.events.resolve("local-7"), EVENTS);
    for (String route : List.of("runs", "jobs")) {
      JsonNode metrics = rest.json("/api/v1/%s/%s/metrics".formatted(route, run));
      JsonNode application = metrics.get("applications").get(0);
      assertThat(application.get("name").asString()).isEqualTo("small");
      assertThat(application.get("duration_ms").asLong()).isEqualTo(8_000);
      assertThat(application.get("failed_tasks").asInt()).isEqualTo(1);
      assertThat(application.get("totals").get("gc_ms").asLong()).isEqualTo(12);
      JsonNode stage = application.get("stages").get(0);
      assertThat(stage.get("status").asString()).isEqualTo("complete");
      assertThat(stage.get("duration_ms").asLong()).isEqualTo(3_500);
      assertThat(stage.get("measures").get("records_read").asLong()).isEqualTo(9);
      assertThat(stage.get("measures").get("shuffle_bytes_read").asLong()).isEqualTo(3);
    }
  }

  @Test
  void thePageShowsTheRunsOfADataset() throws IOException {
    HttpResponse<String> answer =
        rest.postJson(
            "/api/v1/runs",
            "{\"what\": \"%s\", \"parameters\": {\"script\": \"%s\", \"dataset\": \"customer_orders\"}}"
                .formatted(folder.resolve("flow"), "echo local-7 >> $ANABRANCH_APPLICATIONS"));
    String run = RestClient.parse(answer).get("run").asString();
    awaitStatus(run, "succeeded");
    Files.createDirectories(served.events);
    Files.writeString(served.events.resolve("local-7"), EVENTS);
    try (PageCheck page = PageCheck.open(served.base)) {
      assertThat(page.runs("customer_orders", run))
          .contains(run + " succeeded", "log", "Seconds by stage", "local-7 1 failed tasks")
          .contains("records read 9");
      page.staysAtItsOrigin();
    }
  }

  @Test
  void aJobIsStartedAndItsStatusRead() {
    HttpResponse<String> answer =
        rest.postJson(
            "/api/v1/jobs",
            "{\"what\": \"%s\", \"parameters\": {\"script\": \"true\"}}"
                .formatted(folder.resolve("flow")));
    String run = RestClient.parse(answer).get("run").asString();
    awaitStatus(run, "succeeded");
    assertThat(rest.json("/api/v1/jobs/" + run + "/status"))
        .isEqualTo(rest.json("/api/v1/runs/" + run));
    assertThat(rest.json("/api/v1/jobs/" + run + "/metrics").get("applications")).isEmpty();
  }

  @Test
  void aLogIsFollowedUntilTheEnd() throws IOException {
    String run =
        start("echo first; while [ ! -e " + folder + "/go ]; do sleep 0.1; done; echo last");
    awaitStatus(run, "running");
    await()
        .atMost(PATIENCE)
        .until(() -> rest.get("/api/v1/runs/" + run + "/log").body().contains("first"));
    CompletableFuture<String> followed =
        CompletableFuture.supplyAsync(
            () -> rest.get("/api/v1/runs/" + run + "/log?follow=true").body());
    Files.createFile(folder.resolve("go"));
    awaitStatus(run, "succeeded");
    assertThat(followed.join()).contains("first\nlast\n", "succeeded");
  }

  @Test
  void whoFollowsWhatIsQuietIsToldToAskAgain() throws IOException {
    String run = start("exec sleep 1000");
    awaitStatus(run, "running");
    ByteArrayOutputStream words = new ByteArrayOutputStream();
    new RunLog(jobs, RunLog.Until.ITS_END, new CountDownLatch(1), Duration.ofMillis(1))
        .write(jobs.run(run), words);
    assertThat(words.toString(StandardCharsets.UTF_8))
        .endsWith("== nothing was written for PT0.001S: follow it again\n");
    rest.post("/api/v1/runs/" + run + "/cancel");
    awaitStatus(run, "cancelled");
  }

  @Test
  void aScheduleThatIsNoLongerValidIsShownWithTheOthers() {
    for (String definition : List.of("<none/>", "<coordinator-app/>")) {
      store.put(
          new Schedule(
              "s" + definition.length(),
              "/x",
              definition,
              Map.of(),
              "me",
              Schedule.State.ACTIVE,
              Instant.EPOCH,
              0,
              Instant.EPOCH,
              Optional.empty()));
    }
    JsonNode schedules = rest.json("/api/v1/schedules").get("schedules");
    assertThat(schedules).hasSize(2);
    assertThat(schedules.get(0).get("next")).isEmpty();
    assertThat(schedules.get(0).get("problem").asString()).contains("coordinator.xml:1:");
  }

  @Test
  void aRunIsCancelledAndRunAgain() {
    String run = start("[ -e " + folder + "/ok ] || exec sleep 1000");
    awaitStatus(run, "running");
    assertThat(rest.post("/api/v1/runs/" + run + "/cancel?user=anna").body())
        .contains("cancelling", "cancelled by anna");
    awaitStatus(run, "cancelled");
    assertThat(rest.post("/api/v1/runs/" + run + "/cancel").statusCode()).isEqualTo(400);
    assertThat(folder.resolve("ok").toFile().mkdir()).isTrue();
    assertThat(rest.post("/api/v1/runs/" + run + "/rerun?from=failure").statusCode())
        .isEqualTo(200);
    awaitStatus(run, "succeeded");
    assertThat(rest.json("/api/v1/runs/" + run).get("steps")).hasSize(2);
  }

  @Test
  void schedulesAreSubmittedAndShown() {
    String body =
        "{\"name\": \"nights\", \"app\": \"%s\", \"parameters\": {\"script\": \"true\"}}"
            .formatted(folder.resolve("flow"));
    assertThat(rest.postJson("/api/v1/schedules", body).statusCode()).isEqualTo(200);
    JsonNode nights = rest.json("/api/v1/schedules/nights");
    assertThat(nights.get("next")).hasSize(5);
    assertThat(nights.get("next").get(0).asString()).isEqualTo("2090-03-28T22:55:00Z");
    assertThat(rest.post("/api/v1/schedules/nights/pause").body()).contains("\"paused\"");
    assertThat(rest.post("/api/v1/schedules/nights/resume").body()).contains("\"active\"");
    String range = "?from=2026-03-01T00:00:00Z&to=2026-03-03T00:00Z&parallel=2";
    assertThat(rest.post("/api/v1/schedules/nights/backfill" + range).body())
        .contains("\"backfills\":\"nights\"");
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              jobs.tick();
              assertThat(rest.json("/api/v1/runs?schedule=nights&status=succeeded").get("runs"))
                  .hasSize(2);
            });
    assertThat(rest.json("/api/v1/schedules").get("schedules")).hasSize(2);
  }

  @Test
  void whatIsNotThereOrNotValidIsTold() throws IOException {
    assertThat(rest.get("/api/v1/runs/none").statusCode()).isEqualTo(404);
    assertThat(rest.get("/api/v1/schedules/none").statusCode()).isEqualTo(404);
    assertThat(rest.get("/api/v1/runs?status=lost").body()).contains("expected one of [waiting");
    assertThat(rest.get("/api/v1/runs?limit=0").statusCode()).isEqualTo(400);
    Files.writeString(folder.resolve("flow/workflow.xml"), "<workflow-app/>");
    HttpResponse<String> refused =
        rest.postJson("/api/v1/runs", "{\"what\": \"" + folder.resolve("flow") + "\"}");
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body()).contains("workflow.xml:1:");
  }

  @Test
  void withoutASchedulerThisIsSaid() {
    try (ServedRiver none = new ServedRiver(new MemoryRiver("customer_orders"))) {
      HttpResponse<String> answer = none.rest.get("/api/v1/schedules");
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.body()).contains("jobs.enabled");
    }
  }
}

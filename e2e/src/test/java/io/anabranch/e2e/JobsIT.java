package io.anabranch.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
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

  private String start(String what, String... more) {
    List<String> command = new ArrayList<>(List.of("jobs", "start", what, "--json"));
    command.addAll(List.of(more));
    return platform.run(command.toArray(String[]::new)).expect(0).json().path("run").asText();
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

  /** An application is submitted as it would be to any Spark: by its jar and class. */
  private static final String WORKFLOW =
      """
      <workflow-app name="count-and-add" xmlns="uri:oozie:workflow:1.0">
        <start to="count"/>
        <action name="count">
          <hive2 xmlns="uri:oozie:hive2-action:1.0">
            <jdbc-url>${jdbcUrl}</jdbc-url>
            <script>count.q</script>
            <param>least=${least}</param>
          </hive2>
          <ok to="add"/>
          <error to="failed"/>
        </action>
        <action name="add">
          <spark xmlns="uri:oozie:spark-action:1.0">
            <configuration>
              <property><name>spark.sql.shuffle.partitions</name><value>2</value></property>
            </configuration>
            <master>local[2]</master>
            <name>add ${dataset}</name>
            <class>io.anabranch.batch.Main</class>
            <jar>${jar}</jar>
            <spark-opts>--conf "spark.app.comment=of a workflow"</spark-opts>
            <arg>run</arg>
            <arg>--config</arg>
            <arg>${config}</arg>
            <arg>--dataset</arg>
            <arg>${dataset}</arg>
          </spark>
          <ok to="done"/>
          <error to="failed"/>
        </action>
        <kill name="failed">
          <message>${wf:errorMessage(wf:lastErrorNode())}</message>
        </kill>
        <end name="done"/>
      </workflow-app>
      """;

  @Test
  void aWorkflowAsksHiveAndSubmitsToSpark() throws IOException {
    String dataset = "customer_orders";
    platform.batchRun(dataset);
    long version = platform.standing(dataset).path("version").asLong();
    String counted =
        platform
            .sql("select count(*) as n from customer_orders where quantity >= 6")
            .path(0)
            .path("n")
            .asText();
    platform.run("ingest", "generate", "-d", dataset, "--count", "500", "--seed", "8").expect(0);
    platform.awaitCaughtUp(dataset);
    Path flow = Files.createDirectories(platform.folder().resolve("flow"));
    Files.writeString(flow.resolve("workflow.xml"), WORKFLOW);
    Files.writeString(
        flow.resolve("count.q"),
        "select concat('counted ', cast(count(*) as string), ' orders') as told"
            + " from customer_orders where quantity >= ${hivevar:least};\n");

    String jar =
        Platform.HOME.resolve("target/dist/lib/applications/anabranch-batch.jar").toString();
    String run =
        start(
            flow.toString(),
            "--set",
            "dataset=" + dataset,
            "--set",
            "least=6",
            "--set",
            "jar=" + jar);
    String log = platform.run("jobs", "logs", run, "--follow").expect(0).out();
    assertThat(shown(run).path("run").path("status").asText()).as(log).isEqualTo("succeeded");
    assertThat(log).contains("== count, step 1, try 1", "== add, step 2, try 1");
    assertThat(logOf(run, "count")).contains("counted " + counted + " orders");
    assertThat(logOf(run, "add")).contains("\"dataset\":\"customer_orders\",\"version\":");
    assertThat(platform.standing(dataset).path("version").asLong()).isGreaterThan(version);
    platform.expectNoDifference(dataset);
  }

  private String logOf(String run, String step) {
    return platform.run("jobs", "logs", run, "--step", step).expect(0).out();
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

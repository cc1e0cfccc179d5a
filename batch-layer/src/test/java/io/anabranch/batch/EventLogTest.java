package io.anabranch.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.anabranch.jobs.files.LocalFiles;
import io.anabranch.jobs.metrics.ApplicationMetrics;
import io.anabranch.jobs.metrics.EventLogs;
import io.anabranch.jobs.metrics.Measure;
import io.anabranch.jobs.metrics.StageMetrics;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The event log of a real application, as the jobs module reads it and as Spark's History Server
 * does. Both applications run in processes of their own, as they do on the platform.
 */
class EventLogTest {
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  /** The History Server's names for what we count. */
  private static final Map<Measure, String> NAMES =
      Map.ofEntries(
          Map.entry(Measure.RECORDS_READ, "inputRecords"),
          Map.entry(Measure.BYTES_READ, "inputBytes"),
          Map.entry(Measure.RECORDS_WRITTEN, "outputRecords"),
          Map.entry(Measure.BYTES_WRITTEN, "outputBytes"),
          Map.entry(Measure.SHUFFLE_RECORDS_READ, "shuffleReadRecords"),
          Map.entry(Measure.SHUFFLE_BYTES_READ, "shuffleReadBytes"),
          Map.entry(Measure.SHUFFLE_RECORDS_WRITTEN, "shuffleWriteRecords"),
          Map.entry(Measure.SHUFFLE_BYTES_WRITTEN, "shuffleWriteBytes"),
          Map.entry(Measure.SPILLED_MEMORY_BYTES, "memoryBytesSpilled"),
          Map.entry(Measure.SPILLED_DISK_BYTES, "diskBytesSpilled"),
          Map.entry(Measure.GC_MS, "jvmGcTime"),
          Map.entry(Measure.RUN_MS, "executorRunTime"));

  @TempDir private static Path folder;

  private static Path events;
  private static EventLogs logs;
  private static String application;

  @BeforeAll
  static void runTheApplication() throws Exception {
    events = folder.resolve("anabranch/spark-events");
    logs = new EventLogs(new LocalFiles(Clock.systemUTC()), events.toString());
    Path note = folder.resolve("applications");
    Files.createDirectories(events);
    Path old = Files.createFile(events.resolve("local-1.zstd"));
    Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofDays(2))));
    Process process =
        java(
                "application.log",
                SmallApplication.class,
                events.toUri().toString(),
                folder.toUri().toString())
            .start();
    assertThat(process.waitFor()).as("%s", folder.resolve("application.log")).isZero();
    List<String> noted = Files.readAllLines(note);
    assertThat(noted).hasSize(1);
    application = noted.get(0);
    assertThat(old).as("logs older than a day go").doesNotExist();
  }

  /** A process with the flags and the class path of this one. */
  private static ProcessBuilder java(String log, Class<?> main, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> flag.startsWith("--add-") || flag.startsWith("-X"))
        .forEach(command::add);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(Arrays.asList(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(log).toFile());
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    builder.environment().put("ANABRANCH_APPLICATIONS", folder.resolve("applications").toString());
    return builder;
  }

  @Test
  void whatIsCountedEqualsTheHistoryServers() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Path config = folder.resolve("history.properties");
    Files.writeString(config, settings(port));
    Process server = java("history.log", HistoryMain.class, "--config", config.toString()).start();
    try {
      JsonNode stages = stages(port);
      ApplicationMetrics metrics = logs.of(application).orElseThrow();
      assertThat(metrics.name()).isEqualTo("small application");
      assertThat(metrics.ended()).isPresent();
      Map<List<Integer>, Map<String, Object>> expected = new TreeMap<>(this::compare);
      for (JsonNode stage : stages) {
        if (!stage.path("status").asText().equals("SKIPPED")) {
          expected.put(
              List.of(stage.path("stageId").asInt(), stage.path("attemptId").asInt()),
              history(stage));
        }
      }
      Map<List<Integer>, Map<String, Object>> counted = new TreeMap<>(this::compare);
      metrics.stages().forEach(s -> counted.put(List.of(s.stage(), s.attempt()), ours(s)));
      assertThat(counted).isEqualTo(expected);
      assertThat(metrics.stages()).hasSizeGreaterThan(3);
    } finally {
      server.destroy();
      server.waitFor();
    }
  }

  private int compare(List<Integer> a, List<Integer> b) {
    int byStage = a.get(0).compareTo(b.get(0));
    return byStage != 0 ? byStage : a.get(1).compareTo(b.get(1));
  }

  private static String settings(int port) {
    return """
        platform.data = %1$s
        platform.schemas = %1$s
        platform.hdfs = file://%1$s
        platform.kafka = localhost:1
        platform.zookeeper = localhost:1
        platform.hive-metastore = thrift://localhost:1
        platform.hive-server = localhost:1
        platform.thrift = localhost:1
        platform.thrift2 = localhost:1
        platform.serving = http://localhost:1
        history.address = http://127.0.0.1:%2$s
        """
        .formatted(folder, port);
  }

  /** The stages of the application, once the History Server knows of it. */
  private static JsonNode stages(int port) {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create(
                    "http://127.0.0.1:%s/api/v1/applications/%s/stages"
                        .formatted(port, application)))
            .build();
    HttpClient client = HttpClient.newHttpClient();
    String body =
        await()
            .atMost(PATIENCE)
            .ignoreExceptions()
            .until(
                () -> {
                  var response = client.send(request, BodyHandlers.ofString());
                  return response.statusCode() == 200 ? response.body() : "";
                },
                text -> !text.isEmpty());
    try {
      return new ObjectMapper().readTree(body);
    } catch (IOException e) {
      throw new AssertionError(body, e);
    }
  }

  private static Map<String, Object> history(JsonNode stage) {
    Map<String, Object> all = new TreeMap<>();
    all.put("name", stage.path("name").asText());
    all.put("status", stage.path("status").asText());
    all.put("tasks", stage.path("numTasks").asInt());
    all.put("failed", stage.path("numFailedTasks").asInt());
    all.put("killed", stage.path("numKilledTasks").asInt());
    all.put("submitted", time(stage.path("submissionTime")));
    all.put("completed", time(stage.path("completionTime")));
    NAMES.forEach((measure, name) -> all.put(name, stage.path(name).asLong()));
    return all;
  }

  private static Instant time(JsonNode time) {
    return Instant.parse(time.asText().replace("GMT", "Z"));
  }

  private static Map<String, Object> ours(StageMetrics stage) {
    Map<String, Object> all = new TreeMap<>();
    all.put("name", stage.name());
    all.put("status", stage.status().name());
    all.put("tasks", stage.tasks());
    all.put("failed", stage.failed());
    all.put("killed", stage.killed());
    all.put("submitted", stage.submitted().orElseThrow());
    all.put("completed", stage.completed().orElseThrow());
    NAMES.forEach((measure, name) -> all.put(name, stage.measures().get(measure)));
    return all;
  }

  @Test
  void theApplicationDidSomethingOfEachKind() {
    ApplicationMetrics metrics = logs.of(application).orElseThrow();
    metrics
        .totals()
        .forEach(
            (measure, sum) -> {
              if (measure != Measure.GC_MS) {
                assertThat(sum).as("%s", measure).isPositive();
              }
            });
    assertThat(metrics.stages().stream().mapToInt(StageMetrics::failed).sum()).isEqualTo(1);
  }

  @Test
  void aLogThatWasCutOffTellsWhatWasWrittenUntilThen() throws IOException {
    byte[] whole = Files.readAllBytes(events.resolve(application + ".zstd"));
    for (int part = 1; part < 10; part++) {
      Files.write(
          events.resolve("cut-" + part + ".zstd.inprogress"),
          Arrays.copyOf(whole, whole.length * part / 10));
      ApplicationMetrics metrics = logs.of("cut-" + part).orElseThrow();
      assertThat(metrics.ended()).isEmpty();
      assertThat(metrics.stages().size())
          .isLessThanOrEqualTo(logs.of(application).orElseThrow().stages().size());
    }
  }

  @Test
  void anApplicationWithoutALogHasNoMetrics() {
    assertThat(logs.of("local-0")).isEmpty();
    assertThat(logs.of("../" + application)).isEmpty();
  }
}

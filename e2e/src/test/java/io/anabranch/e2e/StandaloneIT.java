package io.anabranch.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Batch runs on a standalone cluster of Spark's, whose master and two workers are the platform's
 * own roles: one worker is killed in the middle of a run.
 */
@Tag("long")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class StandaloneIT {
  private static final String DATASET = "customer_orders";
  private static final int RECORDS = 60_000;

  private final List<Process> daemons = new ArrayList<>();
  private Platform platform;
  private Process firstWorker;

  @BeforeAll
  void up() throws Exception {
    String master = "spark://127.0.0.1:" + freePort();
    platform =
        Platform.up(
            "standalone",
            Map.of(
                "ANABRANCH_BATCH_MASTER",
                master,
                "SPARK_MASTER_WEBUI_PORT",
                freePort(),
                "SPARK_WORKER_WEBUI_PORT",
                "0",
                "SPARK_WORKER_CORES",
                "1",
                "SPARK_WORKER_MEMORY",
                "768m"));
    Files.writeString(
        platform.folder().resolve("conf/spark-defaults.conf"),
        "spark.executor.memory 640m\nspark.executor.cores 1\n");
    start("spark-master", "New state: ALIVE");
    firstWorker = start("spark-worker", "Successfully registered with master");
    start("spark-worker", "Successfully registered with master");
  }

  /** A role in the foreground of a process of its own, once its log says that it serves. */
  private Process start(String role, String ready) {
    Platform.Running running = platform.start("role", role);
    daemons.add(running.process());
    await().atMost(Duration.ofMinutes(2)).until(() -> says(running.err(), ready));
    return running.process();
  }

  private static boolean says(Path log, String words) throws IOException {
    return Files.readString(log).contains(words);
  }

  private static String freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return Integer.toString(socket.getLocalPort());
    }
  }

  @AfterAll
  void down() throws Exception {
    for (Process daemon : daemons) {
      daemon.destroy();
      daemon.waitFor();
    }
    if (platform != null) {
      platform.close();
    }
  }

  /** Whether an executor of the cluster has written its own log in the worker's folder. */
  private boolean tasksRun() throws IOException {
    Path work = platform.folder().resolve("spark/work");
    if (!Files.isDirectory(work)) {
      return false;
    }
    try (Stream<Path> files = Files.walk(work)) {
      return files.filter(file -> file.endsWith("stderr")).count() >= 2;
    }
  }

  /** Executors end with the worker that started them. */
  private static void kill(Process worker) {
    List<ProcessHandle> executors = worker.descendants().toList();
    worker.destroyForcibly();
    executors.forEach(ProcessHandle::destroyForcibly);
  }

  @Test
  void aRunSurvivesTheDeathOfAWorker() {
    platform
        .run("ingest", "generate", "-d", DATASET, "--count", "" + RECORDS, "--error-rate", "0.1")
        .expect(0);
    platform.awaitCaughtUp(DATASET);
    Platform.Running run = platform.start("batch", "run", DATASET, "--full", "--json");
    await()
        .atMost(Duration.ofMinutes(4))
        .until(() -> says(run.err(), "clean rows") || !run.process().isAlive());
    assertThat(run.process().isAlive()).as("the run goes on after its rows are clean").isTrue();
    assertThat(platform.folder().resolve("spark/work")).exists();
    await().atMost(Duration.ofMinutes(2)).ignoreExceptions().until(this::tasksRun);
    kill(firstWorker);
    assertThat(run.process().isAlive()).as("the worker dies in the middle of the run").isTrue();
    JsonNode done = run.outcome().expect(0).json();
    assertThat(done.path("rows_read").asInt()).isEqualTo(RECORDS);
    platform.expectNoDifference(DATASET);
  }
}

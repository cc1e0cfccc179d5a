package io.anabranch.jobs.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import io.anabranch.jobs.files.LocalFiles;
import io.anabranch.runtime.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ways in which Spark lays out logs; a real one is read in the batch layer's tests. */
class EventLogsTest {
  private static final String START =
      "{\"Event\":\"SparkListenerApplicationStart\",\"App Name\":\"a\",\"App ID\":\"app-1\",\"Timestamp\":%s}\n";
  private static final String TASK =
      "{\"Event\":\"SparkListenerTaskEnd\",\"Stage ID\":%s,\"Stage Attempt ID\":%s,\"Task End Reason\":{\"Reason\":\"%s\"},\"Task Metrics\":{\"Executor Run Time\":10}}\n";
  private static final String COMPLETED =
      "{\"Event\":\"SparkListenerStageCompleted\",\"Stage Info\":{\"Stage ID\":%s,\"Stage Attempt ID\":%s,\"Stage Name\":\"s\",\"Number of Tasks\":1%s}}\n";

  @TempDir private Path folder;
  private EventLogs logs;

  @BeforeEach
  void open() {
    logs = new EventLogs(new LocalFiles(Clock.systemUTC()), folder.toString());
  }

  private void write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    Files.write(file, name.contains(".zstd") ? Zstd.compress(bytes) : bytes);
  }

  @Test
  void theLastAttemptOfTheVeryApplicationIsRead() throws IOException {
    write("app-1_1.zstd", START.formatted(1_000));
    write("app-1_2.zstd.inprogress", START.formatted(2_000));
    write("app-11.zstd", START.formatted(3_000));
    write("app-1x", START.formatted(4_000));
    assertThat(logs.of("app-1").orElseThrow().started()).contains(Instant.ofEpochSecond(2));
    assertThat(logs.of("app-2")).isEmpty();
    assertThat(new EventLogs(new LocalFiles(Clock.systemUTC()), folder + "/none").of("app-1"))
        .isEmpty();
  }

  @Test
  void aLogThatIsRolledOverIsReadInTheOrderOfItsParts() throws IOException {
    String rolled = "eventlog_v2_app-1/";
    write(rolled + "appstatus_app-1.inprogress", "");
    write(rolled + "events_10_app-1.zstd", COMPLETED.formatted(0, 0, ""));
    write(rolled + "events_2_app-1.zstd", TASK.formatted(0, 0, "Success"));
    write(rolled + "events_1_app-1.zstd", START.formatted(1_000));
    ApplicationMetrics metrics = logs.of("app-1").orElseThrow();
    assertThat(metrics.name()).isEqualTo("a");
    assertThat(metrics.stages()).hasSize(1);
    assertThat(metrics.stages().get(0).status()).isEqualTo(StageMetrics.Status.COMPLETE);
    assertThat(metrics.totals()).containsEntry(Measure.RUN_MS, 10L);
  }

  @Test
  void triesOfTasksAreToldApart() throws IOException {
    write(
        "app-1",
        TASK.formatted(1, 1, "Success")
            + TASK.formatted(1, 0, "FetchFailed")
            + TASK.formatted(1, 0, "TaskKilled")
            + TASK.formatted(1, 0, "TaskCommitDenied")
            + TASK.formatted(1, 0, "ExecutorLostFailure")
            + COMPLETED.formatted(1, 0, ",\"Failure Reason\":\"lost\"")
            + COMPLETED.formatted(1, 1, ""));
    ApplicationMetrics metrics = logs.of("app-1").orElseThrow();
    assertThat(metrics.stages()).extracting(StageMetrics::attempt).containsExactly(0, 1);
    StageMetrics first = metrics.stages().get(0);
    assertThat(first.status()).isEqualTo(StageMetrics.Status.FAILED);
    assertThat(first.failed()).isEqualTo(2);
    assertThat(first.killed()).isEqualTo(2);
    assertThat(first.measures()).containsEntry(Measure.RUN_MS, 40L);
  }

  @Test
  void onlyTheLastLineMayBeCutOff() throws IOException {
    String cut = TASK.formatted(0, 0, "Success").substring(0, 60);
    write("app-1", START.formatted(1_000) + cut);
    assertThat(logs.of("app-1").orElseThrow().stages()).isEmpty();
    write("app-1", cut + "\n" + START.formatted(1_000));
    assertThatThrownBy(() -> logs.of("app-1"))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("line 1 of the event log");
  }

  @Test
  void anotherCodecIsTold() throws IOException {
    write("app-1.lz4", "");
    assertThatThrownBy(() -> logs.of("app-1"))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("another codec than zstd");
  }

  @Test
  void anEmptyLogKnowsNothing() throws IOException {
    write("app-1.inprogress", "");
    ApplicationMetrics metrics = logs.of("app-1").orElseThrow();
    assertThat(metrics.started()).isEmpty();
    assertThat(metrics.totals()).containsAllEntriesOf(Map.of(Measure.RECORDS_READ, 0L));
  }
}

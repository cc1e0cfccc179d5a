package io.anabranch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.anabranch.cli.StatusReport.ServiceStatus;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatusReportTest {
  private static final ServiceStatus READY =
      new ServiceStatus("stack", "ready", 42, "hdfs://127.0.0.1:1", 2);
  private static final ServiceStatus DEAD = new ServiceStatus("ingest", "dead", 0, "", 0);

  @Test
  void jsonHoldsServicesAndDatasets() throws JsonProcessingException {
    JsonNode dataset = Json.parse("{\"dataset\":\"orders\",\"version\":3}");
    StatusReport report = new StatusReport(List.of(READY), List.of(dataset));
    assertThat(Json.line(report.toJson()))
        .isEqualTo(
            "{\"services\":[{\"service\":\"stack\",\"state\":\"ready\",\"pid\":42,\"address\":\"hdfs://127.0.0.1:1\",\"restarts\":2}],\"datasets\":[{\"dataset\":\"orders\",\"version\":3}]}");
  }

  @Test
  void textAlignsColumnsAndLeavesOutWhatThereIsNot() {
    assertThat(new StatusReport(List.of(READY, DEAD), List.of()).toText())
        .isEqualTo(
            """
            service  state  pid  restarts  address
            stack    ready   42         2  hdfs://127.0.0.1:1
            ingest   dead               0
            """);
  }

  @Test
  void oneServiceThatIsNotReadyIsEnoughToSayNo() {
    assertThat(new StatusReport(List.of(READY, DEAD), List.of()).allReady()).isFalse();
    assertThat(new StatusReport(List.of(READY), List.of()).allReady()).isTrue();
  }

  @Test
  void datasetIsCaughtUpOnceEveryPartitionIsApplied() throws JsonProcessingException {
    String end = "\"topic_end\":{\"0\":10,\"1\":4}";
    assertThat(caughtUp("{\"applied\":{\"0\":10,\"1\":4}," + end + "}")).isTrue();
    assertThat(caughtUp("{\"applied\":{\"0\":14,\"1\":3}," + end + "}")).isFalse();
    assertThat(caughtUp("{\"applied\":{\"0\":10}," + end + "}")).isFalse();
    assertThat(caughtUp("{\"applied\":{\"0\":10}}")).isFalse();
  }

  private static boolean caughtUp(String dataset) throws JsonProcessingException {
    return DatasetProgress.isCaughtUp(Json.parse(dataset));
  }
}

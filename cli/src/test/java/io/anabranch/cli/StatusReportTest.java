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
  void textNamesWhatTheAnswersOfADatasetLack() throws JsonProcessingException {
    JsonNode orders =
        Json.parse(
            "{\"dataset\":\"orders\",\"version\":3,\"topic_end\":{\"0\":9,\"2\":5},\"applied\":{\"0\":9},"
                + "\"lag_ms\":7,\"exact\":false,\"missing\":[{\"partition\":0,\"from\":1,\"to\":4},"
                + "{\"partition\":2,\"from\":0,\"to\":5}]}");
    JsonNode energy =
        Json.parse("{\"dataset\":\"energy\",\"version\":1,\"exact\":true,\"missing\":[]}");
    assertThat(new StatusReport(List.of(READY), List.of(orders, energy)).toText())
        .contains("exact  missing\n")
        .contains("false  0:1-4 2:0-5\n")
        .contains("true\n");
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

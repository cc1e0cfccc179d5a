package io.anabranch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

class QuarantineCommandTest {
  @Test
  void showsReasonsAndRulesAndTheRecordOrItsBytes() throws Exception {
    JsonNode rejected =
        shown(
            """
            {"topic_partition": 1, "topic_offset": 5, "appended": "2026-01-02 03:04:05",
             "reasons": "[\\"a is missing\\",\\"b is odd\\"]", "record": "{}", "value": "[B@1",
             "rules": "[\\"f.yaml:1:2: a is null\\",\\"f.yaml:2:2: b % 2 = 1\\"]", "bytes": "wwE="}
            """);
    assertThat(rejected.path("reasons").asText()).isEqualTo("a is missing; b is odd");
    assertThat(rejected.path("rules").asText())
        .isEqualTo("f.yaml:1:2: a is null; f.yaml:2:2: b % 2 = 1");
    assertThat(rejected.path("record").asText()).isEqualTo("{}");

    JsonNode undecodable =
        shown(
            """
            {"topic_partition": 0, "topic_offset": 6, "reasons": "[\\"no value\\"]",
             "record": null, "value": null, "bytes": "AQID"}
            """);
    assertThat(undecodable.path("record").asText()).isEqualTo("AQID");
    assertThat(undecodable.path("rules").asText()).as("a table of a former release").isEmpty();
  }

  @Test
  void replaysRecordsAndUndecodableValuesAndTellsWhatItLeaves() throws Exception {
    JsonNode rows =
        Json.parse(
            """
            [{"record": "{\\"a\\": 1}", "bytes": null}, {"record": null, "bytes": "wwE="},
             {"record": null, "bytes": null}]
            """);
    assertThat(QuarantineCommand.texts(rows, "record")).containsExactly("{\"a\": 1}");
    assertThat(QuarantineCommand.texts(rows, "bytes")).containsExactly("wwE=");
    assertThat(QuarantineCommand.left(1_000, 5_432))
        .startsWith("1,000 of 5,432 ")
        .contains("--limit 5432");
  }

  private static JsonNode shown(String row) throws Exception {
    return QuarantineCommand.shown(Json.parse(row));
  }
}

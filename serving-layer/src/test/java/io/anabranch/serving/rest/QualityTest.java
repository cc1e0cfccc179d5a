package io.anabranch.serving.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.serving.MemoryReports;
import io.anabranch.serving.MemoryRiver;
import io.anabranch.serving.RestClient;
import io.anabranch.serving.ServedRiver;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class QualityTest {
  private static final String QUALITY = "/api/v1/datasets/customer_orders/quality";

  private final MemoryRiver river = new MemoryRiver("customer_orders");
  private final ServedRiver served = new ServedRiver(river);
  private final RestClient rest = served.rest;

  @AfterEach
  void close() {
    served.close();
  }

  private long publish() {
    long marker = river.mark();
    river.flow();
    river.batch(marker);
    return marker;
  }

  private void assertRefused(String path, int status, String detail) {
    HttpResponse<String> response = rest.get(path);
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.headers().firstValue("content-type")).hasValue("application/problem+json");
    assertThat(response.body()).contains(detail);
  }

  @Test
  void servesTheReportOfThePublishedVersionAsItWasWritten() {
    long version = publish();
    String report = MemoryReports.written();
    river.quality.put("customer_orders", version, report);
    river.quality.put("customer_orders", version + 1, report.replace("passed", "refused"));
    assertThat(rest.get(QUALITY).body()).isEqualTo(report);
    assertThat(rest.get(QUALITY).headers().firstValue("content-type").get())
        .startsWith("application/json");
    assertThat(rest.get(QUALITY + "?version=" + (version + 1)).body()).contains("refused");
  }

  @Test
  void listsTheReportsThoseOfRefusedRunsToo() {
    long version = publish();
    String report = MemoryReports.written();
    river.quality.put("customer_orders", version, report);
    river.quality.put(
        "customer_orders", 12, report.replace("\"verdict\":\"passed\"", "\"verdict\":\"refused\""));
    JsonNode list = rest.json(QUALITY + "/versions");
    assertThat(list.get("published").asLong()).isEqualTo(version);
    assertThat(list.get("reports")).hasSize(2);
    JsonNode first = list.get("reports").get(0);
    assertThat(first.get("version").asLong()).isEqualTo(version);
    assertThat(first.get("published").asBoolean()).isTrue();
    assertThat(first.get("verdict").asString()).isEqualTo("passed");
    assertThat(first.get("records").asLong()).isEqualTo(2002);
    assertThat(first.get("rejected_share").asDouble()).isBetween(0.05, 0.06);
    assertThat(first.get("checks").asInt()).isEqualTo(6);
    assertThat(first.get("failed").asInt()).isZero();
    JsonNode second = list.get("reports").get(1);
    assertThat(second.get("verdict").asString()).isEqualTo("refused");
    assertThat(second.get("published").asBoolean()).isFalse();
  }

  @Test
  void saysWhatThereIsInstead() {
    assertRefused(QUALITY, 404, "run 'anabranch batch run customer_orders'");
    assertThat(rest.json(QUALITY + "/versions").get("reports")).isEmpty();
    publish();
    river.quality.put("customer_orders", 7, MemoryReports.written());
    assertRefused(QUALITY, 404, "no quality report of version 1 of customer_orders is kept");
    assertRefused(QUALITY + "?version=9", 404, "expected one of [7]");
    assertRefused(QUALITY + "?version=last", 400, "version");
    assertRefused("/api/v1/datasets/x/quality", 404, "unknown dataset 'x'");
    river.quality.put("customer_orders", 8, "{\"dataset\": ");
    assertRefused(QUALITY + "/versions", 500, "the quality report of run 8 is damaged");
    river.quality.away(true);
    assertRefused(QUALITY, 503, "a store does not answer");
  }
}

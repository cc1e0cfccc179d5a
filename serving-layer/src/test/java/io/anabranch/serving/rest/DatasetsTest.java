package io.anabranch.serving.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.serving.MemoryRiver;
import io.anabranch.serving.RestClient;
import io.anabranch.serving.SampleRecords;
import io.anabranch.serving.ServedRiver;
import java.net.http.HttpResponse;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class DatasetsTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final String ORDERS = "/api/v1/datasets/customer_orders";

  private final MemoryRiver river = new MemoryRiver("customer_orders");
  private final SampleRecords records = new SampleRecords(5);
  private final ServedRiver served = new ServedRiver(river);
  private final RestClient rest = served.rest;

  @AfterEach
  void close() {
    served.close();
  }

  private JsonNode total(String parameters) {
    return rest.json("/api/v1/views/sales_by_country/cells?by=&grain=all" + parameters);
  }

  private int orders() {
    return total("").get("rows").get(0).get("orders").asInt();
  }

  @Test
  void servesTheSpeedLayerAloneBeforeAnyBatchRun() {
    records.orders(river, 50, START, 3);
    river.flow();
    assertThat(orders()).isEqualTo(50);
    JsonNode dataset = rest.json(ORDERS);
    assertThat(dataset.get("version").asInt()).isZero();
    assertThat(dataset.get("exact").asBoolean()).isTrue();
    assertThat(dataset.get("lag_ms").asInt()).isZero();
    assertThat(dataset.get("topic_end")).isEqualTo(dataset.get("applied"));
    assertThat(dataset.get("views")).hasSize(4);
  }

  @Test
  void servesTheSameNumbersAcrossPublishAndRollback() {
    records.orders(river, 30, START, 3);
    long first = river.mark();
    records.orders(river, 20, START, 3);
    long second = river.mark();
    records.orders(river, 10, START, 3);
    river.flow();
    river.batch(first);
    river.batch(second);
    assertThat(orders()).isEqualTo(60);
    for (long version : new long[] {first, second, first}) {
      HttpResponse<String> published = rest.post(ORDERS + "/versions/" + version + "/publish");
      assertThat(published.statusCode()).isEqualTo(200);
      assertThat(orders()).isEqualTo(60);
      JsonNode versions = rest.json(ORDERS + "/versions");
      assertThat(versions.get("published").asLong()).isEqualTo(version);
      assertThat(versions.get("versions")).hasSize(2);
    }
  }

  @Test
  void comparesTheLayersForTheSameOffsets() {
    records.orders(river, 30, START, 3);
    long first = river.mark();
    records.orders(river, 200, START, 3);
    long second = river.mark();
    records.orders(river, 10, START, 3);
    river.flow();
    river.batch(first);
    assertThat(rest.get(ORDERS + "/compare").statusCode()).isEqualTo(500);
    assertThat(rest.get(ORDERS + "/compare").body()).contains("run 'anabranch batch run");
    river.batch(second);
    JsonNode compared = rest.json(ORDERS + "/compare");
    assertThat(compared.get("version").asLong()).isEqualTo(second);
    assertThat(compared.get("base").asLong()).isEqualTo(first);
    for (JsonNode view : compared.get("views")) {
      assertThat(view.get("differences").asLong()).as(view.toString()).isZero();
      assertThat(view.get("cells").asLong()).isPositive();
    }
    JsonNode measure = compared.get("views").get(0).get("buckets").get(0).get("measures").get(0);
    assertThat(measure.get("batch")).isEqualTo(measure.get("speed"));
    assertThat(rest.get(ORDERS + "/compare?format=csv").body())
        .startsWith("view,kind,bucket,measure,batch,speed,difference,relative\r\n");
    assertThat(rest.get(ORDERS + "/compare?format=xml").statusCode()).isEqualTo(400);
  }

  @Test
  void comparesNothingOfWhichTheSpeedLayerLacksRecords() {
    records.orders(river, 30, START, 3);
    river.flow();
    river.batch(river.mark());
    records.orders(river, 30, START, 3);
    long second = river.mark();
    river.batch(second);
    assertThat(rest.get(ORDERS + "/compare").body())
        .contains("the speed layer has applied", "compare when it has come there");
    river.flow();
    assertThat(rest.json(ORDERS + "/compare").get("version").asLong()).isEqualTo(second);
  }

  @Test
  void refusesToPublishWhatIsNotThereOrWasChangedMeanwhile() {
    long marker = river.mark();
    river.flow();
    river.batch(marker);
    assertThat(rest.post(ORDERS + "/versions/99/publish").statusCode()).isEqualTo(404);
    assertThat(rest.post(ORDERS + "/versions/1/publish?expected=7").statusCode()).isEqualTo(409);
    assertThat(rest.post(ORDERS + "/versions/1/publish?force=1").statusCode()).isEqualTo(400);
    assertThat(rest.post("/api/v1/datasets/x/versions/1/publish").statusCode()).isEqualTo(404);
    assertThat(rest.post(ORDERS + "/versions/1/publish?expected=1").statusCode()).isEqualTo(200);
  }

  @Test
  void saysHowFarTheSpeedLayerIsBehind() {
    records.orders(river, 20, START, 3);
    river.flow();
    records.orders(river, 20, START, 3);
    JsonNode behind = total("").get("provenance");
    assertThat(behind.get("lag_ms").asInt()).isEqualTo(2_000);
    assertThat(behind.get("exact").asBoolean()).isTrue();
    river.flow();
    assertThat(total("").get("provenance").get("lag_ms").asInt()).isZero();
    river.away(true);
    assertThat(total("").get("provenance").get("lag_ms").asInt()).isEqualTo(2_000);
    assertThat(rest.json(ORDERS).get("topic_end").isNull()).isTrue();
  }

  @Test
  void namesWhatIsMissingWhereTheSpeedLayerHasAppliedNothing() {
    records.orders(river, 60, START, 3);
    river.flow(0);
    river.flow(1);
    JsonNode provenance = total("").get("provenance");
    assertThat(provenance.get("exact").asBoolean()).isFalse();
    assertThat(provenance.get("lag_ms").isNull()).isTrue();
    assertThat(provenance.get("missing")).hasSize(1);
    assertThat(provenance.get("missing").get(0).get("partition").asInt()).isEqualTo(2);
    assertThat(provenance.get("missing").get(0).get("from").asInt()).isZero();
  }

  @Test
  void isReadyAfterItsWarmUpAndDescribesItself() {
    assertThat(rest.json("/health").get("state").asString()).isEqualTo("ready");
    JsonNode openapi = rest.json("/openapi.json");
    assertThat(openapi.get("paths").has("/api/v1/views/{view}/cells")).isTrue();
    assertThat(openapi.toString()).contains("lag_ms").doesNotContain("lagMs");
  }

  @Test
  void keepsOtherSitesOut() {
    HttpResponse<String> foreign =
        rest.post(ORDERS + "/versions/1/publish", "Origin", "http://elsewhere.example");
    assertThat(foreign.statusCode()).isEqualTo(403);
    HttpResponse<String> page = rest.get("/");
    assertThat(page.headers().firstValue("content-security-policy").get())
        .startsWith("default-src 'self'");
    assertThat(page.headers().firstValue("x-content-type-options")).hasValue("nosniff");
    assertThat(rest.get("/api/v1/views", "Origin", "http://elsewhere.example").headers().map())
        .doesNotContainKey("access-control-allow-origin");
  }
}

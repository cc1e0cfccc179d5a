package io.anabranch.serving.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.serving.MemoryRiver;
import io.anabranch.serving.RestClient;
import io.anabranch.serving.ServedRiver;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Six orders: three before the cut of the published version, three after it. */
class CellsTest {
  private static final MemoryRiver RIVER = new MemoryRiver("customer_orders");
  private static ServedRiver served;
  private static RestClient rest;
  private static long marker;

  @BeforeAll
  static void serve() {
    RIVER.append(0, "2026-01-01T10:15:00Z", order("Bags", "Denmark", 2, 19_500, "c1"));
    RIVER.append(1, "2026-01-01T10:45:00Z", order("Bags", "Denmark", 1, 1_250, "c2"));
    RIVER.append(2, "2026-01-01T11:00:00Z", order("Light", "Norway", 3, 30_000, "c1"));
    marker = RIVER.mark();
    RIVER.flow();
    RIVER.batch(marker);
    RIVER.append(0, "2026-01-01T10:30:00Z", order("Bags", "Denmark", 1, 4_250, "c1"));
    RIVER.append(1, "2026-02-01T00:00:00Z", order("Light", null, 1, 7_000, "c3"));
    RIVER.append(1, "2026-02-01T00:00:00Z", order("Bags", "Sweden, \"S\"", -1, -2_000, "c4"));
    RIVER.flow();
    served = new ServedRiver(RIVER);
    rest = served.rest;
  }

  @AfterAll
  static void close() {
    served.close();
  }

  private static Map<String, Object> order(
      String category, String country, long quantity, long milli, String customer) {
    Map<String, Object> columns = new HashMap<>();
    columns.put("category", category);
    columns.put("country", country);
    columns.put("quantity", quantity);
    columns.put("total_amount", milli);
    columns.put("customer_id", customer);
    columns.put("age_group", "Young");
    columns.put("product_id", category.charAt(0) + "1");
    columns.put("product_name", category + " one");
    return columns;
  }

  private static JsonNode cells(String parameters) {
    return rest.json("/api/v1/views/sales_by_category/cells" + parameters);
  }

  @Test
  void mergesBothLayersIntoOneCell() {
    JsonNode row = cells("").get("rows").get(0);
    assertThat(row.toString())
        .isEqualTo(
            "{'category':'Bags','country':'Denmark','bucket':'2026-01-01T10:00:00Z','orders':3,'units':4,'revenue':'25.000','average_order':'8.333333','customers':2}"
                .replace('\'', '"'));
    assertThat(cells("").get("rows")).hasSize(4);
  }

  @Test
  void saysWhereTheAnswerComesFrom() {
    ObjectNode provenance = (ObjectNode) cells("").get("provenance");
    assertThat(provenance.get("as_of").asString()).isNotBlank();
    assertThat(provenance.without("as_of").toString())
        .isEqualTo(
            "{'version':1,'cut':{'0':1,'1':1,'2':1},'applied':{'0':3,'1':4,'2':2},'lag_ms':0,'exact':true,'missing':[]}"
                .replace('\'', '"'));
  }

  @Test
  void rollsUpToOneRowOverAll() {
    JsonNode rows = cells("?by=&grain=all").get("rows");
    assertThat(rows).hasSize(1);
    assertThat(rows.get(0).get("bucket").isNull()).isTrue();
    assertThat(rows.get(0).get("orders").asInt()).isEqualTo(6);
    assertThat(rows.get(0).get("revenue").asString()).isEqualTo("60.000");
    assertThat(rows.get(0).get("customers").asInt()).isEqualTo(4);
  }

  @Test
  void rollsUpToMonths() {
    JsonNode rows = cells("?by=category&grain=P1M").get("rows");
    assertThat(
            rows.valueStream().map(r -> r.get("bucket").asString() + r.get("category").asString()))
        .containsExactly(
            "2026-01-01T00:00:00ZBags",
            "2026-01-01T00:00:00ZLight",
            "2026-02-01T00:00:00ZBags",
            "2026-02-01T00:00:00ZLight");
  }

  @Test
  void takesSeveralValuesOfADimensionAsAlternatives() {
    assertThat(
            cells("?where=country=Denmark&where=country=Norway&grain=all&by=")
                .get("rows")
                .get(0)
                .get("orders")
                .asInt())
        .isEqualTo(4);
    assertThat(cells("?where=country=Denmark&where=category=Light").get("rows")).isEmpty();
    assertThat(cells("?where=country=&by=&grain=all").get("rows").get(0).get("orders").asInt())
        .isEqualTo(1);
  }

  @Test
  void keepsToTheRange() {
    assertThat(cells("?from=2026-01-01T11:00:00Z&to=2026-02-01").get("rows")).hasSize(1);
    assertThat(cells("?to=2026-01-01T11:00:00Z").get("rows")).hasSize(1);
  }

  @Test
  void findsTheGreatestOfEachBucket() {
    JsonNode rows = cells("?grain=P1M&by=category&top=revenue:1").get("rows");
    assertThat(rows.valueStream().map(r -> r.get("category").asString()))
        .containsExactly("Light", "Light");
  }

  @Test
  void writesCsv() {
    HttpResponse<String> csv =
        rest.get("/api/v1/views/sales_by_category/cells?from=2026-02-01", "Accept", "text/csv");
    assertThat(csv.headers().firstValue("content-type")).hasValue("text/csv;charset=UTF-8");
    assertThat(csv.headers().firstValue("anabranch-provenance").get()).contains("\"exact\":true");
    assertThat(csv.body())
        .isEqualTo(
            "category,country,bucket,orders,units,revenue,average_order,customers\r\n"
                + "Bags,\"Sweden, \"\"S\"\"\",2026-02-01T00:00:00Z,1,-1,-2.000,-2.000000,1\r\n"
                + "Light,,2026-02-01T00:00:00Z,1,1,7.000,7.000000,1\r\n");
    assertThat(rest.get("/api/v1/views/sales_by_category/cells?from=2026-02-01&format=csv").body())
        .isEqualTo(csv.body());
  }

  @Test
  void pinsToAMarker() {
    JsonNode pinned = cells("?until=" + marker + "&by=&grain=all");
    assertThat(pinned.get("rows").get(0).get("orders").asInt()).isEqualTo(3);
    assertThat(pinned.get("provenance").get("lag_ms").asInt()).isZero();
  }

  @Test
  void refusesAPinBeforeWhatTheVersionHolds() {
    MemoryRiver river = new MemoryRiver("customer_orders");
    river.append(0, "2026-01-01T10:15:00Z", order("Bags", "Denmark", 2, 19_500, "c1"));
    long first = river.mark();
    river.append(0, "2026-01-01T10:20:00Z", order("Bags", "Denmark", 1, 1_250, "c2"));
    long second = river.mark();
    river.flow();
    try (ServedRiver flowing = new ServedRiver(river)) {
      String path = "/api/v1/views/sales_by_category/cells?by=&grain=all&until=";
      assertThat(orders(flowing, path + first)).isEqualTo(1);
      String moment = flowing.rest.json(path + first).get("provenance").get("as_of").asString();
      river.batch(first);
      assertThat(orders(flowing, path + first)).isEqualTo(1);
      assertThat(orders(flowing, path + first)).isEqualTo(1);
      String ofFirst = flowing.rest.json(path + first).get("provenance").get("as_of").asString();
      river.batch(second);
      assertThat(orders(flowing, path + second)).isEqualTo(2);
      HttpResponse<String> refused = flowing.rest.get(path + first);
      assertThat(refused.statusCode()).isEqualTo(400);
      String told =
          "until %s lies before the published version %s, which holds later epochs: ask with until >= %s or as_of"
              .formatted(first, second, second);
      assertThat(refused.body()).contains(told);
      assertThat(
              flowing
                  .rest
                  .postJson(
                      "/api/v1/sql",
                      "{\"statement\": \"select * from table(cells('sales_by_category', 'until=%s'))\"}"
                          .formatted(first))
                  .body())
          .contains(told);
      assertThat(orders(flowing, path + first + "&as_of=" + ofFirst)).isEqualTo(1);
      assertThat(flowing.rest.get(path + first + "&as_of=" + moment).statusCode()).isEqualTo(410);
    }
  }

  private static int orders(ServedRiver flowing, String path) {
    return flowing.rest.json(path).get("rows").get(0).get("orders").asInt();
  }

  @Test
  void readsPageByPage() {
    JsonNode first = cells("?limit=3");
    assertThat(first.get("rows")).hasSize(3);
    String cursor = first.get("next").asString();
    JsonNode second = cells("?limit=3&cursor=" + cursor);
    assertThat(second.get("rows")).hasSize(1);
    assertThat(second.get("next").isNull()).isTrue();
    assertThat(second.get("provenance")).isEqualTo(first.get("provenance"));
    assertThat(rest.get("/api/v1/views/sales_by_category/cells?cursor=bm9uZQ").statusCode())
        .isEqualTo(410);
    assertThat(rest.get("/api/v1/views/sales_by_category/cells?by=&cursor=" + cursor).statusCode())
        .isEqualTo(400);
  }

  @Test
  void refusesWhatItDoesNotUnderstand() {
    refuses(
        "/api/v1/views/nothing/cells",
        404,
        "unknown view 'nothing', expected one of [energy_by_area");
    refuses("/api/v1/views/sales_by_category/cells?form=2026", 400, "unknown parameter 'form'");
    refuses(
        "/api/v1/views/sales_by_category/cells?from=yesterday", 400, "from 'yesterday' is no time");
    refuses(
        "/api/v1/views/sales_by_category/cells?where=town=X",
        400,
        "no dimension 'town', expected one of [category, country]");
    refuses("/api/v1/views/sales_by_category/cells?where=town", 400, "write dimension=value");
    refuses("/api/v1/views/sales_by_category/cells?grain=PT1M", 400, "grain 'PT1M' does not fit");
    refuses("/api/v1/views/sales_by_country/cells?grain=PT1H", 400, "buckets of P1D");
    refuses("/api/v1/views/sales_by_category/cells?top=revenue", 400, "write measure:n");
    refuses("/api/v1/views/sales_by_category/cells?top=profit:3", 400, "no number 'profit'");
    refuses("/api/v1/views/sales_by_category/cells?limit=0", 400, "limit '0'");
    refuses("/api/v1/views/sales_by_category/cells?by=a&by=b", 400, "'by' stands twice");
    refuses(
        "/api/v1/views/sales_by_category/cells?from=2026-02-01&to=2026-01-01", 400, "lies after");
    refuses("/api/v1/nothing", 404, "");
  }

  private static void refuses(String path, int status, String detail) {
    HttpResponse<String> response = rest.get(path);
    assertThat(response.statusCode()).as(path).isEqualTo(status);
    assertThat(response.headers().firstValue("content-type").get())
        .startsWith("application/problem+json");
    assertThat(RestClient.parse(response).get("detail").asString())
        .contains(detail)
        .doesNotContain("\tat ");
  }
}

package io.anabranch.serving.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.serving.MemoryRiver;
import io.anabranch.serving.SampleRecords;
import io.anabranch.serving.ServedRiver;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** SQL and REST of the same moments, while records flow and versions are published. */
class FlowingSqlTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final int COMPARISONS = 100;

  /** Fewer than a store keeps values of a delta, so that no moment is lost in between. */
  private static final int FLOWS_BESIDE_ONE = 5;

  private static final List<Pair> PAIRS =
      List.of(
          new Pair("select * from customer_orders.sales_by_category", "sales_by_category", ""),
          new Pair(
              "select country, sum(orders) as orders, sum(units) as units, sum(revenue) as revenue,"
                  + " max(largest) as largest, min(smallest) as smallest"
                  + " from customer_orders.sales_by_country group by country",
              "sales_by_country",
              "by=country&grain=all"),
          new Pair(
              "select * from table(cells('sales_by_category', 'by=category&grain=P1D'))",
              "sales_by_category",
              "by=category&grain=P1D"),
          new Pair(
              "select * from customer_orders.top_products where product_name in ('Bags no. 1', 'Light"
                  + " no. 2') and bucket >= timestamp '2026-01-02 00:00:00'"
                  + " and bucket < timestamp '2026-01-04 00:00:00'",
              "top_products",
              "where=product_name=Bags no. 1&where=product_name=Light no. 2&from=2026-01-02&to=2026-01-04"));

  /** A statement, and what asks REST for the same. */
  private record Pair(String statement, String view, String parameters) {
    String path(String asOf) {
      StringBuilder path =
          new StringBuilder("/api/v1/views/" + view + "/cells?limit=100000&as_of=" + asOf);
      for (String parameter : parameters.isEmpty() ? new String[0] : parameters.split("&")) {
        int equals = parameter.indexOf('=');
        path.append('&')
            .append(parameter, 0, equals + 1)
            .append(URLEncoder.encode(parameter.substring(equals + 1), StandardCharsets.UTF_8));
      }
      return path.toString();
    }
  }

  private final MemoryRiver river = new MemoryRiver("customer_orders");
  private final SampleRecords records = new SampleRecords(7);
  private final Semaphore flows = new Semaphore(0);

  private void publish() {
    long marker = river.mark();
    river.flow();
    river.batch(marker);
  }

  private void write() {
    try {
      for (int i = 1; ; i++) {
        flows.acquire();
        records.orders(river, 10, START, 5);
        river.flow();
        if (i % 60 == 0) {
          publish();
        }
      }
    } catch (InterruptedException end) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void sqlEqualsRestAHundredTimesWhileRecordsFlow() throws Exception {
    records.orders(river, 500, START, 5);
    publish();
    Set<String> moments = new HashSet<>();
    Set<Long> versions = new HashSet<>();
    ExecutorService writer = Executors.newSingleThreadExecutor();
    try (ServedRiver served = new ServedRiver(river)) {
      SqlClient sql = new SqlClient(served);
      Future<?> writing = writer.submit(this::write);
      for (int i = 0; i < COMPARISONS; i++) {
        flows.drainPermits();
        flows.release(FLOWS_BESIDE_ONE);
        JsonNode from = compare(sql, served, PAIRS.get(i % PAIRS.size()), i % 8 < 4);
        moments.add(from.get("applied").toString());
        versions.add(from.get("version").asLong());
        assertThat(writing).isNotDone();
      }
    } finally {
      writer.shutdownNow();
    }
    assertThat(moments).hasSizeGreaterThan(COMPARISONS / 2);
    assertThat(versions).hasSizeGreaterThan(1);
  }

  /** Asks one way first, and then the other as of the moment that the first answer names. */
  private static JsonNode compare(
      SqlClient sql, ServedRiver served, Pair pair, boolean isSqlFirst) {
    JsonNode bySql;
    JsonNode byRest;
    if (isSqlFirst) {
      bySql = sql.answer(pair.statement());
      byRest = served.rest.json(pair.path(asOf(provenance(bySql, pair))));
    } else {
      byRest = served.rest.json(pair.path("").replace("&as_of=", ""));
      bySql = sql.answer(pair.statement(), asOf(byRest.get("provenance")));
    }
    assertThat(provenance(bySql, pair)).isEqualTo(byRest.get("provenance"));
    List<String> without =
        pair.statement().contains("group by") ? List.of("bucket") : List.of("grain");
    List<String> columns =
        bySql.get("columns").valueStream().map(c -> c.get("column").asString()).toList();
    assertThat(SqlClient.rows(bySql, without))
        .isNotEmpty()
        .isEqualTo(SqlClient.rows(only(byRest, columns), without));
    return byRest.get("provenance");
  }

  private static JsonNode provenance(JsonNode bySql, Pair pair) {
    return bySql.get("provenance").get(pair.view());
  }

  private static String asOf(JsonNode provenance) {
    return provenance.get("as_of").asString();
  }

  /** REST's rows without what the statement does not ask for, in the statement's order. */
  private static JsonNode only(JsonNode byRest, List<String> columns) {
    ObjectNode answer = (ObjectNode) byRest.deepCopy();
    ArrayNode rows = answer.putArray("rows");
    for (JsonNode row : byRest.get("rows")) {
      ObjectNode kept = rows.addObject();
      columns.stream().filter(row::has).forEach(column -> kept.set(column, row.get(column)));
    }
    return answer;
  }
}

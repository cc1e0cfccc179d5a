package io.anabranch.serving.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.runtime.Problem;
import io.anabranch.serving.MemoryRiver;
import io.anabranch.serving.RestClient;
import io.anabranch.serving.SampleRecords;
import io.anabranch.serving.ServedRiver;
import io.anabranch.views.CellKey;
import io.anabranch.views.EncodedCell;
import io.anabranch.views.ViewStore.CloseableIterator;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class VerifyTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final String VERIFY = "/api/v1/datasets/customer_orders/verify";

  private final MemoryRiver river = new MemoryRiver("customer_orders");
  private final SampleRecords records = new SampleRecords(3);

  /** A recompute that appends a marker, and more records after it. */
  private RecomputedCells recompute() {
    long version = published();
    long marker = river.mark();
    records.orders(river, 25, START, 3);
    river.flow();
    return new InMemory(marker, version, river.recompute(marker));
  }

  private long published() {
    return river.catalog.published("customer_orders").map(v -> v.number()).orElse(0L);
  }

  private void publishHalf() {
    records.orders(river, 100, START, 3);
    long marker = river.mark();
    river.flow();
    river.batch(marker);
    records.orders(river, 100, START, 3);
    river.flow();
  }

  @Test
  void findsNoDifferenceWhileRecordsFlow() {
    publishHalf();
    try (ServedRiver served = new ServedRiver((dataset, moment) -> recompute(), river)) {
      HttpResponse<String> response = served.rest.post(VERIFY);
      assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
      JsonNode result = RestClient.parse(response);
      assertThat(result.get("differences").asInt()).isZero();
      assertThat(result.get("cells").asInt()).isGreaterThan(100);
      assertThat(result.get("views")).hasSize(4);
      assertThat(result.get("version").asInt()).isEqualTo(1);
      assertThat(result.get("duration_ms").asLong()).isNotNegative();
      JsonNode state = served.rest.json(VERIFY);
      assertThat(state.get("state").asString()).isEqualTo("done");
      assertThat(state.get("last")).isEqualTo(result);
    }
  }

  @Test
  void takesAnotherMarkerWhereALaterVersionIsPublishedMeanwhile() {
    publishHalf();
    AtomicInteger recomputes = new AtomicInteger();
    Recompute overtaken =
        (dataset, moment) -> {
          if (recomputes.getAndIncrement() > 0) {
            return recompute();
          }
          long marker = river.mark();
          publishHalf();
          return new InMemory(marker, published(), river.recompute(marker));
        };
    try (ServedRiver served = new ServedRiver(overtaken, river)) {
      HttpResponse<String> response = served.rest.post(VERIFY);
      assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
      JsonNode result = RestClient.parse(response);
      assertThat(result.get("differences").asInt()).isZero();
      assertThat(result.get("marker").asLong()).isGreaterThan(result.get("version").asLong());
      assertThat(recomputes).hasValue(2);
    }
  }

  @Test
  void givesUpWhereEveryRecomputeIsOvertaken() {
    publishHalf();
    Recompute overtaken =
        (dataset, moment) -> {
          long marker = river.mark();
          publishHalf();
          return new InMemory(marker, published(), river.recompute(marker));
        };
    try (ServedRiver served = new ServedRiver(overtaken, river)) {
      HttpResponse<String> response = served.rest.post(VERIFY);
      assertThat(response.statusCode()).isEqualTo(503);
      assertThat(response.body()).contains("verify between batch runs");
    }
  }

  @Test
  void showsWhatDiffers() {
    publishHalf();
    try (ServedRiver served =
        new ServedRiver(
            (dataset, moment) -> {
              InMemory cells = (InMemory) recompute();
              cells.byView.get("sales_by_country").remove(cells.firstKey("sales_by_country"));
              cells
                  .byView
                  .get("top_products")
                  .replaceAll((key, cell) -> cells.firstCell("top_products"));
              return cells;
            },
            river)) {
      JsonNode result = RestClient.parse(served.rest.post(VERIFY));
      JsonNode byCountry = view(result, "sales_by_country");
      assertThat(byCountry.get("differences").asInt()).isEqualTo(1);
      JsonNode example = byCountry.get("examples").get(0);
      assertThat(example.get("recomputed").isNull()).isTrue();
      assertThat(example.get("served").get("orders").asInt()).isPositive();
      assertThat(example.get("key").get("bucket").asString()).startsWith("2026-01-0");
      JsonNode products = view(result, "top_products");
      assertThat(products.get("differences").asInt()).isGreaterThan(10);
      assertThat(products.get("examples")).hasSize(10);
      assertThat(view(result, "sales_by_category").get("differences").asInt()).isZero();
    }
  }

  @Test
  void recomputesAnAnswerAsOfItsOwnProvenance() {
    publishHalf();
    Recompute asOf =
        (dataset, moment) ->
            new InMemory(0, moment.get().version(), river.recompute(moment.get().ends()));
    try (ServedRiver served = new ServedRiver(asOf, river)) {
      String cells = "/api/v1/views/sales_by_country/cells";
      List<JsonNode> answers =
          List.of(
              served.rest.json(cells),
              served.rest.json(cells + "?by=&grain=all"),
              served.rest.json(cells + "?grain=P1D&top=revenue:2&from=2026-01-02"),
              served.rest.json(cells + "?grain=P1D&window=P2D&from=2026-01-02&to=2026-01-04"),
              served.rest.json(cells + "?where=country=France&where=country=Spain&limit=3"));
      records.orders(river, 100, START, 3);
      river.flow();
      for (JsonNode answer : answers) {
        JsonNode result = check(served, answer.toString());
        assertThat(result.get("differences").asInt()).as("%s", result).isZero();
        assertThat(result.get("rows").asInt()).isEqualTo(answer.get("rows").size()).isPositive();
      }
      String forged = answers.get(1).toString().replaceFirst("\"orders\":\\d+", "\"orders\":1");
      assertThat(check(served, forged).get("differences").asInt()).isEqualTo(1);
      assertThat(served.rest.postJson(cells.replace("cells", "verify"), "{}").statusCode())
          .isEqualTo(400);
    }
  }

  @Test
  void refusesWhatIsNoWholeAnswerBeforeItIsRecomputed() {
    publishHalf();
    AtomicInteger recomputes = new AtomicInteger();
    Recompute counting =
        (dataset, moment) -> {
          recomputes.incrementAndGet();
          return new InMemory(0, moment.get().version(), river.recompute(moment.get().ends()));
        };
    try (ServedRiver served = new ServedRiver(counting, river)) {
      ObjectNode answer = (ObjectNode) served.rest.json("/api/v1/views/sales_by_country/cells");
      ObjectNode noProvenance = answer.deepCopy();
      noProvenance.putObject("provenance").put("version", 1).put("exact", true);
      ObjectNode noRow = answer.deepCopy();
      noRow.putArray("rows").addNull();
      for (JsonNode wrong : List.of(answer.deepCopy().without("rows"), noRow, noProvenance)) {
        HttpResponse<String> refused =
            served.rest.postJson("/api/v1/views/sales_by_country/verify", wrong.toString());
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
        assertThat(refused.body()).contains("this is no answer of the view sales_by_country");
      }
      assertThat(recomputes).hasValue(0);
      assertThat(check(served, answer.toString()).get("differences").asInt()).isZero();
    }
  }

  @Test
  void refusesAnAnswerUpToAMarkerBeforeTheOldestKeptVersion() {
    long forgotten = river.mark();
    publishHalf();
    Recompute unused =
        (dataset, moment) -> {
          throw new AssertionError("recomputed up to " + moment);
        };
    try (ServedRiver served = new ServedRiver(unused, river)) {
      ObjectNode answer = (ObjectNode) served.rest.json("/api/v1/views/sales_by_country/cells");
      ((ObjectNode) answer.get("query")).put("until", forgotten);
      ((ObjectNode) answer.get("provenance")).put("version", 0);
      HttpResponse<String> refused =
          served.rest.postJson("/api/v1/views/sales_by_country/verify", answer.toString());
      assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
      assertThat(refused.body()).contains("before the oldest version of customer_orders");
    }
  }

  private static JsonNode check(ServedRiver served, String answer) {
    HttpResponse<String> response =
        served.rest.postJson("/api/v1/views/sales_by_country/verify", answer);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return RestClient.parse(response);
  }

  private static JsonNode view(JsonNode result, String name) {
    return result
        .get("views")
        .valueStream()
        .filter(view -> view.get("view").asString().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void runsOnceAtATimeAndTellsWhyItFailed() {
    CountDownLatch fail = new CountDownLatch(1);
    Recompute slow =
        (dataset, moment) -> {
          try {
            fail.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          throw Problem.failed("the recompute failed with status 1: disk full");
        };
    try (ServedRiver served = new ServedRiver(slow, river)) {
      CompletableFuture<HttpResponse<String>> first =
          CompletableFuture.supplyAsync(() -> served.rest.post(VERIFY));
      Awaitility.await()
          .atMost(Duration.ofMinutes(1))
          .untilAsserted(
              () ->
                  assertThat(served.rest.json(VERIFY).get("state").asString())
                      .isEqualTo("running"));
      assertThat(served.rest.post(VERIFY).statusCode()).isEqualTo(409);
      fail.countDown();
      assertThat(first.join().statusCode()).isEqualTo(500);
      assertThat(first.join().body()).contains("disk full");
      JsonNode state = served.rest.json(VERIFY);
      assertThat(state.get("state").asString()).isEqualTo("failed");
      assertThat(state.get("error").asString()).contains("disk full");
    }
  }

  /** Recomputed cells, by view. */
  private static final class InMemory implements RecomputedCells {
    private final long marker;
    private final long version;
    private final Map<String, SortedMap<CellKey, EncodedCell>> byView;

    InMemory(long marker, long version, Map<String, SortedMap<CellKey, EncodedCell>> byView) {
      this.marker = marker;
      this.version = version;
      this.byView = byView;
    }

    CellKey firstKey(String view) {
      return byView.get(view).firstKey();
    }

    EncodedCell firstCell(String view) {
      return byView.get(view).get(firstKey(view));
    }

    @Override
    public long marker() {
      return marker;
    }

    @Override
    public long version() {
      return version;
    }

    @Override
    public CloseableIterator<RecomputedCell> cells() {
      List<RecomputedCell> all = new ArrayList<>();
      byView.forEach(
          (view, cells) ->
              cells.forEach((key, cell) -> all.add(new RecomputedCell(view, key, cell))));
      all.sort(Comparator.comparing(RecomputedCell::key));
      Iterator<RecomputedCell> iterator = all.iterator();
      return new CloseableIterator<>() {
        @Override
        public boolean hasNext() {
          return iterator.hasNext();
        }

        @Override
        public RecomputedCell next() {
          return iterator.next();
        }

        @Override
        public void close() {}
      };
    }

    @Override
    public void close() {}
  }
}

package io.anabranch.serving.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.serving.MemoryRiver;
import io.anabranch.serving.RestClient;
import io.anabranch.serving.SampleRecords;
import io.anabranch.serving.ServedRiver;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Two weeks of few orders, so that many hours have none, half of them before a version's cut. */
class WindowTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant END = START.plus(Duration.ofDays(14));
  private static final String CELLS = "/api/v1/views/sales_by_category/cells";

  private static ServedRiver served;

  @BeforeAll
  static void serve() {
    MemoryRiver river = new MemoryRiver("customer_orders");
    SampleRecords records = new SampleRecords(11);
    records.orders(river, 60, START, 14);
    long marker = river.mark();
    river.flow();
    river.batch(marker);
    records.orders(river, 60, START, 14);
    river.flow();
    served = new ServedRiver(river);
  }

  @AfterAll
  static void close() {
    served.close();
  }

  /** The law: a row is what the view answers for all of its window at once. */
  @ParameterizedTest
  @CsvSource({
    "PT1H, PT1H, country",
    "PT1H, PT5H, country",
    "PT6H, P1D, ''",
    "P1D, P3D, country",
    "P1D, P30D, category",
  })
  void aRowIsTheRollUpOfItsWindow(Duration grain, Duration window, String by) {
    String asked = CELLS + "?where=category=Bags&where=category=Light&limit=100000&by=" + by;
    List<JsonNode> expected = new ArrayList<>();
    for (Instant bucket = START; bucket.isBefore(END.plus(window)); bucket = bucket.plus(grain)) {
      Instant end = bucket.plus(grain);
      for (JsonNode row :
          rows("%s&grain=all&from=%s&to=%s".formatted(asked, end.minus(window), end))) {
        expected.add(((ObjectNode) row).put("bucket", bucket.toString()));
      }
    }
    assertThat(rows("%s&grain=%s&window=%s".formatted(asked, grain, window)))
        .hasSizeGreaterThan(1)
        .isEqualTo(expected);
  }

  @Test
  void theRangeIsThatOfTheRowsWhoseWindowsBeginBefore() {
    String days = CELLS + "?by=&grain=P1D&window=P7D";
    List<JsonNode> all = rows(days);
    assertThat(all).hasSize(14 + 6);
    assertThat(rows(days + "&from=2026-01-05&to=2026-01-08")).isEqualTo(all.subList(4, 7));
    assertThat(rows(days + "&from=2026-01-05T13:00:00Z&to=2026-01-08"))
        .as("the first row is that of the bucket which holds the time")
        .isEqualTo(all.subList(4, 7));
    assertThat(rows(days + "&from=2026-02-05")).isEmpty();
    assertThat(rows(days + "&from=2026-01-05T13:00:00Z&to=2026-01-05T13:00:00Z")).isEmpty();
  }

  @Test
  void theGreatestAreThoseOfTheWindows() {
    List<JsonNode> top = rows(CELLS + "?by=country&grain=P1D&window=P7D&top=orders:1");
    List<JsonNode> all = rows(CELLS + "?by=country&grain=P1D&window=P7D");
    assertThat(all).containsAll(top);
    assertThat(top).hasSize(20);
  }

  @ParameterizedTest
  @CsvSource({
    "grain=all&window=P7D, 'window ''P7D'' moves by buckets of one width'",
    "grain=P1M&window=P7D, 'those of grain P1M are not'",
    "grain=P1D&window=PT36H, 'window ''PT36H'' is none: write a multiple of the grain P1D, such as P7D'",
    "window=PT0S, such as PT7H",
    "window=-PT1H, such as PT7H",
    "window=week, such as PT7H",
    "window=PT9223372036854775H, such as PT7H",
  })
  void aWindowThatDoesNotFitIsRefused(String parameters, String why) {
    HttpResponse<String> refused = served.rest.get(CELLS + "?" + parameters);
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(RestClient.parse(refused).get("detail").asString()).contains(why);
  }

  private static List<JsonNode> rows(String address) {
    return served.rest.json(address).get("rows").valueStream().toList();
  }
}

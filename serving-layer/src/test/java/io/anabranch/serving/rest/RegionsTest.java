package io.anabranch.serving.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.serving.MemoryRiver;
import io.anabranch.serving.RestClient;
import io.anabranch.serving.SampleRecords;
import io.anabranch.serving.ServedRiver;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Four days of readings, half of them before the cut of the published version. */
class RegionsTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final String CELLS = "/api/v1/views/energy_by_area/cells?where=price_area=DK1";
  private static final String REGION = "/api/v1/regions/DK1";
  private static final String DAYS = "from=2026-01-02&to=2026-01-04";

  private static final MemoryRiver RIVER = new MemoryRiver("energy_readings");
  private static ServedRiver served;
  private static RestClient rest;

  @BeforeAll
  static void serve() {
    SampleRecords records = new SampleRecords(7);
    records.readings(RIVER, START, 48);
    long marker = RIVER.mark();
    // A price without usage makes a cell, too.
    Map<String, Object> price = new HashMap<>();
    price.put("price_area", "DK1");
    price.put("spot_price", 1_000_000L);
    RIVER.append(0, "2026-01-05T01:00:00Z", price);
    records.readings(RIVER, START.plus(Duration.ofDays(2)), 48);
    RIVER.flow();
    RIVER.batch(marker);
    served = new ServedRiver(RIVER);
    rest = served.rest;
  }

  @AfterAll
  static void close() {
    served.close();
  }

  @Test
  void usageIsTheCellsOfARegionBetweenTwoDates() {
    assertThat(rest.json(REGION + "/usage?" + DAYS)).isEqualTo(rest.json(CELLS + "&" + DAYS));
    assertThat(rest.json(REGION + "/usage?" + DAYS).get("rows")).hasSize(48);
    assertThat(rest.json(REGION + "/usage?grain=P1D&" + DAYS))
        .isEqualTo(rest.json(CELLS + "&grain=P1D&" + DAYS));
    assertThat(rest.get(REGION + "/usage?format=csv&" + DAYS).body())
        .isEqualTo(rest.get(CELLS + "&format=csv&" + DAYS).body())
        .startsWith("price_area,bucket,readings,consumption");
  }

  @Test
  void usageIsReadPageByPage() {
    JsonNode first = rest.json(REGION + "/usage?limit=30&" + DAYS);
    String cursor = first.get("next").asString();
    JsonNode second = rest.json(REGION + "/usage?limit=30&cursor=" + cursor);
    assertThat(second.get("rows")).hasSize(18);
    assertThat(rest.json(REGION + "/usage?limit=30&cursor=" + cursor + "&" + DAYS))
        .isEqualTo(second);
    refuses("/api/v1/regions/DK2/usage?limit=30&cursor=" + cursor, "the region DK2");
    String ofAll = rest.json(CELLS.replaceFirst("\\?.*", "?limit=30")).get("next").asString();
    refuses(REGION + "/usage?cursor=" + ofAll, "does not belong to the region DK1");
    assertThat(rest.get(REGION + "/usage?cursor=bm9uZQ").statusCode()).isEqualTo(410);
  }

  @Test
  void theRollingAverageIsTheMeanOfTheHoursBefore() {
    for (String window : new String[] {"", "&window=PT3H"}) {
      int hours = window.isEmpty() ? 24 : 3;
      JsonNode averages = rest.json(REGION + "/rolling-average?" + DAYS + window);
      assertThat(averages.get("window").asString()).isEqualTo("PT" + hours + "H");
      assertThat(averages.get("provenance").get("exact").asBoolean()).isTrue();
      assertThat(averages.get("rows")).hasSize(48);
      NavigableMap<Instant, BigDecimal> usage = usage();
      for (JsonNode row : averages.get("rows")) {
        Instant hour = Instant.parse(row.get("bucket").asString());
        var hoursOfWindow = usage.subMap(hour.minus(Duration.ofHours(hours)), false, hour, true);
        BigDecimal sum = hoursOfWindow.values().stream().reduce(BigDecimal.ZERO, BigDecimal::add);
        assertThat(row.get("average").asString())
            .isEqualTo(sum.divide(new BigDecimal(hours), 9, RoundingMode.HALF_UP).toString());
        assertThat(row.get("hours").asInt()).isEqualTo(hours);
      }
    }
  }

  private static NavigableMap<Instant, BigDecimal> usage() {
    TreeMap<Instant, BigDecimal> usage = new TreeMap<>();
    for (JsonNode row : rest.json(CELLS + "&by=").get("rows")) {
      if (!row.get("consumption").isNull()) {
        usage.put(
            Instant.parse(row.get("bucket").asString()),
            new BigDecimal(row.get("consumption").asString()));
      }
    }
    return usage;
  }

  @Test
  void anHourWithoutUsageIsNoPointAndNoZero() {
    JsonNode rows =
        rest.json(REGION + "/rolling-average?from=2026-01-04T23:00:00Z&to=2026-01-06").get("rows");
    assertThat(rows).hasSize(1);
    JsonNode atTheStart =
        rest.json(REGION + "/rolling-average?from=2026-01-01&to=2026-01-02").get("rows");
    assertThat(atTheStart.get(4).get("hours").asInt()).isEqualTo(5);
  }

  @Test
  void refusesWhatItDoesNotUnderstand() {
    refuses(REGION + "/usage", "'from' is missing");
    refuses(REGION + "/rolling-average?from=2026-01-01", "'to' is missing");
    refuses(REGION + "/usage?by=price_area&" + DAYS, "unknown parameter 'by'");
    refuses(REGION + "/rolling-average?grain=P1D&" + DAYS, "unknown parameter 'grain'");
    refuses(REGION + "/rolling-average?window=PT30M&" + DAYS, "window 'PT30M' is none");
    refuses(REGION + "/rolling-average?window=P32D&" + DAYS, "window 'P32D' is none");
    refuses(REGION + "/rolling-average?window=day&" + DAYS, "window 'day' is none");
    for (String longest : new String[] {"PT9223372036854775807S", "PT-9223372036854775807S"}) {
      refuses(REGION + "/rolling-average?window=" + longest + "&" + DAYS, longest + "' is none");
    }
    refuses(REGION + "/usage?from=2026-01-02&to=2026-01-01", "lies after");
  }

  private static void refuses(String path, String detail) {
    HttpResponse<String> response = rest.get(path);
    assertThat(response.statusCode()).as(path).isEqualTo(400);
    assertThat(RestClient.parse(response).get("detail").asString()).contains(detail);
  }
}

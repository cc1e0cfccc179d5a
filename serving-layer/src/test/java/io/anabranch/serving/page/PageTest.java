package io.anabranch.serving.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.serving.MemoryReports;
import io.anabranch.serving.MemoryRiver;
import io.anabranch.serving.SampleRecords;
import io.anabranch.serving.ServedRiver;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class PageTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final MemoryRiver orders = new MemoryRiver("customer_orders");
  private final MemoryRiver energy =
      new MemoryRiver("energy_readings", orders.catalog, orders.store);
  private final SampleRecords records = new SampleRecords(11);

  @Test
  void drawsWhatRestServesAndFollowsIt() {
    records.orders(orders, 300, START, 20);
    long first = orders.mark();
    records.orders(orders, 100, START, 20);
    long marker = orders.mark();
    orders.flow();
    orders.batch(first);
    orders.batch(marker);
    orders.quality.put("customer_orders", marker, MemoryReports.written());
    records.orders(orders, 100, START, 25);
    orders.flow();
    records.readings(energy, START, 72);
    energy.flow();
    try (ServedRiver served = new ServedRiver(orders, energy);
        PageCheck page = PageCheck.open(served.base)) {
      assertThat(page.views())
          .containsExactlyInAnyOrderElementsOf(
              MemoryRiver.DATASETS.all().stream()
                  .flatMap(dataset -> dataset.views().keySet().stream())
                  .toList());
      page.chartsAreDrawn();
      page.numbersEqualRest();
      page.screenshot(Path.of("target/page.png"));
      assertThat(page.panelText("sales_by_category")).contains("Batch version 2", "exact");
      assertThat(page.compared("customer_orders"))
          .contains("version 2: that version, and version 1", "Sales by country")
          .containsPattern("Top products exact [\\d,]+ 0 0");
      assertThat(page.quality("customer_orders"))
          .contains("Run 3: passed. All records up to its cut, 2,002", "120 rejected")
          .containsPattern("Quantity 2,000 100 12 95.0 % 1 12 0")
          .contains("rejected.share <= 0.1 warn holds rejected.share 0.0");
      page.screenshot(Path.of("target/quality.png"));
      assertThat(page.total("sales_by_country", "orders")).isEqualTo("500");

      records.orders(orders, 7, START, 25);
      orders.flow();
      PageCheck.soon()
          .untilAsserted(
              () -> assertThat(page.total("sales_by_country", "orders")).isEqualTo("507"));
      page.numbersEqualRest();

      page.choose("customer_orders", "country", "Denmark");
      String danish =
          served
              .rest
              .json("/api/v1/views/sales_by_category/cells?by=&grain=all&where=country=Denmark")
              .get("rows")
              .get(0)
              .get("revenue")
              .asString();
      PageCheck.soon()
          .untilAsserted(
              () -> assertThat(page.total("sales_by_category", "revenue")).isEqualTo(danish));
      page.staysAtItsOrigin();

      served.stop();
      page.awaitState("failed");
      PageCheck.soon()
          .untilAsserted(
              () -> assertThat(page.panelText("sales_by_category")).contains("does not answer"));
    }
  }

  @Test
  void saysWhatToDoWhereNothingIsYet() {
    try (ServedRiver served = new ServedRiver(orders, energy);
        PageCheck page = PageCheck.open(served.base)) {
      assertThat(page.panelText("price_by_area"))
          .contains("No records yet", "ingest generate -d energy_readings");
      page.staysAtItsOrigin();
    }
  }
}

package io.anabranch.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.anabranch.serving.page.PageCheck;
import java.math.BigDecimal;
import java.nio.file.Files;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * Real records, where the checkout has them beside it. The expected figures come from the files
 * themselves, by a few lines of a script that share nothing with the platform.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class RealRecordsIT {
  private static final String ORDERS = "customer_orders";
  private static final BigDecimal REVENUE = new BigDecimal("9726006.954");
  private static final long LINES = 536_641;

  private Platform platform;

  @BeforeAll
  void up() {
    Assumptions.assumeTrue(
        Files.isDirectory(Platform.REAL_RECORDS), "no real records beside the checkout");
    platform = Platform.up("real");
  }

  @AfterAll
  void down() {
    if (platform != null) {
      platform.close();
    }
  }

  private void expectTotals(String view) {
    JsonNode total = platform.total(view);
    assertThat(total.path("orders").asLong()).isEqualTo(LINES);
    assertThat(new BigDecimal(total.path("revenue").asText())).isEqualByComparingTo(REVENUE);
  }

  @Test
  @Order(1)
  void theSpeedLayerAloneTellsTheRevenue() {
    platform.loadReal(ORDERS, "online_retail.csv.gz", "--mapping", "online-retail");
    expectTotals("sales_by_country");
    expectTotals("sales_by_category");
  }

  @Test
  @Order(2)
  void batchSqlAndThriftTellTheSame() throws Exception {
    JsonNode run = platform.batchRun(ORDERS);
    assertThat(run.path("clean_rows").asLong()).isEqualTo(LINES);
    assertThat(run.path("quarantined").size()).isZero();
    expectTotals("sales_by_country");
    JsonNode sql =
        platform
            .sql("select count(*) as n, sum(total_amount) as revenue from customer_orders")
            .path(0);
    assertThat(sql.path("n").asLong()).isEqualTo(LINES);
    assertThat(new BigDecimal(sql.path("revenue").asText())).isEqualByComparingTo(REVENUE);
    ThriftRows.Totals thrift = ThriftRows.totals(platform.setting("platform.thrift"), ORDERS);
    assertThat(thrift.rows()).isEqualTo(LINES);
    assertThat(thrift.revenue()).isEqualByComparingTo(REVENUE);
    platform.expectNoDifference(ORDERS);
  }

  @Test
  @Order(3)
  void theSpotPricesOfAnAreaAddUp() {
    platform.loadReal("energy_readings", "elspotprices_2024.csv.gz");
    platform.loadReal("energy_readings", "electricity_balance_dk2_2024.csv.gz");
    assertThat(platform.total("price_by_area").path("prices").asLong()).isEqualTo(61_488);
    JsonNode dk1 =
        platform
            .get("/views/price_by_area/cells?by=price_area&where=price_area=DK1&grain=all")
            .path("rows")
            .path(0);
    assertThat(new BigDecimal(dk1.path("total").asText())).isEqualByComparingTo("4628535.580706");
    assertThat(new BigDecimal(dk1.path("lowest").asText())).isEqualByComparingTo("-448.019989");
    assertThat(new BigDecimal(dk1.path("highest").asText())).isEqualByComparingTo("6982.419922");
  }

  /** Its schema and its dataset file are all that it has. */
  @Test
  @Order(4)
  void theElectricityBalanceNeedsNoJava() {
    String balance = "electricity_balance";
    platform.loadReal(balance, "electricity_balance_dk2_2024.csv.gz");
    expectBalance();
    JsonNode run = platform.batchRun(balance);
    assertThat(run.path("clean_rows").asLong()).isEqualTo(1_681);
    assertThat(run.path("quarantined").size()).isZero();
    expectBalance();
    JsonNode sql =
        platform
            .sql(
                "select count(*) as n, sum(offshore_wind_power) as offshore,"
                    + " sum(exchange_nordic_countries) as nordic from electricity_balance")
            .path(0);
    assertThat(sql.path("n").asLong()).isEqualTo(1_681);
    assertThat(new BigDecimal(sql.path("offshore").asText())).isEqualByComparingTo("641917.070758");
    assertThat(new BigDecimal(sql.path("nordic").asText())).isEqualByComparingTo("1685284.9401");
    platform.expectNoDifference(balance);
    try (PageCheck page = PageCheck.open(platform.page())) {
      assertThat(page.views()).contains("production_by_kind", "exchange_by_border");
      page.chartsAreDrawn();
      page.numbersEqualRest();
    }
  }

  private void expectBalance() {
    JsonNode production = platform.total("production_by_kind");
    assertThat(production.path("hours").asLong()).isEqualTo(1_681);
    expectSum(production, "total_load", "2582908.658331");
    expectSum(production, "biomass", "353984.889815");
    expectSum(production, "fossil_gas", "83507.860086");
    expectSum(production, "fossil_hard_coal", "132612.639946");
    expectSum(production, "fossil_oil", "39041.200242");
    expectSum(production, "solar_power", "200613.100017");
    expectSum(production, "waste", "72739.28999");
    expectSum(production, "onshore_wind_power", "237659.240026");
    expectSum(production, "offshore_wind_power", "641917.070758");
    // Three columns of the source are wholly empty.
    assertThat(production.path("hydro_power").isNull()).isTrue();
    assertThat(production.path("other_renewable").isNull()).isTrue();
    JsonNode exchange = platform.total("exchange_by_border");
    expectSum(exchange, "exchange_continent", "-753224.689448");
    expectSum(exchange, "exchange_great_belt", "-106699.650666");
    expectSum(exchange, "exchange_nordic_countries", "1685284.9401");
    assertThat(exchange.path("exchange_great_britain").isNull()).isTrue();
  }

  private static void expectSum(JsonNode row, String measure, String expected) {
    assertThat(new BigDecimal(row.path(measure).asText()))
        .as(measure)
        .isEqualByComparingTo(expected);
  }
}

package io.anabranch.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.anabranch.serving.page.PageCheck;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** Made-up records through the whole river: one platform, one story, told in order. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class RiverIT {
  private static final String ORDERS = "customer_orders";
  private static final String ENERGY = "energy_readings";
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private Platform platform;

  @BeforeAll
  void up() {
    platform = Platform.up("river");
  }

  @AfterAll
  void down() {
    if (platform != null) {
      platform.close();
    }
  }

  private Platform.Outcome generate(String dataset, int count, int seed) {
    return platform
        .run(
            "ingest",
            "generate",
            "-d",
            dataset,
            "--count",
            "" + count,
            "--seed",
            "" + seed,
            "--error-rate",
            "0.02",
            "--json")
        .expect(0);
  }

  @Test
  @Order(1)
  void aSecondUpFindsThePlatformRunning() {
    platform.run("up").expect(0);
  }

  @Test
  @Order(2)
  void aSourceTellsItsOwnOptions() {
    assertThat(platform.run("ingest", "generate", "--help").expect(0).out())
        .contains("anabranch ingest generate", "--burst");
  }

  @Test
  @Order(2)
  void badInputIsToldWithItsPlaceAndAStatus() {
    assertThat(platform.run("ingest", "file", "-d", "nothing", "x.csv").expect(2).err())
        .contains("unknown dataset 'nothing'")
        .contains(ORDERS)
        .doesNotContain("\tat ");
    assertThat(platform.run("query", "nothing").expect(2).err())
        .contains("nothing")
        .contains("sales_by_category")
        .doesNotContain("\tat ");
    assertThat(platform.run("sql", "select * from nowhere").expect(2).err())
        .contains("nowhere")
        .doesNotContain("\tat ");
  }

  @Test
  @Order(3)
  void recordsAreServedFromTheSpeedLayerAlone() {
    JsonNode produced = generate(ORDERS, 20_000, 1).json();
    generate(ENERGY, 14_000, 1);
    platform.awaitCaughtUp(ORDERS);
    platform.awaitCaughtUp(ENERGY);
    assertThat(produced.path("produced").asLong()).isEqualTo(20_000);
    assertThat(platform.total("sales_by_country").path("orders").asLong())
        .isBetween(15_000L, 20_000L);
    platform.expectNoDifference(ORDERS);
    platform.expectNoDifference(ENERGY);
  }

  @Test
  @Order(4)
  void theCountNeverStepsBackAndNeverExceedsWhatWasAppendedAcrossAPublish() throws Exception {
    long before = orders();
    Poller poller = new Poller(this::orders);
    Platform.Running load = load(30_000, 2);
    await().atMost(PATIENCE).until(() -> orders() > before);
    Path early = answer("--by", "", "--grain", "all");
    JsonNode run = platform.batchRun(ORDERS);
    Path late = answer("--grain", "P1D", "--top", "revenue:3", "--to", "2026-01-01");
    load.outcome().expect(0);
    platform.awaitCaughtUp(ORDERS);
    List<Long> counts = poller.stop();
    assertThat(run.path("clean_rows").asLong()).isPositive();
    assertThat(counts).hasSizeGreaterThan(10).isSorted();
    assertThat(counts.get(counts.size() - 1)).isLessThanOrEqualTo(before + 30_000);
    assertThat(orders()).isEqualTo(before + 30_000);
    platform.expectNoDifference(ORDERS);
    for (Path answer : List.of(early, late)) {
      assertThat(platform.run("verify", "--answer", answer.toString()).expect(0).out())
          .contains("verify: 0 differences in ")
          .doesNotContain(" in 0 rows");
    }
  }

  private long orders() {
    return platform.total("sales_by_country").path("orders").asLong();
  }

  /** Records without errors, a thousand a second. */
  private Platform.Running load(int count, int seed) {
    return platform.start(
        "ingest",
        "generate",
        "-d",
        ORDERS,
        "--count",
        "" + count,
        "--rate",
        "1000",
        "--seed",
        "" + seed,
        "--error-rate",
        "0",
        "--json");
  }

  /** What is served now, in a file. */
  private Path answer(String... query) throws IOException {
    List<String> command = new ArrayList<>(List.of("query", "sales_by_country"));
    command.addAll(List.of(query));
    command.addAll(List.of("--format", "json"));
    Path file = Files.createTempFile("answer", ".json");
    return Files.writeString(file, platform.run(command.toArray(String[]::new)).expect(0).out());
  }

  @Test
  @Order(5)
  void restSqlAndThriftTellTheSame() throws Exception {
    JsonNode run = platform.batchRun(ORDERS);
    JsonNode first = platform.batchRun(ENERGY);
    new Accounts(platform, ENERGY, "energy_by_area", "readings").expectBalance(14_000, first);
    assertThat(run.path("quarantined").size()).isPositive();
    JsonNode rest = platform.total("sales_by_country");
    JsonNode sql =
        platform
            .sql("select count(*) as n, sum(total_amount) as revenue from customer_orders")
            .path(0);
    ThriftRows.Totals thrift =
        ThriftRows.totals(platform.setting("platform.thrift"), "customer_orders");
    assertThat(run.path("clean_rows").asLong()).isEqualTo(rest.path("orders").asLong());
    assertThat(sql.path("n").asLong()).isEqualTo(rest.path("orders").asLong());
    assertThat(thrift.rows()).isEqualTo(rest.path("orders").asLong());
    BigDecimal revenue = new BigDecimal(rest.path("revenue").asText());
    assertThat(new BigDecimal(sql.path("revenue").asText())).isEqualByComparingTo(revenue);
    assertThat(thrift.revenue()).isEqualByComparingTo(revenue);
    platform.expectNoDifference(ORDERS);
    platform.expectNoDifference(ENERGY);
  }

  @Test
  @Order(6)
  void thePageDrawsWhatRestTells() {
    try (PageCheck page = PageCheck.open(platform.page())) {
      page.chartsAreDrawn();
      page.numbersEqualRest();
      page.staysAtItsOrigin();
    }
  }

  @Test
  @Order(7)
  void eachProcessMayBeKilledInTheMiddleOfALoad() {
    long before = platform.total("sales_by_country").path("orders").asLong();
    long seed = 100;
    for (Map.Entry<String, Long> service : platform.pids().entrySet()) {
      Platform.Running load =
          platform.start(
              "ingest",
              "generate",
              "-d",
              ORDERS,
              "--count",
              "4000",
              "--rate",
              "800",
              "--seed",
              "" + seed++,
              "--error-rate",
              "0",
              "--json");
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  !load.process().isAlive()
                      || platform.total("sales_by_country").path("orders").asLong() > before);
      ProcessHandle.of(service.getValue()).ifPresent(ProcessHandle::destroyForcibly);
      platform.run("up").expect(0);
      if (load.outcome().status() != 0) {
        // The stack was killed under the generator. The same seed gives the same records: what had
        // arrived is dropped as a repeat.
        platform
            .run(
                "ingest",
                "generate",
                "-d",
                ORDERS,
                "--count",
                "4000",
                "--seed",
                "" + (seed - 1),
                "--error-rate",
                "0")
            .expect(0);
      }
    }
    long loads = seed - 100;
    platform.awaitCaughtUp(ORDERS);
    assertThat(loads).isGreaterThanOrEqualTo(5);
    assertThat(platform.total("sales_by_country").path("orders").asLong())
        .isEqualTo(before + 4000 * loads);
    platform.expectNoDifference(ORDERS);
  }

  /** What people see of a version: all cells of a view, and the tables in Hive. */
  private List<JsonNode> seen() {
    return List.of(
        platform.get("/views/sales_by_category/cells?limit=100000").path("rows"),
        platform.get("/views/top_products/cells?limit=100000").path("rows"),
        platform.sql("select count(*) as n, sum(total_amount) as revenue from customer_orders"),
        platform.sql("select count(*) as n from customer_orders_quarantine"),
        platform.sql(
            "select count(*) as n, sum(orders) as orders, sum(revenue) as revenue"
                + " from sales_by_category"));
  }

  @Test
  @Order(8)
  void anIncrementalRunEqualsAFullOneAndARollbackUnderLoadIsExact() {
    long before = platform.batchRun(ORDERS).path("version").asLong();
    generate(ORDERS, 2_000, 78);
    platform.awaitCaughtUp(ORDERS);
    JsonNode added = platform.batchRun(ORDERS);
    assertThat(added.path("mode").asText()).isEqualTo("incremental");
    assertThat(added.path("rows_added").asLong()).isEqualTo(2_000);
    List<JsonNode> incremental = seen();
    JsonNode all = platform.batchRun(ORDERS, "--full");
    assertThat(all.path("mode").asText()).isEqualTo("full");
    for (String count : List.of("rows_read", "clean_rows", "repeats", "quarantined", "cells")) {
      assertThat(added.path(count)).as(count).isEqualTo(all.path(count));
    }
    assertThat(seen()).isEqualTo(incremental);
    platform.expectNoDifference(ORDERS);

    long total = orders();
    Poller poller = new Poller(this::orders);
    Poller exactness = new Poller(this::ordersLessOffsets);
    Platform.Running load = load(40_000, 79);
    for (long version : List.of(before, all.path("version").asLong(), before)) {
      platform.run("batch", "rollback", ORDERS, "" + version).expect(0);
      assertThat(
              platform
                  .sql("select max(version) as v from sales_by_country")
                  .path(0)
                  .path("v")
                  .asLong())
          .isEqualTo(version);
    }
    load.outcome().expect(0);
    platform.awaitCaughtUp(ORDERS);
    assertThat(poller.stop()).hasSizeGreaterThan(10).isSorted();
    assertThat(exactness.stop()).hasSizeGreaterThan(10).containsOnly(ordersLessOffsets());
    assertThat(orders()).isEqualTo(total + 40_000);
    platform.expectNoDifference(ORDERS);
  }

  /**
   * The same at each moment while no marker, no repeat and no rejected record comes: each answer
   * counts exactly the records that it claims.
   */
  private long ordersLessOffsets() {
    JsonNode answer = platform.get("/views/sales_by_country/cells?by=&grain=all");
    long offsets = 0;
    for (JsonNode applied : answer.at("/provenance/applied")) {
      offsets += applied.asLong();
    }
    assertThat(offsets).isPositive();
    return answer.at("/rows/0/orders").asLong() - offsets;
  }

  @Test
  @Order(9)
  void verifyFindsAndNamesWhatWasCorrupted() throws Exception {
    long version = platform.batchRun(ORDERS).path("version").asLong();
    generate(ORDERS, 500, 77);
    platform.awaitCaughtUp(ORDERS);
    Corruption corruption = new Corruption(platform);
    try (Corruption.Undo delta = corruption.ofDelta(ORDERS, version);
        Corruption.Undo batchCell = corruption.ofBatchCell(ORDERS, version, delta)) {
      JsonNode result = platform.run("verify", ORDERS, "--json").expect(1).json();
      assertThat(result.path("differences").asLong()).isEqualTo(2);
      List<JsonNode> examples = result.findValues("examples");
      assertThat(examples.toString()).contains(batchCell.bucket()).contains(delta.bucket());
    }
    try (Corruption.Undo file = corruption.ofMasterFile(ORDERS)) {
      assertThat(platform.run("verify", ORDERS).expect(1).err()).contains(file.name());
    }
    platform.expectNoDifference(ORDERS);
  }

  @Test
  @Order(10)
  void aMendedRecordOfTheQuarantineCountsOnce() throws Exception {
    long before = orders();
    List<String> rejected =
        platform
            .run(
                "quarantine",
                "show",
                ORDERS,
                "--reason",
                "quantity is missing",
                "--limit",
                "3",
                "--json")
            .expect(0)
            .out()
            .lines()
            .toList();
    assertThat(rejected).hasSize(3);
    // The second time with another quantity: no source takes that for the same record.
    for (int quantity = 2; quantity <= 3; quantity++) {
      String mending = "{\"quantity\": %s, ".formatted(quantity);
      List<String> mended = rejected.stream().map(r -> r.replaceFirst("^\\{", mending)).toList();
      Path file = Files.write(Files.createTempFile("mended", ".jsonl"), mended);
      platform.run("quarantine", "replay", ORDERS, "--file", file.toString()).expect(0);
      platform.awaitCaughtUp(ORDERS);
      assertThat(orders()).isEqualTo(before + 3);
    }
    platform.expectNoDifference(ORDERS);
  }

  @Test
  @Order(11)
  void compactionJoinsFilesAndChangesNothing() {
    long before = orders();
    JsonNode compaction = platform.run("batch", "compact", ORDERS, "--json").expect(0).json();
    assertThat(compaction.path("files_joined").asLong())
        .isGreaterThan(compaction.path("files_made").asLong());
    assertThat(compaction.path("files_made").asLong()).isPositive();
    assertThat(orders()).isEqualTo(before);
    platform.expectNoDifference(ORDERS);
  }

  @Test
  @Order(12)
  void everythingIsThereAfterDownAndUp() {
    JsonNode before = platform.total("sales_by_country");
    platform.run("down").expect(0);
    assertThat(platform.run("query", "sales_by_country").expect(3).err())
        .contains("./anabranch up");
    platform.run("up").expect(0);
    assertThat(platform.total("sales_by_country")).isEqualTo(before);
  }
}

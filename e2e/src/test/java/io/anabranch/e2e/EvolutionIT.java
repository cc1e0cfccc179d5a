package io.anabranch.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * The schema of customer_orders evolves three times while records of old and new producers flow:
 * one platform, one story, told in order.
 */
@Tag("long")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class EvolutionIT {
  private static final String ORDERS = "customer_orders";
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final int LOAD = 3_000;

  private final Path schemas = Path.of("target", "evolution-schemas").toAbsolutePath();
  private final Path avsc = schemas.resolve("avro/CustomerOrder.avsc");
  private final Path yaml = schemas.resolve("datasets/customer_orders.yaml");
  private Platform platform;

  @BeforeAll
  void up() throws Exception {
    Path sources = Platform.HOME.resolve("schemas/src/main");
    new ProcessBuilder("rm", "-rf", schemas.toString()).inheritIO().start().waitFor();
    new ProcessBuilder("cp", "-r", sources.toString(), schemas.toString())
        .inheritIO()
        .start()
        .waitFor();
    platform = Platform.up("evolution", Map.of("ANABRANCH_PLATFORM_SCHEMAS", schemas.toString()));
  }

  @AfterAll
  void down() {
    if (platform != null) {
      platform.close();
    }
  }

  private static void edit(Path file, String from, String to) throws IOException {
    String text = Files.readString(file);
    assertThat(text).contains(from);
    Files.writeString(file, text.replace(from, to));
  }

  private void addAField() throws IOException {
    String text = Files.readString(avsc);
    int end = text.lastIndexOf(']');
    Files.writeString(
        avsc,
        text.substring(0, end)
            + ", {\"name\": \"channel\", \"type\": [\"string\", \"null\"], \"default\": \"shop\"}"
            + text.substring(end));
    edit(
        yaml,
        "    quantity: {uniform: [1, 12]}\n",
        "    quantity: {uniform: [1, 12]}\n    channel: {choice: {web: 1}}\n");
  }

  private void renameAField() throws IOException {
    edit(
        avsc,
        "{\"name\": \"quantity\", \"type\"",
        "{\"name\": \"pieces\", \"aliases\": [\"quantity\"], \"type\"");
    Files.writeString(yaml, Files.readString(yaml).replaceAll("\\bquantity\\b", "pieces"));
  }

  private void widenAField() throws IOException {
    edit(
        avsc,
        "\"aliases\": [\"quantity\"], \"type\": [\"null\", \"int\"]",
        "\"aliases\": [\"quantity\"], \"type\": [\"null\", \"long\"]");
    edit(yaml, "pieces: {uniform: [1, 12]}", "pieces: {uniform: [3000000001, 3000000012]}");
  }

  private Platform.Running load(int seed, int count) {
    return platform.start(
        "ingest",
        "generate",
        "-d",
        ORDERS,
        "--count",
        "" + count,
        "--rate",
        "300",
        "--seed",
        "" + seed,
        "--error-rate",
        "0",
        "--json");
  }

  private long orders() {
    return platform.total("sales_by_country").path("orders").asLong();
  }

  @Test
  @Order(1)
  void recordsOfFourSchemasAreOneViewInTheSpeedLayer() throws Exception {
    List<Platform.Running> loads = new ArrayList<>(List.of(load(1, LOAD)));
    Poller poller = new Poller(this::orders);
    for (int step = 1; step <= 3; step++) {
      long before = orders();
      await().atMost(PATIENCE).until(() -> orders() > before);
      switch (step) {
        case 1 -> addAField();
        case 2 -> renameAField();
        default -> widenAField();
      }
      // The producers of the former schemas go on meanwhile.
      loads.add(load(1 + step, LOAD));
    }
    for (Platform.Running load : loads) {
      load.outcome().expect(0);
    }
    platform.awaitCaughtUp(ORDERS);
    assertThat(poller.stop()).isSorted();
    assertThat(orders()).isEqualTo(4L * LOAD);
    JsonNode answer = platform.get("/views/sales_by_country/cells?by=&grain=all");
    assertThat(answer.path("provenance").path("exact").asBoolean()).isTrue();
    platform.expectNoDifference(ORDERS);
  }

  @Test
  @Order(2)
  void theBatchLayerAndHiveHaveThemInTheColumnsOfTheNewest() {
    JsonNode run = platform.batchRun(ORDERS);
    assertThat(run.path("clean_rows").asLong()).isEqualTo(4L * LOAD);
    assertThat(run.path("quarantined").size()).isZero();
    assertThat(orders()).isEqualTo(4L * LOAD);
    platform.expectNoDifference(ORDERS);
    JsonNode channels =
        platform.sql(
            "select channel, count(*) as n, min(pieces) as least, max(pieces) as most"
                + " from customer_orders group by channel order by channel");
    assertThat(channels.path(0).path("channel").asText()).isEqualTo("shop");
    assertThat(channels.path(0).path("n").asLong()).isEqualTo(LOAD);
    assertThat(channels.path(0).path("most").asLong()).isLessThanOrEqualTo(12);
    assertThat(channels.path(0).path("least").asLong()).isPositive();
    assertThat(channels.path(1).path("channel").asText()).isEqualTo("web");
    assertThat(channels.path(1).path("n").asLong()).isEqualTo(3L * LOAD);
    assertThat(channels.path(1).path("most").asLong()).isGreaterThan(3_000_000_000L);
  }

  @Test
  @Order(3)
  void theNextRunsAddToItAndCompactionKeepsFilesOfEachSchema() {
    load(5, 500).outcome().expect(0);
    platform.awaitCaughtUp(ORDERS);
    JsonNode run = platform.batchRun(ORDERS);
    assertThat(run.path("mode").asText()).isEqualTo("incremental");
    assertThat(run.path("rows_added").asLong()).isEqualTo(500);
    platform.run("batch", "compact", ORDERS, "--json").expect(0);
    assertThat(orders()).isEqualTo(4L * LOAD + 500);
    platform.expectNoDifference(ORDERS);
  }

  @Test
  @Order(4)
  void aProducerThatWouldBreakRecordsIsRefusedBeforeItsFirst() throws Exception {
    String good = Files.readString(avsc);
    edit(avsc, "\"name\": \"channel\"", "\"name\": \"way\"");
    String dataset = Files.readString(yaml);
    edit(yaml, "channel: {choice", "way: {choice");
    assertThat(load(6, 10).outcome().expect(2).err())
        .contains("field 'channel'", "aliases")
        .doesNotContain("\tat ");
    Files.writeString(avsc, good);
    Files.writeString(yaml, dataset);
    assertThat(orders()).isEqualTo(4L * LOAD + 500);
  }

  @Test
  @Order(5)
  void aBatchRunWithAnOlderSchemaThanRecordsHaveIsRefused() throws Exception {
    String good = Files.readString(avsc);
    edit(
        avsc,
        "\"aliases\": [\"quantity\"], \"type\": [\"null\", \"long\"]",
        "\"aliases\": [\"quantity\"], \"type\": [\"null\", \"int\"]");
    assertThat(platform.run("batch", "run", ORDERS).expect(2).err())
        .contains("records of a newer schema")
        .doesNotContain("\tat ");
    Files.writeString(avsc, good);
    platform.expectNoDifference(ORDERS);
  }
}

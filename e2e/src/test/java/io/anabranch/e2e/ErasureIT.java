package io.anabranch.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** Customers who want to be forgotten, while records flow. */
@Tag("long")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class ErasureIT {
  private static final String ORDERS = "customer_orders";
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final int HISTORY = 20_000;

  private Platform platform;
  private String customer;
  private List<String> keys;

  @BeforeAll
  void up() {
    platform = Platform.up("erasure");
  }

  @AfterAll
  void down() {
    if (platform != null) {
      platform.close();
    }
  }

  /** Records without errors, so without repeats and rejects; the same seed gives the same ones. */
  private Platform.Running generate(int count, int seed, String... more) {
    List<String> command = new ArrayList<>(List.of("ingest", "generate", "-d", ORDERS));
    command.addAll(List.of("--count", "" + count, "--seed", "" + seed, "--error-rate", "0"));
    command.addAll(List.of(more));
    return platform.start(command.toArray(String[]::new));
  }

  private long orders() {
    return platform.total("sales_by_country").path("orders").asLong();
  }

  private List<String> keysOf(String who) {
    List<String> found = new ArrayList<>();
    platform
        .sql(
            "select row_key from customer_orders where customer_id = '"
                + who
                + "' order by row_key")
        .forEach(row -> found.add(row.path("row_key").asText()));
    return found;
  }

  /** Customers by how much is known of them, most first. */
  private List<String> customers() {
    List<String> found = new ArrayList<>();
    platform
        .sql(
            "select customer_id, count(*) as n from customer_orders where customer_id is not null"
                + " group by customer_id order by n desc, customer_id limit 2")
        .forEach(row -> found.add(row.path("customer_id").asText()));
    return found;
  }

  private long visible(List<String> rowKeys) {
    String list = rowKeys.stream().map(key -> "'" + key + "'").collect(Collectors.joining(", "));
    return platform
        .sql("select count(*) as n from customer_orders where row_key in (" + list + ")")
        .path(0)
        .path("n")
        .asLong();
  }

  @Test
  @Order(1)
  void aDryRunTellsWhatIsMeantAndChangesNothing() throws Exception {
    generate(HISTORY, 1).outcome().expect(0);
    platform.awaitCaughtUp(ORDERS);
    platform.run("batch", "run", ORDERS).expect(0);
    platform.run("batch", "run", ORDERS).expect(0);
    customer = customers().get(0);
    keys = keysOf(customer);
    assertThat(keys).hasSizeGreaterThan(1);

    JsonNode told = erase("customer_id = '" + customer + "'", "--dry-run");

    assertThat(told.path("records").asLong()).isEqualTo(keys.size());
    assertThat(told.path("examples").toString()).contains(keys.get(0));
    assertThat(orders()).isEqualTo(HISTORY);
    assertThat(visible(keys)).isEqualTo(keys.size());
    assertThat(
            platform
                .run("erase", ORDERS, "--where", "quantity > 0", "--at-most", "100")
                .expect(2)
                .err())
        .contains("--dry-run");
    assertThat(platform.run("erase", ORDERS, "--where", "nothing = 1").expect(2).err())
        .contains("nothing")
        .doesNotContain("\tat ");
  }

  private JsonNode erase(String condition, String... more) {
    List<String> command =
        new ArrayList<>(List.of("erase", ORDERS, "--where", condition, "--json"));
    command.addAll(List.of(more));
    return platform.run(command.toArray(String[]::new)).expect(0).json();
  }

  @Test
  @Order(2)
  void theirRecordsAreGoneFromEverywhereAndEverythingElseIsExactWhileRecordsFlow()
      throws Exception {
    long before = orders();
    Platform.Running load = generate(HISTORY, 2, "--rate", "200");
    JsonNode report = erase("customer_id = '" + customer + "'", "--reason", "ticket 1");
    platform.expectNoDifference(ORDERS);
    load.outcome().expect(0);
    platform.awaitCaughtUp(ORDERS);

    long erased = report.path("records").asLong();
    assertThat(erased).isGreaterThanOrEqualTo(keys.size());
    assertThat(report.path("finished").asBoolean()).isTrue();
    assertThat(report.path("reason").asText()).isEqualTo("ticket 1");
    assertThat(report.toString()).doesNotContain(customer);
    JsonNode stores = report.path("stores");
    assertThat(stores.path("master").path("rows_removed").asLong()).isEqualTo(erased);
    assertThat(stores.path("clean_rows").path("rows_removed").asLong())
        .isBetween((long) keys.size(), erased);
    assertThat(stores.path("versions").path("versions_removed").size()).isGreaterThanOrEqualTo(2);
    assertThat(stores.path("topic").path("records_held").asLong()).isEqualTo(erased);
    assertThat(orders()).isEqualTo(before + HISTORY - erased);
    assertThat(visible(keys)).isZero();
    for (String key : keys) {
      assertThat(ThriftRows.has(platform.setting("platform.thrift"), ORDERS, key)).isFalse();
    }
    for (JsonNode version : platform.get("/datasets/" + ORDERS + "/versions").path("versions")) {
      assertThat(version.path("version").asLong()).isGreaterThan(report.path("erasure").asLong());
    }
    platform.expectNoDifference(ORDERS);
  }

  @Test
  @Order(3)
  void aCopyThatComesLaterIsARepeatInBothLayers() throws Exception {
    long before = orders();
    generate(HISTORY, 1).outcome().expect(0);
    platform.awaitCaughtUp(ORDERS);
    assertThat(orders()).isEqualTo(before);
    platform.expectNoDifference(ORDERS);
    platform.run("batch", "run", ORDERS).expect(0);
    assertThat(orders()).isEqualTo(before);
    platform.run("batch", "run", ORDERS, "--full").expect(0);
    assertThat(orders()).isEqualTo(before);
    assertThat(visible(keys)).isZero();
    platform.run("batch", "compact", ORDERS).expect(0);
    platform.expectNoDifference(ORDERS);
  }

  @Test
  @Order(4)
  void anErasureThatIsKilledIsFinishedByTheNextCall() throws Exception {
    assertThat(platform.run("erase", ORDERS, "--resume").expect(0).out())
        .contains("no erasure of customer_orders was cut off");
    String other = customers().get(0);
    List<String> theirs = keysOf(other);
    long before = orders();
    Platform.Running killed =
        platform.start("erase", ORDERS, "--where", "customer_id = '" + other + "'");
    await().atMost(PATIENCE).until(() -> says(killed, "clean_rows"));
    killed.process().toHandle().descendants().forEach(ProcessHandle::destroyForcibly);
    killed.process().destroyForcibly().waitFor();
    platform.expectNoDifference(ORDERS);

    JsonNode resumed =
        platform.run("erase", ORDERS, "--resume", "--json").expect(0).json().path("resumed");

    assertThat(resumed.size()).isEqualTo(1);
    assertThat(resumed.path(0).path("finished").asBoolean()).isTrue();
    assertThat(resumed.path(0).path("records").asLong()).isGreaterThanOrEqualTo(theirs.size());
    assertThat(orders()).isEqualTo(before - theirs.size());
    assertThat(visible(theirs)).isZero();
    platform.expectNoDifference(ORDERS);
  }

  private static boolean says(Platform.Running running, String words) {
    try {
      return Files.readString(running.err()).contains(words);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

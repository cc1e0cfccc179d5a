package io.anabranch.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Calendar;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TimeZone;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Merged views by the JDBC driver that users have, against REST, on the whole platform. */
@Tag("long")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class MergedSqlIT {
  private static final String ORDERS = "customer_orders";
  private static final int COMPARISONS = 100;
  private static final Calendar UTC = Calendar.getInstance(TimeZone.getTimeZone("UTC"));

  /** A statement, its columns before the moment, and what asks REST for the same. */
  private record Pair(String statement, String view, String parameters, List<String> columns) {}

  private static final List<Pair> PAIRS =
      List.of(
          new Pair(
              "select c.country, c.bucket, c.orders, c.units, c.revenue, c.largest, c.smallest, p.as_of"
                  + " from customer_orders.sales_by_country c, customer_orders.provenance p"
                  + " where p.view_name = 'sales_by_country'",
              "sales_by_country",
              "",
              List.of("country", "bucket", "orders", "units", "revenue", "largest", "smallest")),
          new Pair(
              "select c.country, sum(c.orders), sum(c.revenue), max(p.as_of)"
                  + " from customer_orders.sales_by_country c"
                  + " join customer_orders.provenance p on p.view_name = 'sales_by_country'"
                  + " group by c.country",
              "sales_by_country",
              "&by=country&grain=all",
              List.of("country", "orders", "revenue")),
          new Pair(
              "select c.category, c.bucket, c.average_order, c.customers, p.as_of"
                  + " from table(cells('sales_by_category', 'by=category&grain=P1D')) c"
                  + " join customer_orders.provenance p on p.view_name = 'sales_by_category'",
              "sales_by_category",
              "&by=category&grain=P1D",
              List.of("category", "bucket", "average_order", "customers")));

  private Platform platform;

  @BeforeAll
  void up() {
    platform = Platform.up("merged-sql");
    generate(10_000, 1);
    platform.awaitCaughtUp(ORDERS);
    platform.run("batch", "run", ORDERS).expect(0);
  }

  @AfterAll
  void down() {
    if (platform != null) {
      platform.close();
    }
  }

  private void generate(int count, int seed) {
    load(count, 10_000, seed).outcome().expect(0);
  }

  private Platform.Running load(int count, int rate, int seed) {
    return platform.start(
        "ingest",
        "generate",
        "-d",
        ORDERS,
        "--count",
        "" + count,
        "--rate",
        "" + rate,
        "--seed",
        "" + seed);
  }

  private Connection connect() throws SQLException {
    return DriverManager.getConnection(
        "jdbc:avatica:remote:url="
            + platform.page().resolve("/api/v1/avatica")
            + ";serialization=protobuf");
  }

  @Test
  void sqlEqualsRestAHundredTimesWhileRecordsFlow() throws SQLException {
    long before = platform.total("sales_by_country").path("orders").asLong();
    int seed = 2;
    Platform.Running load = load(30_000, 500, seed);
    Set<String> moments = new HashSet<>();
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      await()
          .atMost(Duration.ofMinutes(2))
          .until(() -> platform.total("sales_by_country").path("orders").asLong() > before);
      for (int i = 0; i < COMPARISONS; i++) {
        if (!load.process().isAlive()) {
          load.outcome().expect(0);
          load = load(30_000, 500, ++seed);
        }
        moments.add(compare(statement, PAIRS.get(i % PAIRS.size())));
      }
    }
    assertThat(moments).hasSizeGreaterThan(COMPARISONS / 2);
    load.outcome().expect(0);
    platform.awaitCaughtUp(ORDERS);
    JsonNode report = platform.run("verify", ORDERS, "--json").expect(0).json();
    assertThat(report.path("differences").asLong()).isZero();
  }

  /** What the statement answers equals what REST answers as of the same moment, which it names. */
  private String compare(Statement statement, Pair pair) throws SQLException {
    List<String> bySql = new ArrayList<>();
    String moment = null;
    try (ResultSet rows = statement.executeQuery(pair.statement())) {
      while (rows.next()) {
        List<String> values = new ArrayList<>();
        for (int i = 1; i <= pair.columns().size(); i++) {
          values.add(text(rows, i));
        }
        bySql.add(String.join("|", values));
        moment = rows.getString(pair.columns().size() + 1);
      }
    }
    JsonNode answer =
        platform.get(
            "/views/" + pair.view() + "/cells?limit=100000&as_of=" + moment + pair.parameters());
    List<String> byRest = new ArrayList<>();
    for (JsonNode row : answer.path("rows")) {
      byRest.add(String.join("|", pair.columns().stream().map(c -> row.path(c).asText()).toList()));
    }
    assertThat(answer.path("next").isNull()).isTrue();
    assertThat(answer.path("provenance").path("as_of").asText()).isEqualTo(moment);
    assertThat(bySql).isNotEmpty().containsExactlyInAnyOrderElementsOf(byRest);
    return answer.path("provenance").path("applied").toString();
  }

  private static String text(ResultSet rows, int column) throws SQLException {
    if (rows.getMetaData().getColumnType(column) == Types.TIMESTAMP) {
      return rows.getTimestamp(column, UTC).toInstant().toString();
    }
    return rows.getObject(column) instanceof BigDecimal decimal
        ? decimal.toPlainString()
        : String.valueOf(rows.getObject(column));
  }

  @Test
  void theCommandAsksMergedViews() {
    Platform.Outcome outcome =
        platform
            .run(
                "sql",
                "--merged",
                "--json",
                "select sum(orders) as orders from customer_orders.sales_by_country")
            .expect(0);
    assertThat(outcome.json().path("rows").path(0).path("orders").asLong()).isPositive();
    assertThat(
            platform
                .run("sql", "--merged", "delete from customer_orders.sales_by_country")
                .expect(2)
                .err())
        .contains("read only")
        .doesNotContain("\tat ");
    assertThat(platform.run("sql", "--merged", "select * from nowhere").expect(2).err())
        .contains("customer_orders.sales_by_country")
        .doesNotContain("\tat ");
  }
}

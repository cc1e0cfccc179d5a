package io.anabranch.serving.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.serving.MemoryRiver;
import io.anabranch.serving.RestClient;
import io.anabranch.serving.ServedRiver;
import io.anabranch.views.ViewStore;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.JDBCType;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Calendar;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TimeZone;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/**
 * Six orders: three before the cut of the published version, three after it; two readings; and two
 * hours whose sums fit 64 bits, but not together.
 */
class MergedSqlTest {
  private static final String ADDRESS = "jdbc:avatica:remote:url=";
  private static final String VIEW = "customer_orders.sales_by_category";
  private static final List<String> NOT_IN_REST = List.of("grain");
  private static final MemoryRiver ORDERS = new MemoryRiver("customer_orders");
  private static final MemoryRiver ENERGY =
      new MemoryRiver("energy_readings", ORDERS.catalog, ORDERS.store);
  private static final MemoryRiver BALANCE =
      new MemoryRiver("electricity_balance", ORDERS.catalog, ORDERS.store);
  private static ServedRiver served;
  private static SqlClient sql;

  @BeforeAll
  static void serve() {
    ORDERS.append(0, "2026-01-01T10:15:00Z", order("Bags", "Denmark", 2L, 19_500L, "c1"));
    ORDERS.append(1, "2026-01-01T10:45:00Z", order("Bags", "Denmark", 1L, 1_250L, "c2"));
    ORDERS.append(2, "2026-01-01T11:00:00Z", order("Light", "Norway", 3L, 30_000L, "c1"));
    long marker = ORDERS.mark();
    ORDERS.flow();
    ORDERS.batch(marker);
    ORDERS.append(0, "2026-01-01T10:30:00Z", order("Bags", "Denmark", 1L, 4_250L, "c1"));
    ORDERS.append(1, "2026-02-01T00:00:00Z", order("Light", null, null, null, "c3"));
    ORDERS.append(
        1, "2026-02-01T00:00:00Z", order("Bags", "Sør-Trøndelag 'S'", -1L, -2_000L, "c4"));
    ORDERS.flow();
    ENERGY.append(0, "2026-01-01T10:00:00Z", reading("DK1", 5_000_001L));
    ENERGY.append(1, "2026-01-01T10:00:00Z", reading("DK2", null));
    ENERGY.flow();
    for (String hour : List.of("2026-01-01T10:00:00Z", "2026-01-01T11:00:00Z")) {
      BALANCE.append(0, hour, Map.of("price_area", "DK1", "total_load", Long.MAX_VALUE));
    }
    BALANCE.flow();
    served = new ServedRiver(ORDERS, ENERGY, BALANCE);
    sql = new SqlClient(served);
  }

  @AfterAll
  static void close() {
    served.close();
  }

  private static Map<String, Object> order(
      String category, String country, Long quantity, Long milli, String customer) {
    Map<String, Object> columns = new HashMap<>();
    columns.put("category", category);
    columns.put("country", country);
    columns.put("quantity", quantity);
    columns.put("total_amount", milli);
    columns.put("customer_id", customer);
    columns.put("age_group", "Young");
    columns.put("product_id", category.charAt(0) + "1");
    columns.put("product_name", category + " one");
    return columns;
  }

  private static Map<String, Object> reading(String area, Long price) {
    Map<String, Object> columns = new HashMap<>();
    columns.put("price_area", area);
    columns.put("spot_price", price);
    return columns;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "customer_orders.sales_by_category",
        "customer_orders.sales_by_country",
        "customer_orders.top_products",
        "energy_readings.price_by_area",
        "energy_readings.energy_by_area"
      })
  void aTableHoldsWhatRestServes(String table) {
    JsonNode rest =
        served.rest.json("/api/v1/views/" + table.substring(table.indexOf('.') + 1) + "/cells");
    assertThat(SqlClient.rows(sql.answer("select * from " + table), NOT_IN_REST))
        .isNotEmpty()
        .isEqualTo(SqlClient.rows(rest, List.of()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "by=country&grain=P1M",
        "by=&grain=all",
        "by=category&where=country=Denmark&where=country=Norway&grain=P1D&from=2026-01-01",
        "grain=P1M&by=category&top=revenue:1"
      })
  void rollsUpAsRestDoes(String parameters) {
    JsonNode rest = served.rest.json("/api/v1/views/sales_by_category/cells?" + parameters);
    String statement =
        "select * from table(cells('sales_by_category', '%s'))".formatted(parameters);
    assertThat(SqlClient.rows(sql.answer(statement), NOT_IN_REST))
        .isNotEmpty()
        .isEqualTo(SqlClient.rows(rest, List.of()));
  }

  @Test
  void sumsOfDecimalsAreExactDecimals() throws SQLException {
    try (Connection connection = sql.connect("");
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "select country, sum(revenue) as s, avg(units) as a, count(*) as n from "
                    + VIEW
                    + " group by country having country = 'Denmark' or country is null"
                    + " order by country nulls last;")) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getBigDecimal("s")).isEqualTo(new BigDecimal("25.000"));
      assertThat(rows.getBigDecimal("a")).isEqualTo(new BigDecimal("4.000000"));
      assertThat(rows.getLong("n")).isEqualTo(1);
      assertThat(rows.next()).isTrue();
      assertThat(rows.getString("country")).isNull();
      assertThat(rows.getBigDecimal("s")).isNull();
      assertThat(rows.next()).isFalse();
      ResultSetMetaData columns = rows.getMetaData();
      assertThat(columns.getColumnType(2)).isEqualTo(Types.DECIMAL);
      assertThat(columns.getPrecision(2)).isEqualTo(38);
      assertThat(columns.getScale(2)).isEqualTo(3);
    }
  }

  @Test
  void sumsThatLeaveSixtyFourBitsAreExact() {
    JsonNode rest = served.rest.json("/api/v1/views/production_by_kind/cells?by=&grain=all");
    assertThat(rest.get("rows").get(0).get("total_load").asString())
        .isEqualTo("18446744073709.551614");
    String rolledUp = "select * from table(cells('production_by_kind', 'by=&grain=all'))";
    assertThat(SqlClient.rows(sql.answer(rolledUp), NOT_IN_REST))
        .isEqualTo(SqlClient.rows(rest, List.of()));
    String added =
        "select sum(total_load) as s, 2 * max(total_load) as m"
            + " from electricity_balance.production_by_kind";
    assertThat(sql.answer(added).get("rows").get(0).toString())
        .isEqualTo("{\"s\":\"18446744073709.551614\",\"m\":\"18446744073709.551614\"}");
  }

  @Test
  void timesAreUtcAndMissingValuesAreNull() throws SQLException {
    Calendar utc = Calendar.getInstance(TimeZone.getTimeZone("UTC"));
    try (Connection connection = sql.connect("?schema=customer_orders");
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "select bucket, units, average_order, customers from sales_by_category"
                    + " where category = 'Light' and bucket >= timestamp '2026-02-01 00:00:00'")) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getTimestamp(1, utc).toInstant())
          .isEqualTo(Instant.parse("2026-02-01T00:00:00Z"));
      assertThat(rows.getString(1)).isEqualTo("2026-02-01 00:00:00");
      assertThat(rows.getObject(2)).isNull();
      assertThat(rows.getObject(3)).isNull();
      assertThat(rows.getLong(4)).isEqualTo(1);
      assertThat(rows.next()).isFalse();
    }
  }

  @Test
  void parametersHaveValues() throws SQLException {
    try (Connection connection = sql.connect("");
        PreparedStatement statement =
            connection.prepareStatement(
                "select sum(orders) from " + VIEW + " where country = ? and bucket < ?")) {
      Calendar utc = Calendar.getInstance(TimeZone.getTimeZone("UTC"));
      statement.setTimestamp(2, Timestamp.from(Instant.parse("2026-03-01T00:00:00Z")), utc);
      for (var expected : Map.of("Denmark", 3L, "Sør-Trøndelag 'S'", 1L).entrySet()) {
        statement.setString(1, expected.getKey());
        try (ResultSet rows = statement.executeQuery()) {
          assertThat(rows.next()).isTrue();
          assertThat(rows.getLong(1)).isEqualTo(expected.getValue());
        }
      }
    }
  }

  @Test
  void rowsAreFetchedFrameByFrame() throws SQLException {
    try (Connection connection = sql.connect("");
        Statement statement = connection.createStatement()) {
      statement.setFetchSize(7);
      List<Integer> numbers = new ArrayList<>();
      try (ResultSet rows =
          statement.executeQuery(
              "with d(n) as (values 0, 1, 2, 3, 4, 5, 6, 7, 8, 9)"
                  + " select a.n * 10 + b.n from d a, d b order by 1")) {
        while (rows.next()) {
          numbers.add(rows.getInt(1));
        }
      }
      assertThat(numbers).hasSize(100).isSorted().doesNotHaveDuplicates();
    }
  }

  @Test
  void toolsSeeSchemasTablesAndColumns() throws SQLException {
    try (Connection connection = sql.connect("")) {
      List<String> tables = new ArrayList<>();
      try (ResultSet rows =
          connection.getMetaData().getTables(null, "customer_orders", "%", null)) {
        while (rows.next()) {
          tables.add(rows.getString("TABLE_NAME"));
        }
      }
      assertThat(tables).contains("provenance", "sales_by_category", "top_products");
      List<String> columns = new ArrayList<>();
      try (ResultSet rows =
          connection.getMetaData().getColumns(null, "customer_orders", "sales_by_country", "%")) {
        while (rows.next()) {
          columns.add(
              rows.getString("COLUMN_NAME") + " " + JDBCType.valueOf(rows.getInt("DATA_TYPE")));
        }
      }
      assertThat(columns)
          .containsExactly(
              "country VARCHAR",
              "bucket TIMESTAMP",
              "grain VARCHAR",
              "orders BIGINT",
              "units BIGINT",
              "revenue DECIMAL",
              "largest DECIMAL",
              "smallest DECIMAL");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "insert into customer_orders.sales_by_country (country) values ('X')",
        "delete from customer_orders.sales_by_country",
        "update customer_orders.sales_by_country set orders = 0",
        "create table t (a int)",
        "drop table customer_orders.sales_by_country",
        "alter system set a = 1",
        "call cells('sales_by_country')"
      })
  void nothingButQueriesIsTaken(String statement) throws SQLException {
    assertThat(sql.refusal(statement)).contains("refused").doesNotContain("\tat ");
    try (Connection connection = sql.connect("");
        Statement jdbc = connection.createStatement()) {
      assertThatThrownBy(() -> jdbc.execute(statement))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("refused");
    }
  }

  @Test
  void columnsOfOneNameAreToldApart() {
    JsonNode answer =
        sql.answer(
            "select a.orders, b.orders, a.orders as \"orders_2\", b.orders + 10 as orders from "
                + VIEW
                + " a join "
                + VIEW
                + " b on a.category = 'Light' and b.category = 'Bags' and a.country = 'Norway'"
                + " and b.country = 'Denmark'");
    assertThat(answer.get("columns").valueStream().map(c -> c.get("column").asString()))
        .containsExactly("orders", "orders_3", "orders_2", "orders_4");
    assertThat(answer.get("rows").toString())
        .isEqualTo("[{'orders':1,'orders_3':3,'orders_2':1,'orders_4':13}]".replace('\'', '"'));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "select (select sum(customers) from customer_orders.sales_by_category) as n",
        "select orders from customer_orders.sales_by_country"
            + " where orders < (select avg(average_order) from customer_orders.sales_by_category)",
        "select orders from customer_orders.sales_by_country"
            + " where orders in (select sum(customers) from customer_orders.sales_by_category"
            + " group by country)",
        "select orders from customer_orders.sales_by_country c where exists (select country from"
            + " customer_orders.sales_by_category s where s.country = c.country group by country"
            + " having sum(customers) > 1)",
        "select sum(customers) over (partition by country) from customer_orders.sales_by_category",
        "select avg(average_order) over (order by bucket) from customer_orders.sales_by_category",
        "select sum(n) from (select customers as n from customer_orders.sales_by_category"
            + " union all select orders from customer_orders.sales_by_country)"
      })
  void sumsOfWhatCannotBeSummedAreRefusedEverywhere(String statement) {
    assertThat(sql.refusal(statement))
        .contains("over cells is not", "roll up by", "table(cells('sales_by_category'");
  }

  @Test
  void calculationsWithTheNumbersThemselvesAreTaken() {
    String calculated =
        "select sum(customers + 0.0) as a, avg(average_order + 0.0) as b from " + VIEW;
    assertThat(sql.answer(calculated).get("rows").toString())
        .isEqualTo("[{'a':'5.0','b':'12.111111000000'}]".replace('\'', '"'));
    assertThat(
            sql.answer(
                    "select sum(customers + 0.0) over () as a, (select sum(customers + 0.0) from "
                        + VIEW
                        + ") as b, sum(orders) over () as c, max(customers) over () as d from "
                        + VIEW
                        + " limit 1")
                .get("rows")
                .toString())
        .isEqualTo("[{'a':'5.0','b':'5.0','c':6,'d':2}]".replace('\'', '"'));
  }

  private static List<Arguments> boundless() {
    String doubled = "(select country as a from " + VIEW + ")";
    String deep = "1";
    for (int i = 0; i < 14; i++) {
      doubled = "(select a || a as a from " + doubled + ")";
    }
    for (int i = 0; i < 40; i++) {
      deep = "(select " + deep + " as a from " + VIEW + ")";
    }
    String digits = "with d(n) as (values 0, 1, 2, 3, 4, 5, 6, 7, 8, 9) ";
    return List.of(
        Arguments.of("select cast(country as char(65536)) from " + VIEW, "length of up to 10000"),
        Arguments.of("select cast('a' as binary(65536)) as b", "length of up to 10000"),
        Arguments.of(
            "with recursive t(n) as (values 1 union all select n + 1 from t) select count(*) from t",
            "make more than 400000 rows"),
        Arguments.of(
            "select count(*) from table(hop(table "
                + VIEW
                + ", descriptor(bucket), interval '1' second, interval '99' day))",
            "the function hop is refused as a table"),
        Arguments.of(
            "select country from "
                + VIEW
                + " where orders in (select orders from table(tumble(table "
                + VIEW
                + ", descriptor(bucket), interval '1' day)))",
            "the function tumble is refused as a table"),
        Arguments.of(
            digits
                + "select * from (select a.n from d a, d b, d c, d e, d f"
                + " union all select a.n from d a, d b, d c, d e, d f"
                + " union all select a.n from d a, d b, d c, d e, d f) order by 1",
            "make more than 400000 rows"),
        Arguments.of(
            digits
                + "select count(distinct t) from (select cast(a.n + b.n + c.n + e.n as char(9999))"
                + " as t from d a, d b, d c, d e)",
            "makes texts of more than 40000000 characters"),
        Arguments.of(
            digits + "select cast(a.n as char(2000)) as t from d a, d b, d c, d e",
            "has texts of more than 10000000 characters"),
        Arguments.of("select char_length(a) from " + doubled, "|| may make texts"),
        Arguments.of("select " + deep + " as a", "more than 16 queries stand in one another"),
        Arguments.of(
            "select replace(replace(country, 'a', grain), 'b', country) from " + VIEW,
            "replace may make texts"),
        Arguments.of(
            "with recursive t(n, a) as (select 1, country from "
                + VIEW
                + " union all select n + 1, a || a || a || a || a from t where n < 40)"
                + " select count(*) from t",
            "|| may make texts"),
        Arguments.of(
            "with recursive t(n, a) as (select 1, country from "
                + VIEW
                + " union all select n + 1, a || a from t where n < 40) select count(a) from t",
            "makes texts of more than 40000000 characters"),
        Arguments.of("select 1 --" + "-".repeat(100_000), "expected up to 100000"));
  }

  @ParameterizedTest
  @MethodSource("boundless")
  void whatWouldTakeAllMemoryOrTimeIsRefused(String statement, String told) {
    assertThat(sql.refusal(statement)).contains(told).doesNotContain("\tat ", "Exception");
  }

  @Test
  void ordinaryTextsUnionsAndRecursionAreTaken() {
    assertThat(
            sql.answer(
                    "with recursive t(n, a) as (select 1, country from "
                        + VIEW
                        + " where country = 'Norway' union all select n + 1, a || '.' from t"
                        + " where n < 3) select a || '-' || upper(replace(a, '.', '..')) as a"
                        + " from t union all select cast(country as char(9)) || 'x' from "
                        + VIEW
                        + " where country = 'Denmark' order by 1")
                .get("rows")
                .valueStream()
                .map(row -> row.get("a").asString()))
        .containsExactly("Denmark  x", "Norway-NORWAY", "Norway.-NORWAY..", "Norway..-NORWAY....");
    assertThat(
            sql.answer(
                    "select listagg(country, ',') within group (order by country) as a from "
                        + VIEW
                        + " where country in ('Norway', 'Denmark')")
                .get("rows")
                .toString())
        .isEqualTo("[{\"a\":\"Denmark,Norway\"}]");
  }

  @Test
  void aMomentThatIsNoTextIsRefused() {
    HttpResponse<String> refused =
        served.rest.postJson("/api/v1/sql", "{\"statement\": \"select 1\", \"as_of\": [null]}");
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body()).contains("as_of holds a null");
  }

  private static List<Arguments> wrong() {
    return List.of(
        Arguments.of(
            "select * from nowhere", "tables are written as dataset.view, and there are ["),
        Arguments.of(
            "select profit from customer_orders.sales_by_country", "Column 'profit' not found"),
        Arguments.of("select", "Encountered"),
        Arguments.of(
            "select * from table(cells('nowhere', ''))",
            "cells: unknown view 'nowhere', expected one of ["),
        Arguments.of(
            "select * from table(cells('sales_by_country', 'grain=PT1H'))", "buckets of P1D"),
        Arguments.of(
            "select * from table(cells('sales_by_country', 'limit=3'))",
            "does not say which cells"),
        Arguments.of("select sum(customers) from customer_orders.sales_by_category", "roll up by"),
        Arguments.of(
            "select avg(average_order) from customer_orders.sales_by_category",
            "table(cells('sales_by_category'"),
        Arguments.of(
            "select 1 / (orders - orders) from customer_orders.sales_by_country", "by zero"));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void tellsWhatIsWrongAndWhatToDo(String statement, String told) {
    assertThat(sql.refusal(statement)).contains(told).doesNotContain("\tat ", "Exception");
  }

  @Test
  void jdbcTellsTheSameWithoutATrace() throws SQLException {
    try (Connection connection = sql.connect("");
        Statement statement = connection.createStatement()) {
      assertThatThrownBy(() -> statement.executeQuery("select * from nowhere"))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("tables are written as dataset.view");
    }
    assertThatThrownBy(() -> sql.connect("?inexact=perhaps").createStatement())
        .hasMessageContaining("neither refuse nor allow");
    assertThatThrownBy(() -> sql.connect("?schema=nowhere").createStatement())
        .hasMessageContaining("unknown schema 'nowhere'");
    assertThatThrownBy(() -> sql.connect("?shema=customer_orders").createStatement())
        .hasMessageContaining("unknown parameter 'shema'");
    assertThatThrownBy(
            () ->
                DriverManager.getConnection(ADDRESS + served.base.resolve("api/v1/avatica"))
                    .createStatement())
        .hasMessageContaining("serialization=protobuf");
  }

  @Test
  void propertiesOfAConnectionCountAndNoneOfThemReachesCalcite() throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("schemaFactory", "no.such.Factory");
    properties.setProperty("model", "/no/such/file");
    properties.setProperty("serialization", "protobuf");
    properties.setProperty("inexact", "refuse");
    try (Connection connection =
            DriverManager.getConnection(
                ADDRESS + served.base.resolve("api/v1/avatica"), properties);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select count(*) from " + VIEW)) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getLong(1)).isEqualTo(4);
    }
    properties.setProperty("inexact", "perhaps");
    assertThatThrownBy(
            () ->
                DriverManager.getConnection(
                    ADDRESS + served.base.resolve("api/v1/avatica"), properties))
        .hasMessageContaining("neither refuse nor allow");
  }

  @Test
  void theProvenanceIsThatOfTheSameStatement() {
    JsonNode answer =
        sql.answer(
            "select c.orders, p.version, p.cut, p.applied, p.exact, p.as_of from "
                + VIEW
                + " c join customer_orders.provenance p on p.view_name = 'sales_by_category'"
                + " where c.country = 'Norway'");
    JsonNode from = answer.get("provenance").get("sales_by_category");
    JsonNode row = answer.get("rows").get(0);
    assertThat(row.get("version").asLong()).isEqualTo(1);
    assertThat(row.get("cut").asString()).isEqualTo(from.get("cut").toString());
    assertThat(row.get("applied").asString()).isEqualTo(from.get("applied").toString());
    assertThat(row.get("exact").asBoolean()).isTrue();
    assertThat(row.get("as_of")).isEqualTo(from.get("as_of"));
  }

  @Test
  void anInexactAnswerIsRefusedUnlessItIsAllowed() throws SQLException {
    MemoryRiver behind = new MemoryRiver("customer_orders");
    behind.append(0, "2026-01-01T10:15:00Z", order("Bags", "Denmark", 2L, 19_500L, "c1"));
    try (ServedRiver lacking = new ServedRiver(behind)) {
      SqlClient asked = new SqlClient(lacking);
      assertThat(asked.refusal("select * from " + VIEW))
          .contains("is not exact now", "inexact=allow");
      HttpResponse<String> allowed = asked.ask("select * from " + VIEW, "allow");
      assertThat(allowed.statusCode()).isEqualTo(200);
      assertThat(
              RestClient.parse(allowed)
                  .get("provenance")
                  .get("sales_by_category")
                  .get("exact")
                  .asBoolean())
          .isFalse();
      assertThat(
              asked
                  .answer("select missing from customer_orders.provenance limit 1")
                  .get("rows")
                  .get(0)
                  .get("missing")
                  .asString())
          .isEqualTo("[{\"partition\":0,\"from\":0,\"to\":1}]");
      try (Connection connection = asked.connect("?inexact=allow");
          Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery("select count(*) from " + VIEW)) {
        assertThat(rows.next()).isTrue();
        assertThat(rows.getLong(1)).isZero();
      }
    }
  }

  @Test
  void anAnswerIsGivenAgainAsOfItsMomentUntilThatIsLost() {
    MemoryRiver river = new MemoryRiver("customer_orders");
    river.append(0, "2026-01-01T10:15:00Z", order("Bags", "Denmark", 2L, 19_500L, "c1"));
    river.flow();
    try (ServedRiver flowing = new ServedRiver(river)) {
      SqlClient asked = new SqlClient(flowing);
      String all = "select * from " + VIEW;
      JsonNode first = asked.answer(all);
      String moment = first.get("provenance").get("sales_by_category").get("as_of").asString();
      river.append(0, "2026-01-01T10:20:00Z", order("Bags", "Denmark", 1L, 1_000L, "c2"));
      river.flow();
      assertThat(asked.answer(all)).isNotEqualTo(first);
      assertThat(asked.answer(all, moment)).isEqualTo(first);
      String path = "/api/v1/views/sales_by_category/cells?as_of=" + moment;
      assertThat(flowing.rest.json(path).get("provenance"))
          .isEqualTo(first.get("provenance").get("sales_by_category"));
      for (int i = 1; i < ViewStore.HISTORY; i++) {
        river.append(0, "2026-01-01T10:20:00Z", order("Bags", "Denmark", 1L, 1_000L, "c2"));
        river.flow();
      }
      assertThat(asked.ask(all, null, moment).statusCode()).isEqualTo(410);
      HttpResponse<String> lost = flowing.rest.get(path);
      assertThat(lost.statusCode()).isEqualTo(410);
      assertThat(lost.body()).contains("ask without as_of");
      assertThat(flowing.rest.get("/api/v1/views/energy_by_area/cells?as_of=" + moment).body())
          .contains("as_of is a moment of customer_orders, not of energy_readings");
      assertThat(flowing.rest.get("/api/v1/views/sales_by_category/cells?as_of=soon").statusCode())
          .isEqualTo(400);
    }
  }
}

package io.anabranch.serving.sql;

import static java.time.ZoneOffset.UTC;
import static java.time.temporal.ChronoUnit.DAYS;
import static java.time.temporal.ChronoUnit.HOURS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.runtime.Problem;
import io.anabranch.schemas.View;
import io.anabranch.serving.MemoryRiver;
import io.anabranch.serving.SampleRecords;
import io.anabranch.serving.ServedRiver;
import io.anabranch.serving.Sources;
import io.anabranch.serving.StoreCalls;
import io.anabranch.serving.cells.Answer;
import io.anabranch.serving.cells.CellParameters;
import io.anabranch.serving.cells.CellReader;
import io.anabranch.serving.sql.MergedSql.Read;
import io.anabranch.views.Buckets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Conditions read less, and never change what a statement answers. */
class NarrowingTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant MONTHS = Instant.parse("2025-11-20T00:00:00Z");
  private static final int DAYS_OF_MONTHS = 100;
  private static final View VIEW =
      MemoryRiver.DATASETS.named("customer_orders").views().get("sales_by_category");
  private static final CellReader READER = reader();
  private static final MergedSql SQL =
      new MergedSql(MemoryRiver.DATASETS, READER, ServedRiver.SETTINGS, Clock.systemUTC());
  private static final Answer ALL = READER.read(CellParameters.query(VIEW, ""));

  /** Three days of many orders, and months of some. */
  private static CellReader reader() {
    MemoryRiver river = new MemoryRiver("customer_orders");
    new SampleRecords(3).orders(river, 300, START, 3);
    new SampleRecords(5).orders(river, 150, MONTHS, DAYS_OF_MONTHS);
    long marker = river.mark();
    river.flow();
    river.batch(marker);
    new SampleRecords(4).orders(river, 300, START, 3);
    new SampleRecords(6).orders(river, 150, MONTHS, DAYS_OF_MONTHS);
    river.flow();
    Sources sources =
        ServedRiver.sources(
            (dataset, moment) -> {
              throw new UnsupportedOperationException();
            },
            Optional.empty(),
            river);
    return new CellReader(sources, new StoreCalls(Duration.ofSeconds(30)), ServedRiver.SETTINGS);
  }

  /** A condition as SQL writes it, and what it means. */
  record Condition(String sql, Predicate<Answer.Row> meaning) {
    Condition and(Condition other) {
      return new Condition("(%s and %s)".formatted(sql, other.sql), meaning.and(other.meaning));
    }

    Condition or(Condition other) {
      return new Condition("(%s or %s)".formatted(sql, other.sql), meaning.or(other.meaning));
    }
  }

  @Provide
  Arbitrary<Condition> conditions() {
    return Arbitraries.lazyOf(
        this::leaves,
        this::leaves,
        this::leaves,
        () ->
            Combinators.combine(conditions(), conditions(), Arbitraries.of(true, false))
                .as((left, right, both) -> both ? left.and(right) : left.or(right)));
  }

  private Arbitrary<Condition> leaves() {
    return Arbitraries.oneOf(texts(), alternatives(), times(), others());
  }

  private static Arbitrary<String> category() {
    return Arbitraries.of("Kitchen", "Bags", "Light", "kitchen", "");
  }

  private static Arbitrary<Condition> texts() {
    return category()
        .map(
            text ->
                new Condition(
                    "category = '%s'".formatted(text), row -> text.equals(dimension(row, 0))));
  }

  private static Arbitrary<Condition> alternatives() {
    return Arbitraries.of("Germany", "United Kingdom", "Norway", "Spain")
        .set()
        .ofMinSize(1)
        .ofMaxSize(3)
        .map(
            texts ->
                new Condition(
                    "country in ('%s')".formatted(String.join("', '", texts)),
                    row -> texts.contains(dimension(row, 1))));
  }

  @Provide
  Arbitrary<Condition> times() {
    return Arbitraries.oneOf(
        limits(), spans(), Combinators.combine(limits(), limits()).as(Condition::and));
  }

  private static Arbitrary<Condition> limits() {
    return Combinators.combine(Arbitraries.of("<", "<=", "=", ">=", ">"), moments())
        .as(
            (operator, limit) ->
                new Condition(
                    "bucket %s timestamp '%s'".formatted(operator, text(limit)),
                    row -> compares(operator, row.key().bucket(), limit)));
  }

  private static Arbitrary<Condition> spans() {
    return Combinators.combine(moments(), moments())
        .as(
            (one, other) -> {
              long from = Math.min(one, other);
              long to = Math.max(one, other);
              return new Condition(
                  "bucket between timestamp '%s' and timestamp '%s'"
                      .formatted(text(from), text(to)),
                  row -> row.key().bucket() >= from && row.key().bucket() <= to);
            });
  }

  /** Epoch seconds: any, and those at and beside the starts of hours, days and months. */
  private static Arbitrary<Long> moments() {
    Arbitrary<Long> starts =
        Arbitraries.oneOf(
                Arbitraries.integers().between(-2, 74).map(hour -> START.plus(hour, HOURS)),
                Arbitraries.integers()
                    .between(-2, DAYS_OF_MONTHS + 2)
                    .map(day -> MONTHS.plus(day, DAYS)),
                Arbitraries.integers()
                    .between(0, 5)
                    .map(
                        month ->
                            MONTHS.atOffset(UTC).withDayOfMonth(1).plusMonths(month).toInstant()))
            .map(Instant::getEpochSecond);
    return Arbitraries.oneOf(
        starts,
        Combinators.combine(starts, Arbitraries.of(-1L, 1L)).as(Long::sum),
        Arbitraries.longs()
            .between(0, Duration.ofDays(DAYS_OF_MONTHS).toSeconds())
            .map(seconds -> MONTHS.getEpochSecond() + seconds));
  }

  private static Arbitrary<Condition> others() {
    return Arbitraries.of(
        new Condition("country is null", row -> dimension(row, 1) == null),
        new Condition("country is not null", row -> dimension(row, 1) != null),
        new Condition(
            "bucket < timestamp '2026-01-01 00:00:00.001'",
            row -> row.key().bucket() <= START.getEpochSecond()),
        new Condition("orders > 1", row -> (Long) row.measures().get("orders") > 1),
        new Condition("category <> 'Bags'", row -> !"Bags".equals(dimension(row, 0))),
        new Condition("upper(category) = 'BAGS'", row -> "Bags".equals(dimension(row, 0))),
        new Condition(
            "cast(country as varchar(2)) = 'De'", row -> dimension(row, 1).startsWith("De")),
        new Condition(
            "cast(country as varchar) = 'Denmark'", row -> "Denmark".equals(dimension(row, 1))));
  }

  private static String dimension(Answer.Row row, int place) {
    return row.key().dimensions().get(place);
  }

  private static String text(long second) {
    return Instant.ofEpochSecond(second).toString().replace('T', ' ').replace("Z", "");
  }

  private static boolean compares(String operator, long left, long right) {
    return switch (operator) {
      case "<" -> left < right;
      case "<=" -> left <= right;
      case "=" -> left == right;
      case ">=" -> left >= right;
      default -> left > right;
    };
  }

  @Property(tries = 150)
  void anyConditionAnswersAsFilteringAllCells(@ForAll("conditions") Condition condition) {
    assertThat(rows(ofAll("customer_orders.sales_by_category", condition)))
        .containsExactlyInAnyOrderElementsOf(expected(ALL, condition));
  }

  /** Roll-ups; the ranges of some cut their first and last bucket. */
  @Provide
  Arbitrary<String> rollUps() {
    return Combinators.combine(
            Arbitraries.of("PT6H", "P1D", "P7D", "P1M", "PT6H&window=P1D", "P1D&window=P7D"),
            Arbitraries.of("", "&from=2026-01-01T12:00:00Z&to=2026-02-03T05:00:00Z"))
        .as((grain, range) -> "grain=" + grain + range);
  }

  @Property(tries = 150)
  void anyConditionAnswersAsFilteringAllOfARollUp(
      @ForAll("rollUps") String rollUp, @ForAll("conditions") Condition condition) {
    assertThat(rows(ofAll(table(rollUp), condition)))
        .containsExactlyInAnyOrderElementsOf(expected(unnarrowed(rollUp), condition));
  }

  @Property(tries = 150)
  void aConditionOnTheBucketsOfARollUpReadsThemAlone(
      @ForAll("rollUps") String rollUp, @ForAll("times") Condition condition) {
    MergedSql.Result result = SQL.query(ofAll(table(rollUp), condition), Session.PLAIN);
    List<List<Object>> expected = expected(unnarrowed(rollUp), condition);
    assertThat(lists(result)).containsExactlyInAnyOrderElementsOf(expected);
    assertThat(result.reads().stream().mapToInt(Read::rows).sum()).isEqualTo(expected.size());
  }

  private static Answer unnarrowed(String parameters) {
    return READER.read(CellParameters.query(VIEW, parameters));
  }

  private static String table(String parameters) {
    return "table(cells('sales_by_category', '%s'))".formatted(parameters);
  }

  private static String ofAll(String table, Condition condition) {
    return "select category, country, bucket, revenue, customers from %s where %s"
        .formatted(table, condition.sql());
  }

  private static List<List<Object>> expected(Answer all, Condition condition) {
    return all.rows(0, all.size()).stream()
        .filter(condition.meaning())
        .map(
            row ->
                List.of(
                    dimension(row, 0),
                    dimension(row, 1),
                    row.key().bucket() * 1000,
                    row.measures().get("revenue"),
                    row.measures().get("customers")))
        .toList();
  }

  private static List<List<Object>> rows(String statement) {
    return lists(SQL.query(statement, Session.PLAIN));
  }

  private static List<List<Object>> lists(MergedSql.Result result) {
    return result.rows().stream().map(Arrays::asList).toList();
  }

  private static Read read(String condition) {
    List<Read> reads =
        SQL.query(
                "select sum(revenue) from customer_orders.sales_by_category where " + condition,
                Session.PLAIN)
            .reads();
    assertThat(reads).hasSize(1);
    return reads.get(0);
  }

  @Test
  void aConditionOnADimensionReadsItsCellsAlone() {
    Read bags = read("category = 'Bags'");
    assertThat(bags.query().where()).isEqualTo(Map.of("category", Set.of("Bags")));
    assertThat(bags.rows()).isPositive().isLessThan(ALL.size() / 2);
    Read some = read("country in ('Spain', 'Norway') and category = 'Bags' and orders > 0");
    assertThat(some.query().where())
        .isEqualTo(Map.of("category", Set.of("Bags"), "country", Set.of("Spain", "Norway")));
    assertThat(some.rows()).isLessThan(bags.rows());
  }

  @Test
  void aCastThatCutsTextsReadsThemAll() {
    for (String condition :
        List.of(
            "cast(country as varchar(2)) = 'De'",
            "cast(country as varchar(2)) in ('De', 'Xx')",
            "cast(country as varchar(2)) = 'De' and orders > 0")) {
      assertThat(read(condition).query().where()).isEmpty();
      assertThat(
              rows(
                  "select distinct country from customer_orders.sales_by_category where "
                      + condition))
          .containsExactly(List.of("Denmark"));
    }
    assertThat(read("cast(country as varchar) = 'Denmark'").query().where())
        .isEqualTo(Map.of("country", Set.of("Denmark")));
  }

  @Test
  void aConditionOnTheBucketReadsItsRangeAlone() {
    Read day =
        read(
            "bucket >= timestamp '2026-01-02 00:00:00' and bucket < timestamp '2026-01-03 00:00:00'");
    assertThat(day.query().range())
        .isEqualTo(
            Buckets.between(
                Instant.parse("2026-01-02T00:00:00Z"), Instant.parse("2026-01-03T00:00:00Z")));
    assertThat(day.rows()).isPositive().isLessThan(ALL.size());
    assertThat(
            read("bucket between timestamp '2026-01-02 00:00:00' and timestamp '2026-01-02 05:00:00'")
                .query()
                .range())
        .isEqualTo(
            Buckets.between(
                Instant.parse("2026-01-02T00:00:00Z"), Instant.parse("2026-01-02T06:00:00Z")));
  }

  private static Read rollUp(String parameters, String condition) {
    return SQL.query(
            "select * from %s where %s".formatted(table(parameters), condition), Session.PLAIN)
        .reads()
        .get(0);
  }

  @Test
  void aConditionOnARollUpReadsItsGroupsAlone() {
    String some = "country = 'Spain' and bucket >= timestamp '2026-01-02 12:00:00'";
    Read days = rollUp("by=country&grain=P1D", some);
    assertThat(days.query().where()).isEqualTo(Map.of("country", Set.of("Spain")));
    assertThat(days.query().range())
        .isEqualTo(new Buckets(second("2026-01-03T00:00:00Z"), Long.MAX_VALUE));
    assertThat(days.rows())
        .isPositive()
        .isLessThan(rollUp("by=country&grain=P1D", "country = 'Spain'").rows());
    assertThat(
            rollUp(
                    "grain=P1M",
                    "bucket > timestamp '2025-12-01 00:00:00'"
                        + " and bucket < timestamp '2026-01-17 08:30:00'")
                .query()
                .range())
        .as("all of January, which begins in it")
        .isEqualTo(new Buckets(second("2026-01-01T00:00:00Z"), second("2026-02-01T00:00:00Z")));
    assertThat(rollUp("grain=P1M&to=2026-01-20", "bucket >= date '2026-01-01'").query().range())
        .as("no more than was asked for")
        .isEqualTo(new Buckets(second("2026-01-01T00:00:00Z"), second("2026-01-20T00:00:00Z")));
  }

  private static long second(String time) {
    return Instant.parse(time).getEpochSecond();
  }

  @Test
  void theOneBucketOfTheWholeRangeHasNoTime() {
    Read none = rollUp("grain=all", "bucket >= timestamp '2026-01-02 00:00:00'");
    assertThat(none.query().range()).isEqualTo(Buckets.ALL);
    String whole = "select sum(orders) from " + table("grain=all") + " where bucket ";
    assertThat(rows(whole + "is null or bucket < timestamp '2026-01-02 00:00:00'"))
        .isEqualTo(rows("select sum(orders) from customer_orders.sales_by_category"));
    assertThat(rows(whole + "< timestamp '2026-01-02 00:00:00'"))
        .containsExactly(Arrays.asList((Object) null));
  }

  @Test
  void conditionsOnOneDimensionNarrowEachOther() {
    String some =
        "select distinct category from table(cells('sales_by_category',"
            + " 'where=category=Bags&where=category=Light')) where category ";
    MergedSql.Result one = SQL.query(some + "in ('Bags', 'Kitchen')", Session.PLAIN);
    assertThat(one.reads().get(0).query().where()).isEqualTo(Map.of("category", Set.of("Bags")));
    assertThat(one.rows()).containsExactly(new Object[] {"Bags"});
    assertThat(SQL.query(some + "= 'Kitchen'", Session.PLAIN).rows()).isEmpty();
  }

  @Test
  void whatIsAskedTwiceIsReadOnceAndOfOneMoment() {
    MergedSql.Result result =
        SQL.query(
            "select a.country from customer_orders.sales_by_category a"
                + " join customer_orders.sales_by_category b on a.country = b.country"
                + " and a.bucket = b.bucket and a.category = b.category",
            Session.PLAIN);
    assertThat(result.reads()).hasSize(1);
    assertThat(result.rows()).hasSameSizeAs(ALL.rows(0, ALL.size()));
  }

  @Test
  void aJoinOfTooManyRowsIsRefused() {
    assertThatThrownBy(
            () ->
                SQL.query(
                    "select a.country from customer_orders.sales_by_category a"
                        + " join customer_orders.sales_by_category b on a.bucket <> b.bucket"
                        + " join customer_orders.sales_by_category c on c.orders = b.orders"
                        + " order by 1",
                    Session.PLAIN))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("joins and unions of the statement make more than 400000 rows");
  }
}

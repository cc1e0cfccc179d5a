package io.anabranch.engine;

import static org.apache.spark.sql.functions.expr;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.anabranch.runtime.Problem;
import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.Dataset.QualityCheck;
import io.anabranch.schemas.Dataset.QualityCheck.Level;
import io.anabranch.schemas.Datasets;
import io.anabranch.views.quality.CheckReport;
import io.anabranch.views.quality.FieldReport;
import io.anabranch.views.quality.FieldReport.Frequent;
import io.anabranch.views.quality.Numbers;
import io.anabranch.views.quality.QualityReport;
import io.anabranch.views.quality.Share;
import io.anabranch.views.quality.Verdict;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QualityPlanTest {
  private static final int ROWS = 20_000;

  private final SparkSession session = TestSession.get();
  private final Dataset orders = Datasets.load(DatasetPlanTest.SCHEMAS).named("customer_orders");

  /** Records of known distributions; every field that is not named is missing. */
  private org.apache.spark.sql.Dataset<Row> records(int rows, Map<String, String> given) {
    Map<String, String> expressions = new TreeMap<>(given);
    expressions.putIfAbsent("row_key", "concat('k', id)");
    Column[] columns =
        orders.fields().entrySet().stream()
            .map(
                field ->
                    expr(expressions.getOrDefault(field.getKey(), "null"))
                        .cast(field.getValue().sqlName())
                        .as(field.getKey()))
            .toArray(Column[]::new);
    return session.range(rows).select(columns);
  }

  private static Dataset withChecks(Dataset dataset, QualityCheck... checks) {
    return new Dataset(
        dataset.file(),
        dataset.name(),
        dataset.schema(),
        dataset.fields(),
        dataset.topic(),
        dataset.identity(),
        dataset.eventTime(),
        dataset.personal(),
        dataset.sources(),
        dataset.reject(),
        dataset.clean(),
        dataset.lists(),
        dataset.hive(),
        dataset.hbase(),
        dataset.master(),
        dataset.views(),
        Arrays.asList(checks),
        dataset.generation());
  }

  private QualityPlan plan(QualityCheck... checks) {
    return new QualityPlan(
        session, DatasetPlan.compile(session, withChecks(orders, checks), DatasetPlanTest.SCHEMAS));
  }

  private QualityReport report(org.apache.spark.sql.Dataset<Row> records) {
    long count = records.count();
    return new QualityReport(
        orders.name(),
        2,
        1,
        "full",
        Instant.EPOCH,
        new TreeMap<>(),
        new TreeMap<>(Map.of(0, count)),
        count,
        0,
        Share.of(count / 10, count),
        Share.of(0, count - count / 10),
        List.of(),
        plan().fields(records),
        List.of(),
        Verdict.PASSED);
  }

  private static FieldReport field(QualityReport report, String name) {
    return report.fields().stream().filter(f -> f.field().equals(name)).findFirst().orElseThrow();
  }

  private static long counted(Numbers numbers) {
    return numbers.outliers()
        + numbers.histogram().counts().stream().mapToLong(Long::longValue).sum();
  }

  @Test
  void countsWhatIsThereExactlyAndDistinctValuesWithinTheSketchsError() {
    QualityReport report =
        report(
            records(
                ROWS,
                Map.of(
                    "customer_id", "if(id % 4 = 0, null, concat('C', id % 7000))",
                    "order_date", "timestamp '2026-01-01 00:00:00' + make_interval(0,0,0,0,0,id)",
                    "registration_date", "date '2024-02-29'")));
    FieldReport customer = field(report, "customer_id");
    assertThat(customer.records()).isEqualTo(ROWS);
    assertThat(customer.missing()).isEqualTo(ROWS / 4);
    assertThat(customer.completeness()).isEqualTo(0.75);
    assertThat(field(report, "row_key").distinct()).isBetween(19_500L, 20_000L);
    assertThat(field(report, "order_date").least()).isEqualTo("2026-01-01T00:00:00Z");
    assertThat(field(report, "order_date").greatest()).isEqualTo("2026-01-14T21:19:00Z");
    FieldReport registered = field(report, "registration_date");
    assertThat(registered.least()).isEqualTo("2024-02-29").isEqualTo(registered.greatest());
    assertThat(registered.distinct()).isEqualTo(1);
    FieldReport category = field(report, "category");
    assertThat(category.completeness()).isZero();
    assertThat(category.distinct()).isZero();
    assertThat(category.least()).isNull();
    assertThat(category.frequent()).isEmpty();
  }

  @Test
  void readsQuantilesHistogramAndOutliersFromTheSketch() {
    QualityReport report =
        report(
            records(
                ROWS,
                Map.of(
                    "age", "if(id % 100 = 0, if(id % 200 = 0, 430, -200), 20 + id % 60)",
                    "price", "id / 100",
                    "quantity", "if(id % 2 = 0, null, 7)")));
    Numbers ages = field(report, "age").numbers();
    assertThat(counted(ages)).isEqualTo(ROWS);
    assertThat(ages.outliers()).isCloseTo(200, within(150L));
    assertThat(ages.histogram().below()).isPositive();
    assertThat(ages.histogram().above()).isPositive();
    assertThat(ages.percentile(50)).isCloseTo(50, within(1.0));
    assertThat(field(report, "age").least()).isEqualTo("-200");
    assertThat(field(report, "age").greatest()).isEqualTo("430");
    Numbers prices = field(report, "price").numbers();
    assertThat(prices.mean()).isCloseTo((ROWS - 1) / 200.0, within(0.01));
    assertThat(prices.outliers()).isZero();
    assertThat(prices.histogram().counts())
        .hasSize(20)
        .allSatisfy(count -> assertThat(count).isCloseTo(1000, within(150L)));
    Numbers quantities = field(report, "quantity").numbers();
    assertThat(counted(quantities)).isEqualTo(ROWS / 2);
    assertThat(quantities.histogram().counts()).containsExactly((long) ROWS / 2);
    assertThat(field(report, "total_amount").numbers()).isNull();
  }

  @Test
  void namesFrequentTextsAndShowsNoValueOfAPersonalField() {
    QualityReport report =
        report(
            records(
                ROWS,
                Map.of(
                    "country", "if(id % 10 < 6, 'Denmark', if(id % 10 < 9, 'Sweden', null))",
                    "customer_name", "concat('Somebody ', id % 3)")));
    assertThat(field(report, "country").frequent())
        .containsExactly(
            new Frequent("Denmark", ROWS * 6 / 10), new Frequent("Sweden", ROWS * 3 / 10));
    assertThat(field(report, "row_key").frequent()).isEmpty();
    FieldReport name = field(report, "customer_name");
    assertThat(name.distinct()).isEqualTo(3);
    assertThat(name.least()).isNull();
    assertThat(name.greatest()).isNull();
    assertThat(name.frequent()).isEmpty();
  }

  @Test
  void driftIsNothingAgainstItselfAndLargeAgainstAnotherDistribution() {
    QualityReport before =
        report(records(ROWS, Map.of("age", "20 + id % 60", "price", "id / 100")));
    QualityReport same = report(records(ROWS, Map.of("age", "20 + id % 60", "price", "id / 100")));
    QualityReport other =
        report(
            records(
                ROWS,
                Map.of("age", "if(id % 2 = 0, 50 + id % 30, null)", "price", "500 + id / 10")));
    FieldReport itself = field(before.since(before), "age");
    assertThat(itself.drift().distance()).isZero();
    assertThat(itself.drift().completeness()).isZero();
    assertThat(itself.drift().distinct()).isZero();
    assertThat(field(same.since(before), "price").drift().distance()).isLessThan(0.03);
    assertThat(field(other.since(before), "price").drift().distance()).isEqualTo(1);
    FieldReport ages = field(other.since(before), "age");
    assertThat(ages.drift().distance()).isGreaterThan(0.4);
    assertThat(ages.drift().completeness()).isEqualTo(-0.5);
    assertThat(ages.drift().distinct()).isNegative();
    assertThat(field(before, "age").drift()).isNull();
  }

  @Test
  void aRunWithoutRecordsHasAReport() {
    QualityReport report = report(records(0, Map.of()));
    assertThat(report.rejected().share()).isNull();
    assertThat(report.fields())
        .allSatisfy(
            field -> {
              assertThat(field.records()).isZero();
              assertThat(field.completeness()).isNull();
              assertThat(field.numbers()).isNull();
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rejected.share <= 0.1 | true",
        "rejected.share < 0.1 and repeats.count = 0 | false",
        "records = 1000 | true",
        "age.completeness >= 0.5 and age.missing = 500 | true",
        "age.median between 20 and 70 | true",
        "age.least >= 20 and age.greatest < 79.5 | true",
        "country.least = 'Denmark' | true",
        "quantity.median > 0 | false",
        "quantity.median is null | true",
        "age.drift.distance < 0.1 | false",
        "coalesce(age.drift.distance, 0) < 0.1 | true",
        "cast(country.least as int) > 0 | false",
        "age.outliers / age.records < 0.01 | true"
      })
  void holdsChecksAgainstTheFigures(String condition, boolean passed) {
    QualityReport report =
        report(
            records(
                1000, Map.of("age", "if(id % 2 = 0, null, 20 + id % 60)", "country", "'Denmark'")));
    assertThat(plan(check(condition)).check(report))
        .extracting(CheckReport::passed)
        .containsExactly(passed);
  }

  @Test
  void tellsTheFiguresThatACheckRead() {
    QualityReport report = report(records(10, Map.of("age", "40")));
    CheckReport found =
        plan(check("age.median > 50 or `age`.drift.distance > rejected.share"))
            .check(report)
            .get(0);
    assertThat(found.passed()).isFalse();
    assertThat(found.words())
        .endsWith("(age.median is 40.0, age.drift.distance is absent, rejected.share is 0.1)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "age.median | 'age.median' is of type double, expected a condition",
        "agee.median > 1 | unknown column 'agee', expected one of [age, category,",
        "age.mediann > 1 | No such struct field `mediann`",
        "country.mean > 1 | No such struct field `mean`",
        "customer_name.least > 'A' | No such struct field `least`",
        "age.median > > 1 | PARSE_SYNTAX_ERROR",
        "median(age) > 1 | reads the figures of a report, such as field.median",
        "profile('median(age)') > 1 | unknown function 'profile', expected one that is built into Spark",
        "rand() < 0.5 | 'rand' is not allowed",
        "(select 1) = 1 | a subquery is not allowed"
      })
  void refusesACheckThatIsWrong(String condition, String problem) {
    assertThatThrownBy(
            () ->
                DatasetPlan.check(
                    session, withChecks(orders, check(condition)), DatasetPlanTest.SCHEMAS))
        .isInstanceOf(Problem.class)
        .hasMessageStartingWith("orders.yaml:80:15: quality check: ")
        .hasMessageContaining(problem);
  }

  private static QualityCheck check(String condition) {
    return new QualityCheck(condition, Level.WARN, "orders.yaml:80:15");
  }
}

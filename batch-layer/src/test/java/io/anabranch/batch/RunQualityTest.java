package io.anabranch.batch;

import static org.apache.spark.sql.functions.expr;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.batch.RunQuality.OnFailure;
import io.anabranch.batch.RunQuality.Subject;
import io.anabranch.engine.DatasetPlan;
import io.anabranch.runtime.ExitStatus;
import io.anabranch.runtime.Problem;
import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.Datasets;
import io.anabranch.schemas.FieldType;
import io.anabranch.views.Cut;
import io.anabranch.views.Offsets;
import io.anabranch.views.Version;
import io.anabranch.views.quality.FieldReport;
import io.anabranch.views.quality.QualityReport;
import io.anabranch.views.quality.RuleReport;
import io.anabranch.views.quality.Share;
import io.anabranch.views.quality.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunQualityTest {
  private static final Path SCHEMAS = Path.of("../schemas/src/main");

  private final SparkSession session = Sessions.plain("batch tests");
  private final Dataset orders = Datasets.load(SCHEMAS).named("customer_orders");
  private final DatasetPlan plan = DatasetPlan.compile(session, orders, SCHEMAS);
  @TempDir private Path folder;
  private QualityReports reports;

  @BeforeEach
  void openReports() throws IOException {
    reports = QualityReports.in(folder.resolve("customer_orders").toUri());
  }

  @AfterEach
  void closeReports() throws IOException {
    reports.close();
  }

  /** Records of which every so many-eth has no quantity, with prices from some value on. */
  private org.apache.spark.sql.Dataset<Row> judged(int records, int missingEvery, int price) {
    Map<String, String> given =
        Map.of(
            "row_key", "concat('k', id)",
            "order_date", "timestamp '2026-01-01 00:00:00' + make_interval(0, 0, 0, 0, 0, id)",
            "customer_id", "if(id % 8 = 0, null, concat('C', 10000 + id % 900))",
            "customer_name", "concat('Somebody ', id % 100)",
            "age", "if(id % 10 = 0, null, if(id % 97 = 0, 430, 18 + id % 72))",
            "country", "if(id % 10 < 6, 'Denmark', if(id % 10 < 9, 'Sweden', 'Norway'))",
            "quantity", "if(id %% %s = 0, null, 1 + id %% 12)".formatted(missingEvery),
            "product_id", "concat('P-', id % 40)",
            "price", "%s + (id %% 400) / 20".formatted(price));
    Column[] columns =
        orders.fields().entrySet().stream()
            .map(field -> value(given, field.getKey(), field.getValue()))
            .toArray(Column[]::new);
    return plan.judge(session.range(records).select(columns)).persist();
  }

  private static Column value(Map<String, String> given, String field, FieldType type) {
    return expr(given.getOrDefault(field, "null")).cast(type.sqlName()).as(field);
  }

  private static Cut cut(long marker, long end) {
    return new Cut(marker, new Offsets(Map.of(0, end)));
  }

  private Version version(long number, long end) {
    return new Version(
        orders.name(),
        cut(number, end),
        List.of(number),
        Map.of(),
        Map.of(),
        orders.fingerprint(),
        Version.Counts.NONE,
        Instant.EPOCH,
        Duration.ZERO,
        Optional.empty());
  }

  private QualityReport run(
      Subject subject, OnFailure onFailure, org.apache.spark.sql.Dataset<Row> judged)
      throws IOException {
    Tally tally = Tally.of(judged, 2);
    return new RunQuality(session, plan, reports, onFailure)
        .require(subject, judged, tally, Math.min(10, tally.accepted()));
  }

  private static FieldReport field(QualityReport report, String name) {
    return report.fields().stream().filter(f -> f.field().equals(name)).findFirst().orElseThrow();
  }

  @Test
  void keepsAReportThatReadsBackAndComparesTheNextRunWithIt() throws IOException {
    Subject first = new Subject(cut(3, 2002), Optional.empty(), Optional.empty());
    QualityReport report = run(first, OnFailure.REFUSE, judged(2000, 20, 5));
    assertThat(reports.read(3)).contains(report);
    assertThat(report.mode()).isEqualTo("full");
    assertThat(report.records()).isEqualTo(2002);
    assertThat(report.undecodable()).isEqualTo(2);
    assertThat(report.rules())
        .contains(
            new RuleReport("quantity is missing", 2000, 1900, 100),
            new RuleReport("price is missing", 2000, 2000, 0));
    long old = report.rules().get(3).failed();
    assertThat(old).isEqualTo(18);
    assertThat(report.rejected().count()).isBetween(102L, 120L);
    assertThat(report.repeats().count()).isEqualTo(10);
    assertThat(report.verdict()).isEqualTo(Verdict.PASSED);
    assertThat(field(report, "age").drift()).isNull();

    Version replaced = version(3, 2002);
    Subject next = new Subject(cut(5, 3002), Optional.of(replaced), Optional.of(replaced));
    QualityReport added = run(next, OnFailure.REFUSE, judged(1000, 20, 500));
    assertThat(added.mode()).isEqualTo("incremental");
    assertThat(added.from()).isEqualTo(Map.of(0, 2002L));
    assertThat(added.to()).isEqualTo(Map.of(0, 3002L));
    assertThat(added.replaces()).isEqualTo(3);
    assertThat(field(added, "price").drift().distance()).isEqualTo(1);
    assertThat(field(added, "age").drift().distance()).isLessThan(0.05);
    assertThat(added.verdict()).isEqualTo(Verdict.WARNED);
    assertThat(reports.read(5)).contains(added);
  }

  @Test
  void refusesARunThatFailsACheckAndKeepsItsReport() throws IOException {
    Subject subject = new Subject(cut(4, 2002), Optional.empty(), Optional.empty());
    org.apache.spark.sql.Dataset<Row> bad = judged(2000, 1, 5);
    assertThatThrownBy(() -> run(subject, OnFailure.REFUSE, bad))
        .isInstanceOf(Problem.class)
        .hasMessageContainingAll(
            "customer_orders: the check 'records < 1000 or rejected.share <= 0.5'",
            "(records is 2002, rejected.share is 1.0)",
            "run 4 published nothing",
            "customer_orders/4.json",
            "anabranch quality customer_orders --version 4",
            "anabranch batch run customer_orders --despite-checks")
        .extracting(e -> ((Problem) e).status())
        .isEqualTo(ExitStatus.FAILED);
    assertThat(reports.read(4).orElseThrow().verdict()).isEqualTo(Verdict.REFUSED);
    assertThat(run(subject, OnFailure.PUBLISH, bad).verdict()).isEqualTo(Verdict.OVERRULED);
    assertThat(reports.read(4).orElseThrow().verdict()).isEqualTo(Verdict.OVERRULED);
  }

  @Test
  void checksNothingWhereNothingWasRead() throws IOException {
    Subject subject = new Subject(cut(4, 0), Optional.empty(), Optional.empty());
    org.apache.spark.sql.Dataset<Row> none = judged(0, 1, 5);
    QualityReport report =
        new RunQuality(session, plan, reports, OnFailure.REFUSE)
            .require(subject, none, Tally.of(none, 0), 0);
    assertThat(report.checks()).isEmpty();
    assertThat(report.verdict()).isEqualTo(Verdict.PASSED);
    assertThat(reports.read(4)).contains(report);
  }

  @Test
  void sweepsReportsOfVersionsThatAreGoneAndAllButTheNewestRefusedOnes() throws IOException {
    for (long run = 1; run <= 8; run++) {
      write(run, run <= 4 ? Verdict.REFUSED : Verdict.PASSED);
    }
    reports.sweep(Set.of(6L), 8, 2);
    assertThat(left()).containsExactly(3L, 4L, 6L, 8L);
  }

  @Test
  void aReportThatCannotBeReadIsAsIfAbsentAndSweptAway() throws IOException {
    write(1, Verdict.REFUSED);
    Files.writeString(folder.resolve("customer_orders/1.json"), "{\"dataset\": ");
    Files.deleteIfExists(folder.resolve("customer_orders/.1.json.crc"));
    assertThat(reports.read(1)).isEmpty();
    reports.sweep(Set.of(), 2, 5);
    assertThat(left()).isEmpty();
  }

  private List<Long> left() throws IOException {
    try (var files = Files.list(folder.resolve("customer_orders"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".json"))
          .map(name -> Long.valueOf(name.replace(".json", "")))
          .sorted()
          .toList();
    }
  }

  private void write(long run, Verdict verdict) throws IOException {
    QualityReport report =
        new QualityReport(
            orders.name(),
            run,
            0,
            "full",
            Instant.EPOCH,
            Offsets.NONE.byPartition(),
            Offsets.NONE.byPartition(),
            0,
            0,
            Share.of(0, 0),
            Share.of(0, 0),
            List.of(),
            List.of(),
            List.of(),
            verdict);
    reports.write(report);
  }

  @Test
  void aReportBecomesRowsForHive() throws IOException {
    Subject subject = new Subject(cut(3, 2002), Optional.empty(), Optional.empty());
    QualityReport report = run(subject, OnFailure.REFUSE, judged(2000, 20, 5));
    session
        .createDataFrame(QualityRows.of(report), QualityRows.SCHEMA)
        .createOrReplaceTempView("quality");
    assertThat(one("kind = 'field' and name = 'age' and metric = 'missing'"))
        .isEqualTo(List.of("3", "200", "200.0"));
    assertThat(one("kind = 'field' and name = 'country' and metric = 'least'"))
        .isEqualTo(List.of("3", "Denmark", "null"));
    assertThat(one("kind = 'rule' and name = 'quantity is missing' and metric = 'failed'"))
        .isEqualTo(List.of("3", "100", "100.0"));
    assertThat(one("kind = 'check' and level = 'fail' and passed")).contains("true");
    assertThat(session.sql("select * from quality where name = 'customer_name'").collectAsList())
        .extracting(row -> row.getString(3))
        .containsExactly("records", "missing", "completeness", "distinct");
  }

  private List<String> one(String where) {
    List<Row> rows =
        session.sql("select version, value, number from quality where " + where).collectAsList();
    assertThat(rows).hasSize(1);
    return List.of(
        String.valueOf(rows.get(0).get(0)),
        String.valueOf(rows.get(0).get(1)),
        String.valueOf(rows.get(0).get(2)));
  }
}

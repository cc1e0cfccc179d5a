package io.anabranch.batch;

import io.anabranch.views.quality.CheckReport;
import io.anabranch.views.quality.Drift;
import io.anabranch.views.quality.FieldReport;
import io.anabranch.views.quality.Numbers;
import io.anabranch.views.quality.QualityReport;
import io.anabranch.views.quality.RuleReport;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** A quality report as rows, one for each figure that is there. */
final class QualityRows {
  /**
   * {@code kind} is {@code dataset}, {@code rule}, {@code field} or {@code check}; {@code number}
   * is null where the value is none; {@code level} and {@code passed} are those of checks.
   */
  static final StructType SCHEMA =
      new StructType()
          .add("version", DataTypes.LongType)
          .add("kind", DataTypes.StringType)
          .add("name", DataTypes.StringType)
          .add("metric", DataTypes.StringType)
          .add("value", DataTypes.StringType)
          .add("number", DataTypes.DoubleType)
          .add("level", DataTypes.StringType)
          .add("passed", DataTypes.BooleanType);

  private final long version;
  private final List<Row> rows = new ArrayList<>();

  private QualityRows(long version) {
    this.version = version;
  }

  static List<Row> of(QualityReport report) {
    QualityRows rows = new QualityRows(report.version());
    rows.addTotals(report);
    report.rules().forEach(rows::add);
    report.fields().forEach(rows::add);
    report.checks().forEach(rows::add);
    return rows.rows;
  }

  private void addTotals(QualityReport report) {
    String name = report.dataset();
    add("dataset", name, "mode", report.mode());
    add("dataset", name, "verdict", report.verdict());
    add("dataset", name, "records", report.records());
    add("dataset", name, "undecodable", report.undecodable());
    add("dataset", name, "rejected", report.rejected().count());
    add("dataset", name, "rejected.share", report.rejected().share());
    add("dataset", name, "repeats", report.repeats().count());
    add("dataset", name, "repeats.share", report.repeats().share());
  }

  private void add(RuleReport rule) {
    add("rule", rule.reason(), "checked", rule.checked());
    add("rule", rule.reason(), "passed", rule.passed());
    add("rule", rule.reason(), "failed", rule.failed());
  }

  private void add(FieldReport field) {
    add("field", field.field(), "records", field.records());
    add("field", field.field(), "missing", field.missing());
    add("field", field.field(), "completeness", field.completeness());
    add("field", field.field(), "distinct", field.distinct());
    add("field", field.field(), "least", field.least());
    add("field", field.field(), "greatest", field.greatest());
    if (field.numbers() != null) {
      add(field.field(), field.numbers());
    }
    if (field.drift() != null) {
      add(field.field(), field.drift());
    }
  }

  private void add(String field, Numbers numbers) {
    add("field", field, "mean", numbers.mean());
    for (int percent : new int[] {5, 25, 50, 75, 95}) {
      add("field", field, "p" + percent, numbers.percentile(percent));
    }
    add("field", field, "outliers", numbers.outliers());
  }

  private void add(String field, Drift drift) {
    add("field", field, "drift.completeness", drift.completeness());
    add("field", field, "drift.distinct", drift.distinct());
    add("field", field, "drift.distance", drift.distance());
  }

  private void add(CheckReport check) {
    rows.add(
        RowFactory.create(
            version,
            "check",
            check.check(),
            "passed",
            Boolean.toString(check.passed()),
            null,
            check.level().toString(),
            check.passed()));
  }

  private void add(String kind, String name, String metric, Object value) {
    if (value == null) {
      return;
    }
    Double number = value instanceof Number given ? Double.valueOf(given.doubleValue()) : null;
    rows.add(RowFactory.create(version, kind, name, metric, value.toString(), number, null, null));
  }
}

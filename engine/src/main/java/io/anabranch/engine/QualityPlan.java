package io.anabranch.engine;

import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;

import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.Dataset.QualityCheck;
import io.anabranch.views.quality.CheckReport;
import io.anabranch.views.quality.FieldReport;
import io.anabranch.views.quality.QualityReport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A dataset's quality report compiled to Spark plans. */
public final class QualityPlan {
  private final SparkSession session;
  private final Dataset dataset;
  private final Expressions expressions;

  public QualityPlan(SparkSession session, DatasetPlan plan) {
    this.session = session;
    this.dataset = plan.dataset();
    this.expressions = plan.expressions();
  }

  /**
   * Reports on the schema's fields in one pass over the records.
   *
   * @param judged the schema's fields of all records that could be decoded
   * @return a report for each field in order, without drift
   */
  public List<FieldReport> fields(org.apache.spark.sql.Dataset<Row> judged) {
    List<FieldFigures> fields =
        dataset.fields().keySet().stream().map(field -> new FieldFigures(dataset, field)).toList();
    List<Column> aggregates = new ArrayList<>();
    fields.forEach(field -> aggregates.addAll(field.aggregates()));
    Row figures =
        judged.agg(count(lit(1)).as(" records"), aggregates.toArray(Column[]::new)).first();
    return fields.stream().map(field -> field.report(figures, figures.getLong(0))).toList();
  }

  /**
   * Holds the dataset's checks against a report. A check whose result is null has failed.
   *
   * @param report with drift, if there is any
   */
  public List<CheckReport> check(QualityReport report) {
    CheckRow row = new CheckRow(dataset);
    List<CheckReport> found = new ArrayList<>();
    org.apache.spark.sql.Dataset<Row> figures =
        session.createDataFrame(List.of(row.of(report)), row.schema());
    for (QualityCheck check : dataset.checks()) {
      found.add(check(figures, check));
    }
    return found;
  }

  private CheckReport check(org.apache.spark.sql.Dataset<Row> figures, QualityCheck check) {
    List<String> read = Expressions.columns(check.condition());
    List<Column> columns = new ArrayList<>(List.of(condition(check)));
    read.forEach(name -> columns.add(Expressions.column(name).cast("string")));
    Row result = figures.select(columns.toArray(Column[]::new)).first();
    Map<String, String> values = new LinkedHashMap<>();
    for (int i = 0; i < read.size(); i++) {
      values.put(read.get(i), result.getString(i + 1));
    }
    boolean passed = !result.isNullAt(0) && result.getBoolean(0);
    return new CheckReport(check.condition(), check.level(), passed, values);
  }

  private Column condition(QualityCheck check) {
    return expressions.compileCheck(
        check.condition(), List.of(new CheckRow(dataset).schema().fieldNames()));
  }
}

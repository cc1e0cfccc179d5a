package io.anabranch.engine;

import io.anabranch.runtime.Problem;
import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.FieldType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Analyses a dataset's expressions on rows that do not exist. */
final class DatasetCheck {
  private final SparkSession session;
  private final Dataset dataset;
  private final Expressions expressions;

  DatasetCheck(SparkSession session, Dataset dataset, Expressions expressions) {
    this.session = session;
    this.dataset = dataset;
    this.expressions = expressions;
  }

  void run() {
    for (Dataset.RejectRule rule : dataset.reject()) {
      String where = rule.position() + ": reject";
      requireCondition(
          where, rule.when(), type(where, dataset.fields(), () -> reject(rule.when())));
    }
    Map<String, FieldType> columns = new LinkedHashMap<>(dataset.fields());
    for (Dataset.CleanRule rule : dataset.clean()) {
      clean(rule, columns);
      columns.putIfAbsent(rule.column(), rule.type());
    }
    type(
        dataset.file() + ": hbase.row-key",
        columns,
        () -> DatasetPlan.rowKey(dataset, expressions));
    dataset.checks().forEach(this::check);
  }

  private void check(Dataset.QualityCheck check) {
    String where = check.position() + ": quality check";
    StructType figures = new CheckRow(dataset).schema();
    requireCondition(
        where,
        check.condition(),
        type(
            where,
            figures,
            () -> expressions.compileCheck(check.condition(), List.of(figures.fieldNames()))));
  }

  /** A condition over clean columns that somebody wrote elsewhere than in the file. */
  void condition(String where, String text) {
    Map<String, FieldType> columns = dataset.cleanColumns();
    requireCondition(
        where,
        text,
        type(
            where,
            columns,
            () -> expressions.compile(text, columns.keySet(), ProfileLookup.none())));
  }

  private static void requireCondition(String where, String text, DataType type) {
    if (!type.equals(DataTypes.BooleanType)) {
      throw Problem.badInput(
          "%s: '%s' is of type %s, expected a condition, that is boolean"
              .formatted(where, text, type.sql().toLowerCase(java.util.Locale.ROOT)));
    }
  }

  private Column reject(String when) {
    return expressions.compile(when, dataset.fields().keySet());
  }

  private void clean(Dataset.CleanRule rule, Map<String, FieldType> columns) {
    String where = rule.position() + ": " + rule.column();
    type(
        where,
        columns,
        () ->
            expressions
                .compile(rule.expression(), columns.keySet(), ProfileLookup.none())
                .cast(rule.type().sqlName()));
  }

  private DataType type(String where, Map<String, FieldType> columns, Supplier<Column> column) {
    return type(where, row(columns), column);
  }

  private DataType type(String where, StructType row, Supplier<Column> column) {
    try {
      return session
          .createDataFrame(List.of(), row)
          .select(column.get())
          .schema()
          .apply(0)
          .dataType();
    } catch (Expressions.Refused e) {
      throw Problem.badInput(where + ": " + e.getMessage(), e);
    } catch (Exception e) {
      // Scala declares no checked exceptions: AnalysisException is one to Java.
      if (e instanceof AnalysisException bad) {
        throw Problem.badInput(where + ": " + Expressions.Refused.because(bad).getMessage(), bad);
      }
      throw e instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(e);
    }
  }

  private static StructType row(Map<String, FieldType> columns) {
    StructType type = new StructType();
    for (Map.Entry<String, FieldType> column : columns.entrySet()) {
      type = type.add(column.getKey(), DataType.fromDDL(column.getValue().sqlName()));
    }
    for (String identity : List.of("_identity_high", "_identity_low", "_offset")) {
      type = type.add(identity, DataTypes.LongType);
    }
    return type.add("_partition", DataTypes.IntegerType);
  }
}

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
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;
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
      DataType type =
          type(rule.position() + ": reject", dataset.fields(), () -> reject(rule.when()));
      if (!type.equals(DataTypes.BooleanType)) {
        throw Problem.badInput(
            "%s: reject: '%s' is of type %s, expected a condition, that is boolean"
                .formatted(
                    rule.position(), rule.when(), type.sql().toLowerCase(java.util.Locale.ROOT)));
      }
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
  }

  private Column reject(String when) {
    return expressions.compile(when, dataset.fields().keySet(), ProfileLookup.none());
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
    for (String learned : profiles(where, rule)) {
      DataType type =
          type(
              where,
              dataset.fields(),
              () -> Expressions.aggregate(learned, dataset.fields().keySet()));
      if (!(type instanceof NumericType)) {
        throw Problem.badInput(
            "%s: profile('%s') is of type %s, expected an aggregate that gives a number, such as median(age)"
                .formatted(where, learned, type.sql().toLowerCase(java.util.Locale.ROOT)));
      }
    }
  }

  private static List<String> profiles(String where, Dataset.CleanRule rule) {
    try {
      return Expressions.profiles(rule.expression());
    } catch (Expressions.Refused e) {
      throw Problem.badInput(where + ": " + e.getMessage(), e);
    }
  }

  private DataType type(String where, Map<String, FieldType> columns, Supplier<Column> column) {
    try {
      return empty(columns).select(column.get()).schema().apply(0).dataType();
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

  private org.apache.spark.sql.Dataset<Row> empty(Map<String, FieldType> columns) {
    StructType type = new StructType();
    for (Map.Entry<String, FieldType> column : columns.entrySet()) {
      type = type.add(column.getKey(), DataType.fromDDL(column.getValue().sqlName()));
    }
    for (String identity : List.of("_identity_high", "_identity_low", "_offset")) {
      type = type.add(identity, DataTypes.LongType);
    }
    return session.createDataFrame(List.of(), type.add("_partition", DataTypes.IntegerType));
  }
}

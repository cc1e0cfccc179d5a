package io.anabranch.engine;

import io.anabranch.schemas.Dataset;
import io.anabranch.views.quality.Drift;
import io.anabranch.views.quality.FieldReport;
import io.anabranch.views.quality.Numbers;
import io.anabranch.views.quality.QualityReport;
import io.anabranch.views.quality.Share;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The one row that quality checks read: {@code records}, {@code rejected} and {@code repeats}, and
 * a struct for each field. A field that has one of those three names cannot be checked.
 */
final class CheckRow {
  private static final StructType SHARE =
      new StructType().add("count", DataTypes.LongType).add("share", DataTypes.DoubleType);

  private final List<FieldFigures> fields;

  CheckRow(Dataset dataset) {
    this.fields =
        dataset.fields().keySet().stream().map(field -> new FieldFigures(dataset, field)).toList();
  }

  StructType schema() {
    Map<String, DataType> columns = new LinkedHashMap<>();
    fields.forEach(field -> columns.put(field.field(), schema(field)));
    columns.put("records", DataTypes.LongType);
    columns.put("rejected", SHARE);
    columns.put("repeats", SHARE);
    StructType schema = new StructType();
    for (Map.Entry<String, DataType> column : columns.entrySet()) {
      schema = schema.add(column.getKey(), column.getValue());
    }
    return schema;
  }

  private static StructType schema(FieldFigures field) {
    StructType drift =
        new StructType()
            .add("completeness", DataTypes.DoubleType)
            .add("distinct", DataTypes.DoubleType);
    StructType schema =
        new StructType()
            .add("records", DataTypes.LongType)
            .add("missing", DataTypes.LongType)
            .add("completeness", DataTypes.DoubleType)
            .add("distinct", DataTypes.LongType);
    if (field.isNumeric()) {
      drift = drift.add("distance", DataTypes.DoubleType);
      for (String number : List.of("least", "greatest", "mean", "median")) {
        schema = schema.add(number, DataTypes.DoubleType);
      }
      schema = schema.add("outliers", DataTypes.LongType);
    } else if (field.showsValues()) {
      schema = schema.add("least", DataTypes.StringType).add("greatest", DataTypes.StringType);
    }
    return schema.add("drift", drift);
  }

  /** The row of a report of the same dataset, in the order of {@link #schema}. */
  Row of(QualityReport report) {
    Map<String, Object> values = new LinkedHashMap<>();
    report.fields().forEach(field -> values.put(field.field(), row(field)));
    values.put("records", report.records());
    values.put("rejected", row(report.rejected()));
    values.put("repeats", row(report.repeats()));
    return RowFactory.create(values.values().toArray());
  }

  private static Row row(Share share) {
    return RowFactory.create(share.count(), share.share());
  }

  private Row row(FieldReport report) {
    FieldFigures field =
        fields.stream().filter(f -> f.field().equals(report.field())).findFirst().orElseThrow();
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("records", report.records());
    values.put("missing", report.missing());
    values.put("completeness", report.completeness());
    values.put("distinct", report.distinct());
    if (field.isNumeric()) {
      put(values, report.numbers());
    } else if (field.showsValues()) {
      values.put("least", report.least());
      values.put("greatest", report.greatest());
    }
    values.put("drift", report.drift() == null ? null : row(report.drift(), field.isNumeric()));
    return RowFactory.create(values.values().toArray());
  }

  private static void put(Map<String, Object> values, Numbers numbers) {
    boolean none = numbers == null;
    values.put("least", none ? null : numbers.percentile(0));
    values.put("greatest", none ? null : numbers.percentile(100));
    values.put("mean", none ? null : numbers.mean());
    values.put("median", none ? null : numbers.percentile(50));
    values.put("outliers", none ? null : numbers.outliers());
  }

  private static Row row(Drift drift, boolean isNumeric) {
    Object[] all = {drift.completeness(), drift.distinct(), drift.distance()};
    return RowFactory.create(isNumeric ? all : Arrays.copyOf(all, 2));
  }
}

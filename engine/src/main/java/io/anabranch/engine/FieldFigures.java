package io.anabranch.engine;

import static org.apache.spark.sql.functions.abs;
import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.hll_sketch_agg;
import static org.apache.spark.sql.functions.hll_sketch_estimate;
import static org.apache.spark.sql.functions.kll_sketch_agg_double;
import static org.apache.spark.sql.functions.left;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.FieldType;
import io.anabranch.views.quality.FieldReport;
import io.anabranch.views.quality.FieldReport.Frequent;
import io.anabranch.views.quality.Numbers;
import io.anabranch.views.quality.Share;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.datasketches.kll.KllDoublesSketch;
import org.apache.datasketches.memory.Memory;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;

/** What one field adds to the pass over a run's records, and how its report is read from that. */
final class FieldFigures {
  /** Ranks of the sketch are within 0.4 %; it keeps some 3,000 values. */
  private static final int K = 1000;

  /** log2 of the registers: the number of distinct values is within 2 %. */
  private static final int LG_K = 12;

  private static final int TEXT = 120;
  private static final int FREQUENT = 5;
  private static final int TRACKED = 1000;

  /** A value is frequent if this share of the records has it: twice what the sketch may be off. */
  private static final double FREQUENT_SHARE = 0.01;

  private final String field;
  private final FieldType type;
  private final boolean isPersonal;

  FieldFigures(Dataset dataset, String field) {
    this.field = field;
    this.type = dataset.fields().get(field);
    this.isPersonal = dataset.personal().contains(field);
  }

  String field() {
    return field;
  }

  FieldType type() {
    return type;
  }

  /** Whether its report may show values. */
  boolean showsValues() {
    return !isPersonal;
  }

  /** Whether its report may have numbers. */
  boolean isNumeric() {
    return showsValues() && type.isNumber();
  }

  private boolean isText() {
    return showsValues() && type.kind() == FieldType.Kind.STRING;
  }

  /** The aggregates, under names of their own. */
  List<Column> aggregates() {
    Column value = col(field);
    Map<String, Column> columns = new LinkedHashMap<>();
    columns.put("present", count(value));
    columns.put(
        "distinct",
        hll_sketch_estimate(hll_sketch_agg(when(value.isNotNull(), xxhash64(value)), LG_K)));
    if (showsValues()) {
      columns.put("least", readable(min(value)));
      columns.put("greatest", readable(max(value)));
    }
    if (isNumeric()) {
      Column number = value.cast("double");
      // Infinity and NaN have no place in a histogram, nor in JSON.
      Column finite = when(abs(number).lt(lit(Double.POSITIVE_INFINITY)), number);
      columns.put("mean", avg(finite));
      columns.put("sketch", kll_sketch_agg_double(finite, K));
    }
    if (isText()) {
      String top = "approx_top_k(`%1$s`, %2$s, %3$s) filter (where `%1$s` is not null)";
      columns.put("frequent", expr(top.formatted(field, FREQUENT, TRACKED)));
    }
    List<Column> named = new ArrayList<>();
    columns.forEach((name, column) -> named.add(column.as(name(name))));
    return named;
  }

  private Column readable(Column value) {
    return left(DatasetPlan.text(value, type), lit(TEXT));
  }

  /**
   * The field's report, without drift.
   *
   * @param figures the row of all aggregates
   * @param records that were read
   */
  FieldReport report(Row figures, long records) {
    long present = figures.<Long>getAs(name("present"));
    return new FieldReport(
        field,
        type.sqlName(),
        records,
        records - present,
        Share.of(present, records).share(),
        Math.min(present, figures.<Long>getAs(name("distinct"))),
        showsValues() ? figures.getAs(name("least")) : null,
        showsValues() ? figures.getAs(name("greatest")) : null,
        isText() ? frequent(figures, records) : List.of(),
        isNumeric() ? numbers(figures) : null,
        null);
  }

  private List<Frequent> frequent(Row figures, long records) {
    List<Row> items = figures.getList(figures.fieldIndex(name("frequent")));
    return items.stream()
        .filter(item -> item.getLong(1) >= FREQUENT_SHARE * records)
        .map(item -> new Frequent(cut(item.getString(0)), item.getLong(1)))
        .toList();
  }

  private static String cut(String text) {
    return text.length() > TEXT ? text.substring(0, TEXT) : text;
  }

  private Numbers numbers(Row figures) {
    byte[] bytes = figures.getAs(name("sketch"));
    Double mean = figures.getAs(name("mean"));
    if (bytes == null || mean == null) {
      return null;
    }
    boolean whole = type.kind() == FieldType.Kind.INT || type.kind() == FieldType.Kind.LONG;
    return Numbers.of(KllDoublesSketch.heapify(Memory.wrap(bytes)), mean, whole ? 1 : 0);
  }

  private String name(String figure) {
    return field + " " + figure;
  }
}

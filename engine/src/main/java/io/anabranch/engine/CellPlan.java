package io.anabranch.engine;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.date_format;
import static org.apache.spark.sql.functions.hll_sketch_agg;
import static org.apache.spark.sql.functions.isnan;
import static org.apache.spark.sql.functions.kll_sketch_agg_double;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.make_valid_utf8;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.shiftright;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.unix_date;
import static org.apache.spark.sql.functions.unix_millis;
import static org.apache.spark.sql.functions.unix_seconds;
import static org.apache.spark.sql.functions.when;

import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.FieldType;
import io.anabranch.schemas.View;
import io.anabranch.views.CellKey;
import io.anabranch.views.CellLayout;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.datasketches.hll.HllSketch;
import org.apache.datasketches.kll.KllDoublesSketch;
import org.apache.datasketches.memory.Memory;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.catalyst.expressions.UnscaledValue;
import org.apache.spark.sql.classic.ExpressionUtils;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** What clean rows add to a view, and the view's cells by SQL. */
final class CellPlan {
  static final StructType CELLS =
      new StructType().add("key", DataTypes.BinaryType).add("cell", DataTypes.BinaryType);

  /** log2 of the registers of a distinct sketch, as the views' own folding has it. */
  private static final int LG_K = 12;

  /** Of the parts of a long that are summed one by one: 2^42 of them add up to a long at most. */
  private static final int PART_BITS = 21;

  private CellPlan() {}

  static Column bucket(Dataset dataset, View view) {
    Column time = col(dataset.eventTime());
    boolean date = dataset.cleanColumns().get(dataset.eventTime()).kind() == FieldType.Kind.DATE;
    Column second = date ? unix_date(time).cast("bigint").multiply(86_400L) : unix_seconds(time);
    return second.minus(pmod(second, lit(view.grain().toSeconds())));
  }

  static Column[] dimensions(Dataset dataset, View view) {
    Map<String, FieldType> columns = dataset.cleanColumns();
    return view.dimensions().stream()
        .map(dimension -> dimension(view, col(dimension), columns.get(dimension)))
        .toArray(Column[]::new);
  }

  /** Both layers and every recomputation have their keys' texts from here. */
  private static Column dimension(View view, Column column, FieldType type) {
    Column text = text(column, type);
    return type.kind() == FieldType.Kind.STRING
        ? BoundedText.dimension(text, view.dimensions().size())
        : text;
  }

  /** Spark groups texts by their bytes, Java reads those that are no UTF-8 as U+FFFD. */
  static Column text(Column column, FieldType type) {
    if (type.kind() == FieldType.Kind.STRING) {
      return make_valid_utf8(column);
    } else if (type.kind() != FieldType.Kind.TIMESTAMP) {
      return column.cast("string");
    }
    Column whole = unix_millis(column).mod(1000).equalTo(0L);
    return when(whole, date_format(column, "yyyy-MM-dd'T'HH:mm:ss'Z'"))
        .otherwise(date_format(column, "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'"));
  }

  static Column[] inputs(Dataset dataset, View view) {
    Map<String, FieldType> columns = dataset.cleanColumns();
    return CellLayout.of(view).storedValues().stream()
        .map(stored -> input(stored, columns))
        .toArray(Column[]::new);
  }

  private static Column input(CellLayout.StoredValue stored, Map<String, FieldType> columns) {
    if (stored.column() == null) {
      return lit(1L);
    }
    FieldType type = columns.get(stored.column());
    Column column = value(col(stored.column()), type);
    return switch (stored.function()) {
      case "count_values" -> when(column.isNotNull(), lit(1L));
      case "distinct" -> text(column, type);
      case "quantiles" -> column.cast("double");
      default -> number(column, type);
    };
  }

  /**
   * What of a column is measured. What is no number is no value: Spark's minimum leaves it out,
   * Java's is it. The two zeros are one.
   */
  private static Column value(Column column, FieldType type) {
    return type.kind() == FieldType.Kind.DOUBLE
        ? when(not(isnan(column)), when(column.equalTo(0.0), lit(0.0)).otherwise(column))
        : column;
  }

  private static Column number(Column column, FieldType type) {
    return switch (type.kind()) {
      case DOUBLE -> column;
      case DECIMAL -> ExpressionUtils.column(new UnscaledValue(ExpressionUtils.expression(column)));
      case TIMESTAMP -> unix_millis(column);
      case DATE -> unix_date(column).cast("bigint");
      default -> column.cast("bigint");
    };
  }

  static org.apache.spark.sql.Dataset<Row> aggregate(
      Dataset dataset, org.apache.spark.sql.Dataset<Row> clean, View view) {
    List<CellLayout.StoredValue> stored = CellLayout.of(view).storedValues();
    Column[] dimensions = dimensions(dataset, view);
    Column[] inputs = inputs(dataset, view);
    List<Column> columns = new ArrayList<>(List.of(bucket(dataset, view).as("b")));
    List<Column> keys = new ArrayList<>(List.of(col("b")));
    for (int i = 0; i < dimensions.length; i++) {
      columns.add(dimensions[i].as("d" + i));
      keys.add(col("d" + i));
    }
    List<Column> values = new ArrayList<>();
    for (int i = 0; i < inputs.length; i++) {
      columns.add(inputs[i].as("v" + i));
      values.add(fold(stored.get(i), col("v" + i)).as("s" + i));
    }
    PortableView portable = PortableView.of(view);
    MapFunction<Row, Row> cell = row -> cell(portable, row);
    return clean
        .select(columns.toArray(Column[]::new))
        .where(col("b").isNotNull())
        .groupBy(keys.toArray(Column[]::new))
        .agg(values.get(0), values.subList(1, values.size()).toArray(Column[]::new))
        .map(cell, Encoders.row(CELLS));
  }

  private static Column fold(CellLayout.StoredValue stored, Column input) {
    Column any = count(input).gt(0);
    boolean exact = stored.type().kind() != FieldType.Kind.DOUBLE;
    return switch (stored.function()) {
      case "count_records", "count_values" -> count(input);
      case "sum" -> exact ? when(any, exactSum(input)) : sum(input);
      case "min" -> min(input);
      case "max" -> max(input);
      case "distinct" -> when(any, hll_sketch_agg(input, LG_K));
      case "quantiles" -> when(any, kll_sketch_agg_double(input));
      default -> throw new IllegalStateException("no plan for " + stored.function());
    };
  }

  /**
   * The sums of three parts of each long, the highest first. To add longs is several times as fast
   * as to add decimals, and Spark's own sum of longs wraps around in silence.
   */
  private static Column exactSum(Column input) {
    Column mask = lit((1L << PART_BITS) - 1);
    return struct(
        sum(shiftright(input, 2 * PART_BITS)),
        sum(shiftright(input, PART_BITS).bitwiseAND(mask)),
        sum(input.bitwiseAND(mask)));
  }

  private static Object exactSum(Row parts) {
    BigInteger total = BigInteger.ZERO;
    for (int i = 0; i < parts.size(); i++) {
      total = total.shiftLeft(PART_BITS).add(BigInteger.valueOf(parts.getLong(i)));
    }
    return CellLayout.sum(total);
  }

  private static Row cell(PortableView view, Row row) {
    CellLayout layout = view.layout();
    int dimensions = layout.view().dimensions().size();
    String[] texts = new String[dimensions];
    for (int i = 0; i < dimensions; i++) {
      texts[i] = row.getString(i + 1);
    }
    Object[] cell = layout.empty();
    for (int i = 0; i < cell.length; i++) {
      cell[i] = state(view.function(i), row.get(dimensions + 1 + i));
    }
    return RowFactory.create(
        CellKey.of(layout.id(), row.getLong(0), texts).bytes(), layout.encode(cell).bytes());
  }

  private static Object state(String function, Object value) {
    if (value == null) {
      return null;
    }
    return switch (function) {
      case "distinct" -> HllSketch.heapify(Memory.wrap((byte[]) value));
      case "quantiles" -> KllDoublesSketch.heapify(Memory.wrap((byte[]) value));
      case "sum" -> value instanceof Row parts ? exactSum(parts) : value;
      default -> value;
    };
  }
}

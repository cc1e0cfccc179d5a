package io.anabranch.engine;

import io.anabranch.schemas.FieldType;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.analysis.UnresolvedFunction;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.classic.ExpressionUtils;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampType;
import scala.jdk.javaapi.CollectionConverters;

/**
 * What stands within {@code profile('...')}: an aggregate over the schema's fields. Its value does
 * not depend on the order in which records are met, so that everybody who learns from the same
 * records learns the same: of values that are equally frequent {@code mode} takes the least,
 * nothing adds doubles, and {@code median} and {@code percentile} of anything but doubles and small
 * integers give a value of the data.
 */
final class ProfileAggregates {
  private static final BigDecimal HALF = new BigDecimal("0.5");

  private final SparkSession session;
  private final StructType fields;
  private final Map<String, DataType> types = new ConcurrentHashMap<>();

  ProfileAggregates(SparkSession session, Map<String, FieldType> fields) {
    this.session = session;
    StructType row = new StructType();
    for (Map.Entry<String, FieldType> field : fields.entrySet()) {
      row = row.add(field.getKey(), DataType.fromDDL(field.getValue().sqlName()));
    }
    this.fields = row;
  }

  /**
   * The aggregate, to be applied to the schema's fields.
   *
   * @throws Expressions.Refused if it is wrong, or may depend on the order of records
   */
  Column column(String text) {
    Expression parsed = Expressions.parse(text);
    Allowed.check(parsed, List.of(fields.fieldNames()), Allowed.Use.AGGREGATE);
    if (!parsed.exists(Allowed::isLearned)) {
      throw new Expressions.Refused(
          "profile('%s') is a value of one record, expected an aggregate such as median(age)"
              .formatted(text));
    }
    return ExpressionUtils.column(parsed.transformUp(new Rewriting(this::ordered)));
  }

  /**
   * The type of the aggregate's value.
   *
   * @throws Expressions.Refused if it is wrong, or no single value
   */
  DataType type(String text) {
    return types.computeIfAbsent(text, this::analysed);
  }

  private DataType analysed(String text) {
    DataType type = analysed(() -> none().agg(column(text)));
    boolean single =
        type instanceof NumericType
            || type instanceof StringType
            || type instanceof BooleanType
            || type instanceof DateType
            || type instanceof TimestampType;
    if (!single) {
      throw new Expressions.Refused(
          "profile('%s') is of type %s, expected a single number, text, boolean, date or time"
              .formatted(text, name(type)));
    }
    return type;
  }

  /** A call whose value does not depend on the order of records. */
  private Expression ordered(Expression node) {
    if (!(node instanceof UnresolvedFunction call) || call.nameParts().size() != 1) {
      return node;
    }
    return switch (call.nameParts().apply(0).toLowerCase(Locale.ROOT)) {
      case "mode" -> {
        requirePlain(call, 1, "mode(field)");
        yield with(call, List.of(call.arguments().apply(0), expression(functions.lit(true))));
      }
      case "avg", "mean" -> mean(call);
      case "sum" -> {
        requireExact(call, argumentType(call));
        yield call;
      }
      case "median" -> percentile(call, 1, "median(field)");
      case "percentile" -> percentile(call, 2, "percentile(field, 0.95)");
      default -> call;
    };
  }

  private Expression mean(UnresolvedFunction call) {
    DataType type = argumentType(call);
    requireExact(call, type);
    if (type instanceof DecimalType || !(type instanceof NumericType)) {
      return call;
    }
    // Spark adds integers as doubles, and doubles beyond 2^53 skip some.
    Column whole = ExpressionUtils.column(call.arguments().apply(0)).cast("decimal(20,0)");
    return with(call, List.of(expression(whole)));
  }

  private static void requireExact(UnresolvedFunction call, DataType type) {
    if (type instanceof DoubleType || type instanceof FloatType) {
      String argument = call.arguments().apply(0).sql();
      throw new Expressions.Refused(
          "'%s' adds doubles, which depends on their order: cast them first, as in cast(%s as decimal(18,6))"
              .formatted(call.sql(), argument));
    }
  }

  private Expression percentile(UnresolvedFunction call, int arguments, String form) {
    requirePlain(call, arguments, form);
    DataType type = argumentType(call);
    Column values = ExpressionUtils.column(call.arguments().apply(0));
    if (type instanceof LongType || type instanceof DecimalType) {
      return expression(ofValues(call, values, type));
    } else if (type instanceof DateType) {
      Column day = ofValues(call, functions.unix_date(values).cast("bigint"), DataTypes.LongType);
      return expression(functions.date_from_unix_date(day.cast("int")));
    } else if (type instanceof TimestampType) {
      Column micros = ofValues(call, functions.unix_micros(values), DataTypes.LongType);
      return expression(functions.timestamp_micros(micros));
    } else if (type instanceof NumericType) {
      return call;
    }
    throw new Expressions.Refused(
        "'%s' is asked of values of type %s, expected numbers, dates or times"
            .formatted(call.sql(), name(type)));
  }

  private static Column ofValues(UnresolvedFunction call, Column values, DataType type) {
    StructType row = new StructType().add("value", type);
    PercentileOfValues percentile = new PercentileOfValues(part(call), row);
    return functions.udaf(percentile, Encoders.row(row)).apply(values).getField("value");
  }

  private static BigDecimal part(UnresolvedFunction call) {
    if (call.arguments().size() == 1) {
      return HALF;
    }
    if (call.arguments().apply(1) instanceof Literal literal
        && literal.dataType() instanceof NumericType
        && literal.value() != null) {
      BigDecimal part = new BigDecimal(literal.value().toString());
      if (part.signum() >= 0 && part.compareTo(BigDecimal.ONE) <= 0) {
        return part;
      }
    }
    throw new Expressions.Refused(
        "'%s': expected a number from 0 to 1, as in percentile(field, 0.95)".formatted(call.sql()));
  }

  private static void requirePlain(UnresolvedFunction call, int arguments, String form) {
    boolean plain =
        call.arguments().size() == arguments
            && !call.isDistinct()
            && call.filter().isEmpty()
            && call.orderingWithinGroup().isEmpty();
    if (!plain) {
      throw new Expressions.Refused("'%s': expected the form %s".formatted(call.sql(), form));
    }
  }

  private DataType argumentType(UnresolvedFunction call) {
    if (call.arguments().isEmpty()) {
      throw new Expressions.Refused("'%s': expected a field".formatted(call.sql()));
    }
    Column argument = ExpressionUtils.column(call.arguments().apply(0));
    return analysed(() -> none().select(argument));
  }

  private DataType analysed(java.util.function.Supplier<org.apache.spark.sql.Dataset<Row>> rows) {
    try {
      return rows.get().schema().apply(0).dataType();
    } catch (Exception e) {
      // Scala declares no checked exceptions: AnalysisException is one to Java.
      throw e instanceof AnalysisException bad
          ? Expressions.Refused.because(bad)
          : Expressions.asUnchecked(e);
    }
  }

  private org.apache.spark.sql.Dataset<Row> none() {
    return session.createDataFrame(List.of(), fields);
  }

  private static UnresolvedFunction with(UnresolvedFunction call, List<Expression> arguments) {
    return call.copy(
        call.nameParts(),
        CollectionConverters.asScala(new ArrayList<>(arguments)).toSeq(),
        call.isDistinct(),
        call.filter(),
        call.ignoreNulls(),
        call.orderingWithinGroup(),
        call.isInternal());
  }

  private Expression expression(Column column) {
    return Expressions.expression(session, column);
  }

  private static String name(DataType type) {
    return type.sql().toLowerCase(Locale.ROOT);
  }
}

package io.anabranch.serving.sql;

import io.anabranch.schemas.Measure;
import io.anabranch.schemas.View;
import io.anabranch.serving.cells.Answer;
import io.anabranch.serving.cells.CellQuery;
import io.anabranch.serving.cells.Grain;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.sql.type.SqlTypeName;

/**
 * A column of a table of cells.
 *
 * @param measure the measure that it shows, if it shows one
 * @param value its value, as Calcite holds values: timestamps as epoch milliseconds, dates as epoch
 *     days
 */
record Column(
    String name,
    Optional<Measure> measure,
    Function<RelDataTypeFactory, RelDataType> type,
    Function<Answer.Row, Object> value) {
  static final String BUCKET = "bucket";

  /** Digits of a long: what a value of decimals may have. */
  private static final int LONG_DIGITS = 19;

  /** Digits of a sum that may leave 64 bits: all that SQL has. */
  private static final int SUM_DIGITS = 38;

  /** What an average has more than its input. */
  private static final int AVERAGE_DIGITS = 3;

  private static final int MILLISECONDS = 3;

  /** The columns of a query's rows: dimensions, bucket, grain, measures, as REST names them. */
  static List<Column> of(CellQuery query) {
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < query.by().size(); i++) {
      int place = i;
      columns.add(
          plain(query.by().get(i), nullable(Column::text), r -> r.key().dimensions().get(place)));
    }
    boolean one = query.grain().kind() == Grain.Kind.ALL;
    columns.add(
        plain(
            BUCKET,
            one ? nullable(Column::second) : Column::second,
            row -> one ? null : (Object) (row.key().bucket() * 1000)));
    View view = query.view();
    if (!view.dimensions().contains("grain") && !view.measures().containsKey("grain")) {
      columns.add(plain("grain", Column::text, row -> query.grain().text()));
    }
    view.measures().values().forEach(measure -> columns.add(of(measure)));
    return columns;
  }

  private static Column of(Measure measure) {
    return new Column(
        measure.name(),
        Optional.of(measure),
        type(measure),
        row -> value(measure, row.measures().get(measure.name())));
  }

  private static Column plain(
      String name,
      Function<RelDataTypeFactory, RelDataType> type,
      Function<Answer.Row, Object> value) {
    return new Column(name, Optional.empty(), type, value);
  }

  private static Function<RelDataTypeFactory, RelDataType> type(Measure measure) {
    if (measure.mayLeaveLong()) {
      int scale = measure.type().scale();
      return nullable(types -> types.createSqlType(SqlTypeName.DECIMAL, SUM_DIGITS, scale));
    }
    return switch (measure.kind()) {
      case COUNT, DISTINCT -> types -> types.createSqlType(SqlTypeName.BIGINT);
      case SUM, MIN, MAX -> nullable(types -> ofInput(types, measure, 0));
      case AVG -> nullable(types -> ofInput(types, measure, AVERAGE_DIGITS));
      case QUANTILES -> types -> types.createArrayType(types.createSqlType(SqlTypeName.DOUBLE), -1);
    };
  }

  /** The type of a value that is made of inputs of one type. */
  private static RelDataType ofInput(RelDataTypeFactory types, Measure measure, int moreDigits) {
    return switch (measure.type().kind()) {
      case DOUBLE -> types.createSqlType(SqlTypeName.DOUBLE);
      case TIMESTAMP -> types.createSqlType(SqlTypeName.TIMESTAMP, MILLISECONDS);
      case DATE -> types.createSqlType(SqlTypeName.DATE);
      case DECIMAL ->
          types.createSqlType(
              SqlTypeName.DECIMAL, LONG_DIGITS + moreDigits, measure.type().scale() + moreDigits);
      default ->
          moreDigits == 0
              ? types.createSqlType(SqlTypeName.BIGINT)
              : types.createSqlType(SqlTypeName.DECIMAL, LONG_DIGITS + moreDigits, moreDigits);
    };
  }

  private static Function<RelDataTypeFactory, RelDataType> nullable(
      Function<RelDataTypeFactory, RelDataType> type) {
    return types -> types.createTypeWithNullability(type.apply(types), true);
  }

  static RelDataType text(RelDataTypeFactory types) {
    return types.createSqlType(SqlTypeName.VARCHAR);
  }

  private static RelDataType second(RelDataTypeFactory types) {
    return types.createSqlType(SqlTypeName.TIMESTAMP, 0);
  }

  private static Object value(Measure measure, Object served) {
    if (measure.mayLeaveLong() && served != null) {
      return new BigDecimal(served.toString());
    } else if (served instanceof Instant instant) {
      return instant.toEpochMilli();
    }
    return served instanceof LocalDate date ? (Object) (int) date.toEpochDay() : served;
  }
}

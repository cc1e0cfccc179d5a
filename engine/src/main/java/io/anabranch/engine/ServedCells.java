package io.anabranch.engine;

import static org.apache.spark.sql.functions.col;

import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.FieldType;
import io.anabranch.schemas.Measure;
import io.anabranch.schemas.View;
import io.anabranch.views.CellKey;
import io.anabranch.views.CellLayout;
import io.anabranch.views.EncodedCell;
import java.math.BigDecimal;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StructType;

/** Cells to the rows that people read. */
final class ServedCells {
  private ServedCells() {}

  static org.apache.spark.sql.Dataset<Row> of(
      Dataset dataset, org.apache.spark.sql.Dataset<Row> cells, View view) {
    StructType type = new StructType();
    List<Column> columns = new ArrayList<>();
    Map<String, FieldType> known = dataset.cleanColumns();
    for (String dimension : view.dimensions()) {
      type = type.add(dimension, DataTypes.StringType);
      columns.add(col(dimension).cast(known.get(dimension).sqlName()).as(dimension));
    }
    type = type.add("bucket", DataTypes.TimestampType);
    columns.add(col("bucket"));
    for (Measure measure : view.measures().values()) {
      type = type.add(measure.name(), type(measure));
      columns.add(col(measure.name()));
    }
    PortableView portable = PortableView.of(view);
    MapFunction<Row, Row> serve = row -> served(portable.layout(), row);
    return cells.map(serve, Encoders.row(type)).select(columns.toArray(Column[]::new));
  }

  /**
   * The type of a served measure: sums that may leave 64 bits get all the digits that there are,
   * other decimals those of 64 bits.
   */
  private static DataType type(Measure measure) {
    FieldType type = measure.type();
    int scale = type.scale();
    if (measure.mayLeaveLong()) {
      return DataTypes.createDecimalType(DecimalType.MAX_PRECISION(), scale);
    }
    boolean isDouble = type.kind() == FieldType.Kind.DOUBLE;
    return switch (measure.kind()) {
      case COUNT, DISTINCT -> DataTypes.LongType;
      case QUANTILES -> DataTypes.createArrayType(DataTypes.DoubleType);
      case AVG -> isDouble ? DataTypes.DoubleType : DataTypes.createDecimalType(22, scale + 3);
      case SUM, MIN, MAX ->
          switch (type.kind()) {
            case DOUBLE -> DataTypes.DoubleType;
            case DECIMAL -> DataTypes.createDecimalType(19, scale);
            case TIMESTAMP -> DataTypes.TimestampType;
            case DATE -> DataTypes.DateType;
            default -> DataTypes.LongType;
          };
    };
  }

  private static Row served(CellLayout layout, Row row) {
    CellKey key = CellKey.ofBytes(row.getAs(0));
    List<Object> values = new ArrayList<>(key.dimensions());
    values.add(Timestamp.from(Instant.ofEpochSecond(key.bucket())));
    Map<String, Object> served = layout.measures(layout.decode(EncodedCell.of(row.getAs(1))));
    for (Measure measure : layout.view().measures().values()) {
      Object value = external(served.get(measure.name()));
      values.add(measure.mayLeaveLong() ? decimal(value) : value);
    }
    return RowFactory.create(values.toArray());
  }

  private static BigDecimal decimal(Object sum) {
    return sum == null ? null : new BigDecimal(sum.toString());
  }

  private static Object external(Object value) {
    if (value instanceof Instant instant) {
      return Timestamp.from(instant);
    } else if (value instanceof LocalDate date) {
      return Date.valueOf(date);
    } else if (value instanceof List<?> quantiles) {
      return quantiles.stream().map(Double.class::cast).toArray(Double[]::new);
    } else if (value instanceof BigDecimal decimal) {
      return decimal;
    }
    return value;
  }
}

package io.anabranch.engine;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Encoder;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.expressions.Aggregator;
import org.apache.spark.sql.types.StructType;

/**
 * The least value of the data that is as great as the given part of all values, as SQL's
 * percentile_disc has it. Spark's own goes by way of doubles, which hold neither all longs nor all
 * decimals. Missing values do not count. Keeps each distinct value once.
 */
final class PercentileOfValues extends Aggregator<Row, Map<Object, Long>, Row> {
  private final BigDecimal part;
  private final StructType type;

  /**
   * A percentile.
   *
   * @param part from 0 to 1
   * @param type one column of values that Java compares as SQL does: bigint or decimal
   */
  PercentileOfValues(BigDecimal part, StructType type) {
    this.part = part;
    this.type = type;
  }

  @Override
  public Map<Object, Long> zero() {
    return new HashMap<>();
  }

  @Override
  public Map<Object, Long> reduce(Map<Object, Long> counts, Row value) {
    if (!value.isNullAt(0)) {
      counts.merge(value.get(0), 1L, Long::sum);
    }
    return counts;
  }

  @Override
  public Map<Object, Long> merge(Map<Object, Long> counts, Map<Object, Long> others) {
    others.forEach((value, count) -> counts.merge(value, count, Long::sum));
    return counts;
  }

  @Override
  public Row finish(Map<Object, Long> counts) {
    long all = counts.values().stream().mapToLong(Long::longValue).sum();
    long rank =
        part.multiply(BigDecimal.valueOf(all)).setScale(0, RoundingMode.CEILING).longValueExact();
    long passed = 0;
    for (Map.Entry<Object, Long> value : new TreeMap<>(counts).entrySet()) {
      passed += value.getValue();
      if (passed >= rank) {
        return RowFactory.create(value.getKey());
      }
    }
    return RowFactory.create(new Object[] {null});
  }

  @Override
  @SuppressWarnings({"unchecked", "rawtypes"}) // a class object knows no type arguments
  public Encoder<Map<Object, Long>> bufferEncoder() {
    return (Encoder) Encoders.kryo(Map.class);
  }

  @Override
  public Encoder<Row> outputEncoder() {
    return Encoders.row(type);
  }
}

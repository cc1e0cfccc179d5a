package io.anabranch.views;

import io.anabranch.schemas.FieldType;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;

/**
 * The operations of one {@link Aggregate} on its state. Merge is associative and commutative; null
 * stands for the identity and is handled by the caller of {@link #merge}.
 */
interface AggregateState {
  /**
   * The state after one more value; a null value changes nothing, except for a count of records.
   */
  Object update(Object state, Object input);

  Object merge(Object into, Object from);

  /** A state that shares nothing with the given one. */
  Object copy(Object state);

  byte[] encode(Object state);

  /**
   * Reads what {@link #encode} wrote, its first byte included.
   *
   * @throws IllegalArgumentException if the bytes are no such state
   */
  Object decode(ByteBuffer in);

  /** The value that is served; the state may be null. */
  Object finish(Object state);

  static AggregateState of(Aggregate aggregate) {
    return switch (aggregate.kind()) {
      case COUNT_RECORDS -> new Count(true);
      case COUNT_VALUES -> new Count(false);
      case SUM ->
          aggregate.isDouble() ? new DoubleFold(Double::sum) : new ExactSum(aggregate.type());
      case MIN ->
          aggregate.isDouble()
              ? new DoubleFold(Math::min)
              : new LongFold(Math::min, aggregate.type());
      case MAX ->
          aggregate.isDouble()
              ? new DoubleFold(Math::max)
              : new LongFold(Math::max, aggregate.type());
      case DISTINCT -> new DistinctSketch();
      case QUANTILES -> new QuantilesSketch();
    };
  }

  /** The average of a sum and a count; null if there was no value. */
  static Object average(Aggregate sum, Object total, Long count) {
    if (total == null || count == null || count == 0) {
      return null;
    }
    if (sum.isDouble()) {
      return (Double) total / count;
    }
    int scale = sum.type().scale();
    return new BigDecimal(ExactSum.wide(total), scale)
        .divide(BigDecimal.valueOf(count), scale + 3, RoundingMode.HALF_UP);
  }

  /** Counts; never null once a cell exists, so that no record reads as 0. */
  record Count(boolean everyRecord) implements AggregateState {
    @Override
    public Object update(Object state, Object input) {
      long before = state == null ? 0 : (Long) state;
      return everyRecord || input != null ? before + 1 : (Long) before;
    }

    @Override
    public Object merge(Object into, Object from) {
      return (Long) into + (Long) from;
    }

    @Override
    public Object copy(Object state) {
      return state;
    }

    @Override
    public byte[] encode(Object state) {
      return EightBytes.encode((Long) state);
    }

    @Override
    public Object decode(ByteBuffer in) {
      return EightBytes.decode(in);
    }

    @Override
    public Object finish(Object state) {
      return state == null ? 0L : state;
    }
  }

  /** Min or max over longs; decimals are unscaled. */
  record LongFold(java.util.function.LongBinaryOperator operator, FieldType type)
      implements AggregateState {
    @Override
    public Object update(Object state, Object input) {
      return input == null ? state : state == null ? input : merge(state, input);
    }

    @Override
    public Object merge(Object into, Object from) {
      return operator.applyAsLong((Long) into, (Long) from);
    }

    @Override
    public Object copy(Object state) {
      return state;
    }

    @Override
    public byte[] encode(Object state) {
      return EightBytes.encode((Long) state);
    }

    @Override
    public Object decode(ByteBuffer in) {
      return EightBytes.decode(in);
    }

    @Override
    public Object finish(Object state) {
      if (state == null) {
        return null;
      }
      return switch (type.kind()) {
        case DECIMAL -> BigDecimal.valueOf((Long) state, type.scale());
        case TIMESTAMP -> Instant.ofEpochMilli((Long) state);
        case DATE -> LocalDate.ofEpochDay((Long) state);
        default -> state;
      };
    }
  }

  /** Sum, min or max over doubles. */
  record DoubleFold(java.util.function.DoubleBinaryOperator operator) implements AggregateState {
    @Override
    public Object update(Object state, Object input) {
      return input == null ? state : state == null ? input : merge(state, input);
    }

    @Override
    public Object merge(Object into, Object from) {
      return operator.applyAsDouble((Double) into, (Double) from);
    }

    @Override
    public Object copy(Object state) {
      return state;
    }

    @Override
    public byte[] encode(Object state) {
      return EightBytes.encode(Double.doubleToLongBits((Double) state));
    }

    @Override
    public Object decode(ByteBuffer in) {
      return Double.longBitsToDouble(EightBytes.decode(in));
    }

    @Override
    public Object finish(Object state) {
      return state;
    }
  }
}

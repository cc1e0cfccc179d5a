package io.anabranch.views;

import io.anabranch.schemas.FieldType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;

/**
 * Sum of longs; decimals are unscaled. Its state is a Long wherever the sum fits 64 bits, else a
 * BigInteger of at most 128 bits: more would take 2^64 values. A sum is thus held, and written, in
 * one way only, in whatever order its values came.
 */
record ExactSum(FieldType type) implements AggregateState {
  private static final byte WIDE = 3;
  private static final int WIDE_BYTES = 16;

  @Override
  public Object update(Object state, Object input) {
    return input == null ? state : state == null ? input : merge(state, input);
  }

  @Override
  public Object merge(Object into, Object from) {
    if (into instanceof Long left && from instanceof Long right) {
      long sum = left + right;
      boolean fits = ((left ^ sum) & (right ^ sum)) >= 0;
      if (fits) {
        return sum;
      }
    }
    return of(wide(into).add(wide(from)));
  }

  /** The state of a sum. */
  static Object of(BigInteger sum) {
    return sum.bitLength() < Long.SIZE ? (Object) sum.longValue() : sum;
  }

  /** The number that a state is. */
  static BigInteger wide(Object state) {
    return state instanceof Long sum ? BigInteger.valueOf(sum) : (BigInteger) state;
  }

  @Override
  public Object copy(Object state) {
    return state;
  }

  @Override
  public byte[] encode(Object state) {
    return state instanceof Long sum ? EightBytes.encode(sum) : encode((BigInteger) state);
  }

  private static byte[] encode(BigInteger sum) {
    byte[] bytes = sum.toByteArray();
    if (bytes.length > WIDE_BYTES) {
      throw new ArithmeticException("a sum that leaves 128 bits: " + sum);
    }
    ByteBuffer out = ByteBuffer.allocate(1 + WIDE_BYTES).put(WIDE);
    for (int i = bytes.length; i < WIDE_BYTES; i++) {
      out.put((byte) (sum.signum() < 0 ? -1 : 0));
    }
    return out.put(bytes).array();
  }

  @Override
  public Object decode(ByteBuffer in) {
    if (in.get(in.position()) != WIDE) {
      return EightBytes.decode(in);
    }
    byte[] bytes = new byte[WIDE_BYTES];
    in.get();
    in.get(bytes);
    BigInteger sum = new BigInteger(bytes);
    if (of(sum) instanceof Long) {
      throw new IllegalArgumentException("a sum of 16 bytes that fits 8: " + sum);
    }
    return sum;
  }

  @Override
  public Object finish(Object state) {
    return state != null && type.kind() == FieldType.Kind.DECIMAL
        ? new BigDecimal(wide(state), type.scale())
        : state;
  }
}

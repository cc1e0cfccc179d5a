package io.anabranch.serving;

import java.math.BigDecimal;
import java.time.temporal.Temporal;

/** How a served value stands in JSON: decimals and times as text, the rest as it is. */
public final class ServedValue {
  private ServedValue() {}

  public static Object json(Object value) {
    if (value instanceof BigDecimal decimal) {
      return decimal.toPlainString();
    }
    return value instanceof Temporal ? value.toString() : value;
  }
}

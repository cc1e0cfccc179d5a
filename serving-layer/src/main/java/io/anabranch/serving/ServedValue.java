package io.anabranch.serving;

import io.anabranch.views.CellLayout;
import java.math.BigDecimal;
import java.time.temporal.Temporal;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Values of measures as they are served. */
public final class ServedValue {
  private ServedValue() {}

  /** Whether two cells of a view say the same, their quantiles as far as sketches tell. */
  public static boolean areSame(CellLayout layout, Object[] left, Object[] right) {
    return areSame(layout.measures(left), layout.measures(right))
        && layout.quantilesAgree(left, right);
  }

  /**
   * Whether the measures of two cells say the same: doubles within a relative 1e-9 (their sums
   * depend on the order), quantiles only by whether there are any (their merging is randomised),
   * all others by their values.
   */
  public static boolean areSame(Map<String, Object> left, Map<String, Object> right) {
    return left.entrySet().stream().allMatch(e -> isSame(e.getValue(), right.get(e.getKey())));
  }

  private static boolean isSame(Object left, Object right) {
    if (left instanceof Double a && right instanceof Double b) {
      return isNear(a, b);
    }
    if (left instanceof List<?> a && right instanceof List<?> b) {
      return a.isEmpty() == b.isEmpty();
    }
    return Objects.equals(left, right);
  }

  /** Infinities, and what is no number, are near to themselves alone. */
  private static boolean isNear(double left, double right) {
    double difference = Math.abs(left - right);
    return Double.compare(left, right) == 0
        || (Double.isFinite(difference)
            && difference <= 1e-9 * Math.max(Math.abs(left), Math.abs(right)));
  }

  /** How a value stands in JSON: decimals and times as text, the rest as it is. */
  public static Object json(Object value) {
    if (value instanceof BigDecimal decimal) {
      return decimal.toPlainString();
    }
    return value instanceof Temporal ? value.toString() : value;
  }
}

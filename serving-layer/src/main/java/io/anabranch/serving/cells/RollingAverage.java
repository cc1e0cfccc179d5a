package io.anabranch.serving.cells;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * The mean of a decimal measure over a window that ends with each bucket. Buckets without a value
 * count for nothing: neither as a zero, nor as a point of their own.
 *
 * @param bucket start of the window's last bucket, epoch seconds
 * @param average with three digits more than the measure, half up
 * @param buckets of how many buckets it is the mean: fewer than the window holds where some have no
 *     value
 */
public record RollingAverage(long bucket, BigDecimal average, int buckets) {
  private static final int MORE_DIGITS = 3;

  private record Value(long bucket, BigDecimal value) {}

  /**
   * The averages of an answer's rows.
   *
   * @param answer one row for each bucket
   * @param window from the start of its first bucket to the end of its last
   * @param from the first bucket that gets a point, epoch seconds; earlier rows only fill windows
   */
  public static List<RollingAverage> of(Answer answer, String measure, Duration window, long from) {
    List<RollingAverage> averages = new ArrayList<>();
    ArrayDeque<Value> held = new ArrayDeque<>();
    BigDecimal sum = BigDecimal.ZERO;
    for (Answer.Row row : answer.rows(0, answer.size())) {
      if (row.measures().get(measure) instanceof BigDecimal value) {
        long bucket = row.key().bucket();
        held.addLast(new Value(bucket, value));
        sum = sum.add(value);
        while (held.getFirst().bucket() <= bucket - window.toSeconds()) {
          sum = sum.subtract(held.removeFirst().value());
        }
        if (bucket >= from) {
          averages.add(new RollingAverage(bucket, mean(sum, held.size()), held.size()));
        }
      }
    }
    return averages;
  }

  private static BigDecimal mean(BigDecimal sum, int count) {
    return sum.divide(BigDecimal.valueOf(count), sum.scale() + MORE_DIGITS, RoundingMode.HALF_UP);
  }
}

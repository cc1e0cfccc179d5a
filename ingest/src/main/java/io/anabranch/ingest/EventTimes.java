package io.anabranch.ingest;

import io.anabranch.schemas.Generation;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * When made-up records happen, as a function of their numbers. Busy days and hours get their share
 * of the records; time does not go back but for the jitter. Not safe for several threads.
 */
final class EventTimes {
  private static final double DAY_MS = 86_400_000;
  private static final double HOUR_MS = 3_600_000;
  private static final int HOURS = 24;

  private final Generation.Time time;
  private final double[] hours;
  private final double[] months;

  /** How many days of average business lie before each day; it grows as it is asked for. */
  private double[] days = {0};

  EventTimes(Generation.Time time) {
    this.time = time;
    this.months = aroundOne(time.months(), 12);
    double[] weights = aroundOne(time.hours(), HOURS);
    this.hours = new double[HOURS + 1];
    for (int hour = 0; hour < HOURS; hour++) {
      hours[hour + 1] = hours[hour] + weights[hour] / HOURS;
    }
  }

  /** Weights with a mean of 1. */
  private static double[] aroundOne(List<Integer> weights, int parts) {
    List<Integer> given = weights.isEmpty() ? Collections.nCopies(parts, 1) : weights;
    double mean = given.stream().mapToInt(Integer::intValue).average().orElseThrow();
    return given.stream().mapToDouble(weight -> weight / mean).toArray();
  }

  /**
   * The time of the record of that number.
   *
   * @param random says how far back it lies within the jitter
   */
  Instant of(long number, RandomGenerator random) {
    Instant due = time.isWeighted() ? weighted(number) : time.start().plus(steps(number));
    long jitter = time.jitter().dividedBy(time.step());
    return jitter == 0 ? due : due.minus(time.step().multipliedBy(random.nextLong(jitter + 1)));
  }

  /** How far back a late record lies: whole steps, so that a late hour is still an hour. */
  Duration late(Duration by, RandomGenerator random) {
    long steps = by.dividedBy(time.step());
    return time.step().multipliedBy(1 + random.nextLong(Math.max(1, steps)));
  }

  private Duration steps(long number) {
    return time.step().multipliedBy(number / time.every());
  }

  private Instant weighted(long number) {
    double business = steps(number).toMillis() / DAY_MS;
    int day = dayOf(business);
    double ofDay = part(days, day, business);
    int hour = last(hours, ofDay);
    return time.start()
        .plusMillis((long) (day * DAY_MS + (hour + part(hours, hour, ofDay)) * HOUR_MS));
  }

  private int dayOf(double business) {
    while (days[days.length - 1] <= business) {
      int known = days.length;
      days = Arrays.copyOf(days, known * 2);
      LocalDate first = LocalDate.ofInstant(time.start(), ZoneOffset.UTC);
      for (int day = known; day < days.length; day++) {
        days[day] = days[day - 1] + months[first.plusDays(day - 1).getMonthValue() - 1];
      }
    }
    return last(days, business);
  }

  /** Which part of the way from a sum to the next the value has gone, from 0 to 1. */
  private static double part(double[] sums, int at, double value) {
    double width = sums[at + 1] - sums[at];
    return width > 0 ? Math.min(1, (value - sums[at]) / width) : 0;
  }

  /** The last place but one at which no more than the value lies. */
  private static int last(double[] sums, double value) {
    int low = 0;
    int high = sums.length - 2;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (sums[middle] <= value) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }
}

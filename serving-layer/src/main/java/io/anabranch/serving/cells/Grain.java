package io.anabranch.serving.cells;

import io.anabranch.runtime.Problem;
import io.anabranch.schemas.View;
import io.anabranch.views.Buckets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;

/**
 * The width of the buckets of an answer: a fixed number of seconds, aligned to
 * 1970-01-01T00:00:00Z; calendar months, UTC; or one bucket for the whole range.
 *
 * @param text as it was asked for
 * @param seconds of a bucket; 0 unless the width is fixed
 */
public record Grain(String text, Kind kind, long seconds) {
  /** How buckets are cut. */
  public enum Kind {
    FIXED,
    MONTHS,
    ALL
  }

  private static final long DAY = Duration.ofDays(1).toSeconds();

  /** The view's own grain. */
  public static Grain of(View view) {
    return new Grain(display(view.grain()), Kind.FIXED, view.grain().toSeconds());
  }

  /**
   * A grain to which the view's cells can be rolled up.
   *
   * @param text an ISO 8601 duration of whole seconds, {@code P1M} or {@code all}
   * @throws Problem if it is no grain, or the view's cells do not fit into its buckets
   */
  public static Grain parse(String text, View view) {
    if (text.equals("all")) {
      return new Grain(text, Kind.ALL, 0);
    }
    long own = view.grain().toSeconds();
    if (text.equals("P1M")) {
      return fits(new Grain(text, Kind.MONTHS, 0), DAY % own == 0, view);
    }
    try {
      long seconds = Duration.parse(text).toSeconds();
      return fits(new Grain(text, Kind.FIXED, seconds), seconds >= own && seconds % own == 0, view);
    } catch (DateTimeParseException | ArithmeticException e) {
      throw Problem.badInput(
          "grain '%s' is no grain: write a duration such as PT1H or P1D, P1M, or all"
              .formatted(text),
          e);
    }
  }

  private static Grain fits(Grain grain, boolean fits, View view) {
    if (!fits) {
      throw Problem.badInput(
          "grain '%s' does not fit the view %s, whose buckets of %s cannot be divided: write a multiple of it, or all"
              .formatted(grain.text(), view.name(), display(view.grain())));
    }
    return grain;
  }

  /** A duration as a dataset file writes it: whole days as {@code P1D}. */
  public static String display(Duration duration) {
    return duration.toSeconds() % DAY == 0 ? "P" + duration.toDays() + "D" : duration.toString();
  }

  /**
   * The start of the bucket that a view's bucket falls into, epoch seconds; 0 for the one bucket of
   * the whole range.
   */
  public long bucketOf(long start) {
    return switch (kind) {
      case ALL -> 0;
      case FIXED -> Buckets.startOf(start, Duration.ofSeconds(seconds));
      case MONTHS -> startOfDay(monthOf(start));
    };
  }

  /**
   * The start of the first bucket that does not start before a time, UTC: the buckets that start at
   * the time or after it hold exactly the view's buckets that start at the result or after it.
   *
   * @param second epoch seconds, of a time that epoch milliseconds in a long can tell
   * @return epoch seconds
   * @throws IllegalStateException for the one bucket of the whole range, which has no start
   */
  public long firstFrom(long second) {
    return switch (kind) {
      case ALL -> throw new IllegalStateException("the bucket of the whole range has no start");
      case FIXED -> bucketOf(second - 1) + seconds;
      case MONTHS -> startOfDay(monthOf(second - 1).plusMonths(1));
    };
  }

  /** The first day of the month that a time lies in. */
  private static LocalDate monthOf(long second) {
    return LocalDate.ofInstant(Instant.ofEpochSecond(second), ZoneOffset.UTC).withDayOfMonth(1);
  }

  private static long startOfDay(LocalDate day) {
    return day.atStartOfDay(ZoneOffset.UTC).toEpochSecond();
  }
}

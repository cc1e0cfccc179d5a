package io.anabranch.jobs.time;

import io.anabranch.runtime.Problem;
import java.text.ParseException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Date;
import java.util.TimeZone;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.quartz.CronExpression;

/** How often something is due. */
public sealed interface Frequency {
  /** What a count counts; days and months are those of a zone's calendar. */
  enum Unit {
    MINUTES,
    HOURS,
    DAYS,
    MONTHS,
    /** Days, from the next midnight on. */
    ENDS_OF_DAYS,
    /** Months, from the first of the next one on. */
    ENDS_OF_MONTHS
  }

  /** Each so many units. */
  record Every(int count, Unit unit) implements Frequency {
    public Every {
      if (count < 1) {
        throw Problem.badInput("Invalid frequency: %s (must be >= 1)".formatted(count));
      }
    }

    /**
     * The moment so many steps after the start, or before it for fewer than 0. Local times that
     * summer time skips move on by an hour, of those that come twice the later one is taken, as by
     * Java's calendar in Oozie.
     */
    Instant step(Instant start, ZoneId zone, long steps) {
      long all = Math.multiplyExact(steps, count);
      ZonedDateTime origin = start.atZone(zone);
      return switch (unit) {
        case MINUTES -> start.plus(all, ChronoUnit.MINUTES);
        case HOURS -> start.plus(all, ChronoUnit.HOURS);
        case DAYS -> origin.plusDays(all).withLaterOffsetAtOverlap().toInstant();
        case MONTHS -> origin.plusMonths(all).withLaterOffsetAtOverlap().toInstant();
        case ENDS_OF_DAYS -> origin.truncatedTo(ChronoUnit.DAYS).plusDays(all + 1).toInstant();
        case ENDS_OF_MONTHS ->
            origin.truncatedTo(ChronoUnit.DAYS).withDayOfMonth(1).plusMonths(all + 1).toInstant();
      };
    }

    @Override
    public String toString() {
      return unit == Unit.MINUTES ? Integer.toString(count) : unit + "(" + count + ")";
    }
  }

  /**
   * Five fields (minute, hour, day of month, month, day of week) in UTC, as Oozie reads them: where
   * both days are given, either will do.
   */
  record Cron(String fields) implements Frequency {
    public Cron {
      expressions(fields);
    }

    /** The first moment after the given one; whole minutes. */
    Instant after(Instant instant) {
      return expressions(fields)
          .map(expression -> expression.getNextValidTimeAfter(Date.from(instant)))
          .filter(next -> next != null)
          .map(Date::toInstant)
          .min(Instant::compareTo)
          .orElse(Instant.MAX);
    }

    private static Stream<CronExpression> expressions(String fields) {
      String[] five = fields.strip().split("\\s+", -1);
      if (five.length != 5) {
        throw notCron(fields, "found " + five.length + " fields");
      }
      boolean anyDay = five[2].equals("*") || five[2].equals("?");
      boolean anyWeekday = five[4].equals("*") || five[4].equals("?");
      if (anyDay || anyWeekday) {
        return Stream.of(
            anyWeekday
                ? expression(fields, five, five[2].equals("?") ? "*" : five[2], "?")
                : expression(fields, five, "?", five[4]));
      }
      return Stream.of(
          expression(fields, five, five[2], "?"), expression(fields, five, "?", five[4]));
    }

    private static CronExpression expression(
        String fields, String[] five, String day, String weekday) {
      try {
        CronExpression expression =
            new CronExpression(String.join(" ", "0", five[0], five[1], day, five[3], weekday));
        expression.setTimeZone(TimeZone.getTimeZone("UTC"));
        return expression;
      } catch (ParseException | IllegalArgumentException e) {
        throw notCron(fields, e.getMessage());
      }
    }

    private static Problem notCron(String fields, String why) {
      return Problem.badInput(
          ("'%s' is no frequency (%s): expected minutes, ${coord:days(1)} and the like, or the five"
                  + " fields of cron: minute, hour, day of month, month, day of week")
              .formatted(fields, why));
    }

    @Override
    public String toString() {
      return fields;
    }
  }

  /** As {@link Every#toString} writes it. */
  Pattern COUNTED =
      Pattern.compile(
          Arrays.stream(Unit.values()).map(Unit::name).collect(Collectors.joining("|", "(", ")"))
              + "\\((\\d{1,9})\\)");

  /** So many units. */
  static Frequency every(int count, Unit unit) {
    return new Every(count, unit);
  }

  /**
   * What {@link Object#toString} of a frequency writes: minutes, {@code UNIT(n)}, or cron.
   *
   * @throws Problem if it is none of these
   */
  static Frequency parse(String text) {
    Matcher counted = COUNTED.matcher(text.strip());
    if (text.strip().matches("\\d{1,9}")) {
      return every(Integer.parseInt(text.strip()), Unit.MINUTES);
    } else if (counted.matches()) {
      return every(Integer.parseInt(counted.group(2)), Unit.valueOf(counted.group(1)));
    }
    return new Cron(text.strip());
  }
}

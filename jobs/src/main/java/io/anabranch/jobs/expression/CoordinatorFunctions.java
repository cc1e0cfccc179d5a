package io.anabranch.jobs.expression;

import io.anabranch.jobs.time.Frequency;
import io.anabranch.jobs.time.Instances;
import io.anabranch.jobs.time.OozieTime;
import io.anabranch.runtime.Problem;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;

/**
 * The functions {@code coord:}, with Oozie's names. Times are texts of Oozie's form, UTC. Those of
 * frequencies give a text that {@link Frequency#parse} reads.
 */
public final class CoordinatorFunctions {
  private CoordinatorFunctions() {}

  private static Scope.Moment moment(String function) {
    return Scope.require(
        Expressions.scope().moment(), "coord:" + function, "the configuration of a coordinator");
  }

  private static Instances instances(String function) {
    return Scope.require(
        Expressions.scope().instances(), "coord:" + function, "an instance of a dataset");
  }

  public static String minutes(int count) {
    return Frequency.every(count, Frequency.Unit.MINUTES).toString();
  }

  public static String hours(int count) {
    return Frequency.every(count, Frequency.Unit.HOURS).toString();
  }

  public static String days(int count) {
    return Frequency.every(count, Frequency.Unit.DAYS).toString();
  }

  public static String months(int count) {
    return Frequency.every(count, Frequency.Unit.MONTHS).toString();
  }

  public static String endOfDays(int count) {
    return Frequency.every(count, Frequency.Unit.ENDS_OF_DAYS).toString();
  }

  public static String endOfMonths(int count) {
    return Frequency.every(count, Frequency.Unit.ENDS_OF_MONTHS).toString();
  }

  public static String nominalTime() {
    return OozieTime.format(moment("nominalTime").nominal());
  }

  public static String actualTime() {
    return OozieTime.format(moment("actualTime").actual());
  }

  public static String actionId() {
    return moment("actionId").run();
  }

  public static String name() {
    return moment("name").coordinator();
  }

  public static String user() {
    return moment("user").user();
  }

  /** The property, empty where it is not set. */
  public static String conf(String property) {
    return Expressions.scope().properties().getOrDefault(property, "");
  }

  /** The time in UTC by a pattern of {@link DateTimeFormatter}. */
  public static String formatTime(String time, String pattern) {
    return DateTimeFormatter.ofPattern(pattern, Locale.ROOT)
        .withZone(ZoneOffset.UTC)
        .format(OozieTime.parse(time));
  }

  public static String epochTime(String time, String millis) {
    Instant instant = OozieTime.parse(time);
    return Long.toString(millis.equals("true") ? instant.toEpochMilli() : instant.getEpochSecond());
  }

  /** The time so many units later, in UTC. */
  public static String dateOffset(String time, int count, String unit) {
    return later(OozieTime.parse(time).atZone(ZoneOffset.UTC), count, unit);
  }

  private static String later(ZonedDateTime time, int count, String unit) {
    return OozieTime.format(time.plus(count, unit(unit)).toInstant());
  }

  /** The time moved by the offset of a zone from UTC at that time. */
  public static String dateTzOffset(String time, String zone) {
    Instant at = OozieTime.parse(time);
    return OozieTime.format(
        at.plusSeconds(ZoneId.of(zone).getRules().getOffset(at).getTotalSeconds()));
  }

  private static ChronoUnit unit(String unit) {
    return switch (unit) {
      case "MINUTE" -> ChronoUnit.MINUTES;
      case "HOUR" -> ChronoUnit.HOURS;
      case "DAY" -> ChronoUnit.DAYS;
      case "WEEK" -> ChronoUnit.WEEKS;
      case "MONTH" -> ChronoUnit.MONTHS;
      case "YEAR" -> ChronoUnit.YEARS;
      default ->
          throw Problem.badInput(
              "unknown unit '%s', expected one of [MINUTE, HOUR, DAY, WEEK, MONTH, YEAR]"
                  .formatted(unit));
    };
  }

  public static String current(int offset) {
    return instances("current").current(moment("current").nominal(), offset);
  }

  /**
   * So many units (below 0 for earlier) from the dataset's instance at the nominal time, in the
   * dataset's zone; mostly no instance itself. Empty before the first instance.
   */
  public static String offset(int count, String unit) {
    Instances instances = instances("offset");
    return instances
        .atOrBefore(moment("offset").nominal())
        .map(at -> later(at.atZone(instances.cadence().zone()), count, unit))
        .orElse("");
  }

  /**
   * The instance that is the latest but so many (0, -1, ...) of those that are there when the run
   * was made; empty if there are not as many, and without files.
   */
  public static String latest(int offset) {
    if (offset > 0) {
      throw Problem.badInput("Invalid coord:latest(%s) (must be <= 0)".formatted(offset));
    }
    Instances instances = instances("latest");
    Instant now = moment("latest").actual();
    return Expressions.scope()
        .files()
        .map(files -> instances.latest(now, offset, files))
        .orElse("");
  }

  /**
   * Of the instances that are there, from the one at the nominal time on, the one behind so many
   * others; empty if there are not as many up to the limit, and without files.
   *
   * @param number 0 for the first that is there
   * @param limit instances that are looked at behind the one at the nominal time, at least 1
   */
  public static String future(int number, int limit) {
    if (number < 0 || limit < 1) {
      throw Problem.badInput(
          "Invalid coord:future(%s, %s) (must be >= 0 and >= 1)".formatted(number, limit));
    }
    Instances instances = instances("future");
    Instant nominal = moment("future").nominal();
    return Expressions.scope()
        .files()
        .map(files -> instances.future(nominal, number, limit, files))
        .orElse("");
  }

  /** The dataset's instance at or before the given time. */
  public static String absolute(String time) {
    return instances("absolute").current(OozieTime.parse(time), 0);
  }

  public static String dataIn(String name) {
    return named(moment("dataIn").inputs(), "input", name);
  }

  public static String dataOut(String name) {
    return named(moment("dataOut").outputs(), "output", name);
  }

  private static String named(Map<String, String> events, String kind, String name) {
    if (!events.containsKey(name)) {
      throw Problem.badInput(
          "unknown %s event '%s', expected one of %s".formatted(kind, name, events.keySet()));
    }
    return events.get(name);
  }

  /** Hours of the day of the nominal time so many days away, 23 to 25, in the dataset's zone. */
  public static int hoursInDay(int offset) {
    ZonedDateTime day =
        nominalInDataset("hoursInDay").plusDays(offset).truncatedTo(ChronoUnit.DAYS);
    return (int) Duration.between(day, day.plusDays(1)).toHours();
  }

  /** Days of the month of the nominal time so many months away, in the dataset's zone. */
  public static int daysInMonth(int offset) {
    return nominalInDataset("daysInMonth").plusMonths(offset).toLocalDate().lengthOfMonth();
  }

  /** Minutes from the coordinator's zone to the dataset's at the nominal time. */
  public static int tzOffset() {
    ZonedDateTime there = nominalInDataset("tzOffset");
    ZonedDateTime here = there.withZoneSameInstant(moment("tzOffset").zone());
    return (there.getOffset().getTotalSeconds() - here.getOffset().getTotalSeconds()) / 60;
  }

  private static ZonedDateTime nominalInDataset(String function) {
    return moment(function).nominal().atZone(instances(function).cadence().zone());
  }
}

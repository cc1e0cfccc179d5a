package io.anabranch.jobs.expression;

import io.anabranch.jobs.files.JobFiles;
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

  /** The time so many units later, in the coordinator's zone. */
  public static String dateOffset(String time, int count, String unit) {
    ZonedDateTime at = OozieTime.parse(time).atZone(moment("dateOffset").zone());
    return OozieTime.format(at.plus(count, unit(unit)).toInstant());
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

  public static String latest(int offset) {
    JobFiles files = Scope.require(Expressions.scope().files(), "coord:latest", "an input event");
    return instances("latest").latest(moment("latest").actual(), offset, files);
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

  /**
   * Hours of the day of the nominal time so many days away, 23 to 25, in the coordinator's zone.
   */
  public static int hoursInDay(int offset) {
    ZonedDateTime day =
        moment("hoursInDay")
            .nominal()
            .atZone(moment("hoursInDay").zone())
            .plusDays(offset)
            .truncatedTo(ChronoUnit.DAYS);
    return (int) Duration.between(day, day.plusDays(1)).toHours();
  }

  /** Days of the month of the nominal time so many months away. */
  public static int daysInMonth(int offset) {
    return moment("daysInMonth")
        .nominal()
        .atZone(moment("daysInMonth").zone())
        .plusMonths(offset)
        .toLocalDate()
        .lengthOfMonth();
  }

  /** Minutes from UTC to the coordinator's zone at the nominal time. */
  public static int tzOffset() {
    Scope.Moment at = moment("tzOffset");
    return at.zone().getRules().getOffset(at.nominal()).getTotalSeconds() / 60;
  }
}

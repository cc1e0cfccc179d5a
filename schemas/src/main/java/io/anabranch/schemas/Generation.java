package io.anabranch.schemas;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * How made-up records of a dataset look. Everything is a function of the seed and the record's
 * number, so the same seed gives the same records.
 *
 * @param tables names of CSV files in {@code lists/}; a record takes one row of each, whose columns
 *     are fields; a column {@code _weight} says how often in proportion to the others
 * @param fields field to what fills it; it wins over a table
 * @param errors fields by the error that is made in them
 */
public record Generation(List<String> tables, Map<String, Value> fields, Errors errors) {
  /** What fills a field. */
  public sealed interface Value {}

  /**
   * {@code String.format} of the record's number, from 0, and of an int that the seed gives, so
   * that two seeds make different records.
   */
  public record Sequence(String format) implements Value {}

  /** A uniform number from low to high, both inclusive, with the field's scale. */
  public record Uniform(BigDecimal low, BigDecimal high, String format) implements Value {}

  /** One of the values, by weight. */
  public record Choice(Map<String, Integer> weights) implements Value {}

  /** The values in turn, one a record. */
  public record Cycle(List<String> values) implements Value {}

  /** A Datafaker expression, from a pool of values. */
  public record Faker(String expression) implements Value {}

  /**
   * {@code start + (number / every) * step}, UTC; with weights that is the pace on average, and the
   * hours of a day and the months of a year have their shares of the records.
   *
   * @param hours weights of the hours of a day from 0 to 23; empty if all are alike
   * @param months weights of a day in the months from January on; empty if all are alike
   * @param jitter how far back a record lies at most, by whole steps, so that records come out of
   *     order; zero for none
   */
  public record Time(
      Instant start,
      Duration step,
      int every,
      List<Integer> hours,
      List<Integer> months,
      Duration jitter)
      implements Value {
    /** Whether some times are busier than others. */
    public boolean isWeighted() {
      return !hours.isEmpty() || !months.isEmpty();
    }
  }

  /** A time field of the same record plus a uniform duration, both bounds inclusive. */
  public record After(String field, Duration low, Duration high) implements Value {}

  /**
   * A daily and yearly wave over the event time plus noise.
   *
   * @param mean of all
   * @param swing half the distance from trough to peak
   * @param noise the half width of a uniform noise
   * @param peakHour hour of the day, UTC, at which the daily wave is highest
   * @param peakMonth month, from 1, in whose middle the yearly wave is highest
   */
  public record Wave(
      BigDecimal mean, BigDecimal swing, BigDecimal noise, int peakHour, int peakMonth)
      implements Value {}

  /**
   * Deliberate errors. A repeat sends an earlier record again and needs no field.
   *
   * @param missing fields that an error leaves out
   * @param typo text fields that an error misspells
   * @param invalid field to values that a rule rejects
   * @param lateBy how far back a late record's event time may lie
   */
  public record Errors(
      List<String> missing,
      List<String> typo,
      Map<String, List<String>> invalid,
      Duration lateBy) {}
}

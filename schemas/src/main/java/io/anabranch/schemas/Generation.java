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
 *     are fields
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

  /** {@code start + (number / every) * step}, UTC. */
  public record Time(Instant start, Duration step, int every) implements Value {}

  /** A time field of the same record plus a uniform duration, both bounds inclusive. */
  public record After(String field, Duration low, Duration high) implements Value {}

  /**
   * A daily and yearly wave over the event time plus noise.
   *
   * @param mean of all
   * @param swing half the distance from trough to peak
   * @param noise the half width of a uniform noise
   */
  public record Wave(BigDecimal mean, BigDecimal swing, BigDecimal noise) implements Value {}

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

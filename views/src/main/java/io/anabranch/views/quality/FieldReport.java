package io.anabranch.views.quality;

import java.util.List;

/**
 * A field over a run's records, rejected ones among them, before cleaning. A personal field shows
 * counts and no values.
 *
 * @param type in Spark SQL
 * @param records all that could be decoded
 * @param missing those in which the field is null
 * @param completeness share of the others, from 0 to 1; null if there are no records
 * @param distinct values, within 2 %
 * @param least as text, times in ISO 8601, cut after 120 characters; null without values
 * @param greatest as {@code least}
 * @param frequent the most frequent values of a text, the most frequent first
 * @param numbers null unless the field is numeric and has values
 * @param drift null if the replaced version has no report of the field
 */
public record FieldReport(
    String field,
    String type,
    long records,
    long missing,
    Double completeness,
    long distinct,
    String least,
    String greatest,
    List<Frequent> frequent,
    Numbers numbers,
    Drift drift) {
  /**
   * A value that many records have.
   *
   * @param count of its records, from a sketch: at most half a percent of all too great
   */
  public record Frequent(String value, long count) {}

  public FieldReport {
    frequent = List.copyOf(frequent);
  }

  /** This report with what changed since another one of the same field. */
  public FieldReport since(FieldReport before) {
    return new FieldReport(
        field,
        type,
        records,
        missing,
        completeness,
        distinct,
        least,
        greatest,
        frequent,
        numbers,
        Drift.between(before, this));
  }
}

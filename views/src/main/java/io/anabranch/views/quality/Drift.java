package io.anabranch.views.quality;

/**
 * How a field differs from the same field in the report of the version that the run replaces.
 *
 * @param completeness difference of the two, from -1 to 1; null if one of them had no records
 * @param distinct relative change of the number of distinct values; null if there were none
 * @param distance of the two distributions, see {@link Numbers#distance}; null if a field is not
 *     numeric or one of them had no values
 */
public record Drift(Double completeness, Double distinct, Double distance) {
  /** From one report of a field to a later one. */
  public static Drift between(FieldReport before, FieldReport now) {
    return new Drift(
        before.completeness() == null || now.completeness() == null
            ? null
            : Double.valueOf(now.completeness() - before.completeness()),
        before.distinct() == 0
            ? null
            : Double.valueOf((now.distinct() - before.distinct()) / (double) before.distinct()),
        before.numbers() == null || now.numbers() == null
            ? null
            : Double.valueOf(now.numbers().distance(before.numbers())));
  }
}

package io.anabranch.views;

import io.anabranch.schemas.FieldType;
import io.anabranch.schemas.Measure;
import java.util.List;
import java.util.Optional;

/**
 * What is stored of a measure: a commutative monoid over the values of a column. Its state is a
 * long (a BigInteger for a sum beyond 64 bits), a double or a sketch; null is the identity.
 *
 * @param input the column; empty for the count of records
 */
record Aggregate(Kind kind, Optional<String> input, FieldType type) {
  enum Kind {
    COUNT_RECORDS,
    COUNT_VALUES,
    SUM,
    MIN,
    MAX,
    DISTINCT,
    QUANTILES
  }

  /** What must be stored to serve the measure. */
  static List<Aggregate> of(Measure measure) {
    FieldType type = measure.type();
    return switch (measure.kind()) {
      case COUNT ->
          List.of(
              new Aggregate(
                  measure.input().isPresent() ? Kind.COUNT_VALUES : Kind.COUNT_RECORDS,
                  measure.input(),
                  new FieldType(FieldType.Kind.LONG, 0, 0)));
      case SUM -> List.of(new Aggregate(Kind.SUM, measure.input(), type));
      case MIN -> List.of(new Aggregate(Kind.MIN, measure.input(), type));
      case MAX -> List.of(new Aggregate(Kind.MAX, measure.input(), type));
      case DISTINCT -> List.of(new Aggregate(Kind.DISTINCT, measure.input(), FieldType.STRING));
      case QUANTILES -> List.of(new Aggregate(Kind.QUANTILES, measure.input(), type));
      case AVG ->
          List.of(
              new Aggregate(Kind.SUM, measure.input(), type),
              new Aggregate(
                  Kind.COUNT_VALUES, measure.input(), new FieldType(FieldType.Kind.LONG, 0, 0)));
    };
  }

  boolean isDouble() {
    return type.kind() == FieldType.Kind.DOUBLE;
  }
}

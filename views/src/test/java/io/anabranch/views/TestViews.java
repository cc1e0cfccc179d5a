package io.anabranch.views;

import io.anabranch.schemas.FieldType;
import io.anabranch.schemas.Measure;
import io.anabranch.schemas.View;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Views that tests share. */
final class TestViews {
  private static final FieldType LONG = new FieldType(FieldType.Kind.LONG, 0, 0);
  private static final FieldType DOUBLE = new FieldType(FieldType.Kind.DOUBLE, 0, 0);
  private static final FieldType MONEY = new FieldType(FieldType.Kind.DECIMAL, 18, 3);

  private TestViews() {}

  /** One of every measure. */
  static View everyMeasure() {
    Map<String, Measure> measures = new LinkedHashMap<>();
    put(measures, "orders", Measure.Kind.COUNT, null, LONG);
    put(measures, "priced", Measure.Kind.COUNT, "price", LONG);
    put(measures, "revenue", Measure.Kind.SUM, "price", MONEY);
    put(measures, "lowest", Measure.Kind.MIN, "price", MONEY);
    put(measures, "highest", Measure.Kind.MAX, "price", MONEY);
    put(measures, "average", Measure.Kind.AVG, "price", MONEY);
    put(measures, "customers", Measure.Kind.DISTINCT, "customer", FieldType.STRING);
    return view("every", measures);
  }

  /** Measures that are quick to fold. */
  static View exactMeasures(String name) {
    Map<String, Measure> measures = new LinkedHashMap<>();
    put(measures, "orders", Measure.Kind.COUNT, null, LONG);
    put(measures, "revenue", Measure.Kind.SUM, "price", MONEY);
    put(measures, "lowest", Measure.Kind.MIN, "price", MONEY);
    put(measures, "highest", Measure.Kind.MAX, "price", MONEY);
    return view(name, measures);
  }

  /** One sum. */
  static View sum() {
    Map<String, Measure> measures = new LinkedHashMap<>();
    put(measures, "revenue", Measure.Kind.SUM, "price", MONEY);
    return view("sum", measures);
  }

  /** The least and the greatest of doubles. */
  static View doubles() {
    Map<String, Measure> measures = new LinkedHashMap<>();
    put(measures, "lowest", Measure.Kind.MIN, "price", DOUBLE);
    put(measures, "highest", Measure.Kind.MAX, "price", DOUBLE);
    return view("doubles", measures);
  }

  static View quantiles() {
    Map<String, Measure> measures = new LinkedHashMap<>();
    put(measures, "prices", Measure.Kind.QUANTILES, "price", DOUBLE);
    return view("quantiles", measures);
  }

  private static View view(String name, Map<String, Measure> measures) {
    return new View(
        "orders", name, Duration.ofHours(1), List.of("country"), measures, false, false, name);
  }

  private static void put(
      Map<String, Measure> measures, String name, Measure.Kind kind, String input, FieldType type) {
    measures.put(name, new Measure(name, kind, Optional.ofNullable(input), type));
  }
}

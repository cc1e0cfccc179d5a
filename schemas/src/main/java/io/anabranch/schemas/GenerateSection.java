package io.anabranch.schemas;

import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The section {@code generate} of a dataset file. */
final class GenerateSection {
  private static final Set<String> KINDS =
      Set.of("sequence", "uniform", "choice", "cycle", "faker", "time", "after", "wave");

  private GenerateSection() {}

  static Generation read(YamlValue value, Path folder, Map<String, FieldType> fields) {
    Map<String, YamlValue> entries = value.entries(Set.of("tables", "fields", "errors"));
    List<String> tables =
        entries.containsKey("tables")
            ? entries.get("tables").items().stream().map(item -> table(item, folder)).toList()
            : List.of();
    Map<String, Generation.Value> values = new LinkedHashMap<>();
    value
        .required(entries, "fields")
        .entries()
        .forEach(
            (field, item) -> {
              if (!fields.containsKey(field)) {
                throw item.problem(
                    "unknown field '%s', expected one of %s".formatted(field, fields.keySet()));
              }
              values.put(field, generator(item, fields));
            });
    return new Generation(tables, values, errors(value.required(entries, "errors"), fields));
  }

  private static String table(YamlValue value, Path folder) {
    Path csv = folder.resolve("lists").resolve(value.text() + ".csv");
    if (!Files.isRegularFile(csv)) {
      throw value.problem("there is no table " + csv);
    }
    return value.text();
  }

  private static Generation.Value generator(YamlValue value, Map<String, FieldType> fields) {
    Map<String, YamlValue> entries = value.entries();
    if (entries.isEmpty()) {
      throw value.problem("expected a generator, one of " + KINDS.stream().sorted().toList());
    }
    String kind = entries.keySet().iterator().next();
    YamlValue of = entries.get(kind);
    return switch (kind) {
      case "sequence" -> new Generation.Sequence(of.text());
      case "uniform" ->
          new Generation.Uniform(
              decimal(of.items(2).get(0)),
              decimal(of.items(2).get(1)),
              entries.containsKey("format") ? entries.get("format").text() : "");
      case "choice" -> new Generation.Choice(weights(of));
      case "cycle" -> new Generation.Cycle(someTexts(of));
      case "faker" -> new Generation.Faker(of.text());
      case "time" -> time(of);
      case "after" -> after(of, fields);
      case "wave" -> wave(of);
      default ->
          throw value.problem(
              "unknown generator '%s', expected one of %s"
                  .formatted(kind, KINDS.stream().sorted().toList()));
    };
  }

  /** Texts of which one can be chosen. */
  private static List<String> someTexts(YamlValue value) {
    List<String> texts = value.texts();
    if (texts.isEmpty()) {
      throw value.problem("expected one text or more");
    }
    return texts;
  }

  private static Map<String, Integer> weights(YamlValue value) {
    Map<String, Integer> weights = new LinkedHashMap<>();
    if (value.entries().isEmpty()) {
      throw value.problem("expected 'value: weight' pairs, one or more");
    }
    value.entries().forEach((choice, weight) -> weights.put(choice, weight.integer(1, 1_000_000)));
    return weights;
  }

  private static Generation.Time time(YamlValue value) {
    Map<String, YamlValue> entries =
        value.entries(Set.of("start", "step", "every", "hours", "months", "jitter"));
    YamlValue start = value.required(entries, "start");
    Generation.Time time =
        new Generation.Time(
            start.instant(),
            value.required(entries, "step").duration(),
            entries.containsKey("every") ? entries.get("every").integer(1, 1_000_000) : 1,
            weights(entries.get("hours"), 24),
            weights(entries.get("months"), 12),
            entries.containsKey("jitter") ? entries.get("jitter").duration() : Duration.ZERO);
    if (time.isWeighted() && !time.start().equals(time.start().truncatedTo(ChronoUnit.DAYS))) {
      throw start.problem("expected the beginning of a day, since hours or months are given");
    }
    return time;
  }

  /** As many weights as there are parts; none if they are not given. */
  private static List<Integer> weights(YamlValue value, int parts) {
    if (value == null) {
      return List.of();
    }
    List<Integer> weights =
        value.items().stream().map(weight -> weight.integer(0, 1_000_000)).toList();
    if (weights.size() != parts || weights.stream().allMatch(weight -> weight == 0)) {
      throw value.problem(
          "expected %d weights, not all of them 0, but found %d".formatted(parts, weights.size()));
    }
    return weights;
  }

  private static Generation.After after(YamlValue value, Map<String, FieldType> fields) {
    Map<String, YamlValue> entries = value.entries(Set.of("field", "by"));
    YamlValue by = value.required(entries, "by");
    Duration low = by.items(2).get(0).duration();
    Duration high = by.items(2).get(1).duration();
    if (high.compareTo(low) < 0) {
      throw by.problem("%s is less than %s".formatted(high, low));
    }
    return new Generation.After(
        value.required(entries, "field").oneOf(fields.keySet(), "field"), low, high);
  }

  private static Generation.Wave wave(YamlValue value) {
    Map<String, YamlValue> entries =
        value.entries(Set.of("mean", "swing", "noise", "peak-hour", "peak-month"));
    return new Generation.Wave(
        decimal(value.required(entries, "mean")),
        decimal(value.required(entries, "swing")),
        decimal(value.required(entries, "noise")),
        entries.containsKey("peak-hour") ? entries.get("peak-hour").integer(0, 23) : 6,
        entries.containsKey("peak-month") ? entries.get("peak-month").integer(1, 12) : 4);
  }

  private static BigDecimal decimal(YamlValue value) {
    try {
      return new BigDecimal(value.text());
    } catch (NumberFormatException e) {
      throw value.problem("expected a number but found '" + value.text() + "'");
    }
  }

  private static Generation.Errors errors(YamlValue value, Map<String, FieldType> fields) {
    Map<String, YamlValue> entries = value.entries(Set.of("missing", "typo", "invalid", "late-by"));
    Map<String, List<String>> invalid = new LinkedHashMap<>();
    if (entries.containsKey("invalid")) {
      entries
          .get("invalid")
          .entries()
          .forEach(
              (field, values) -> {
                if (!fields.containsKey(field)) {
                  throw values.problem("unknown field '" + field + "'");
                }
                invalid.put(field, someTexts(values));
              });
    }
    return new Generation.Errors(
        fieldsOf(entries.get("missing"), fields),
        fieldsOf(entries.get("typo"), fields),
        invalid,
        entries.containsKey("late-by") ? entries.get("late-by").duration() : Duration.ofDays(1));
  }

  private static List<String> fieldsOf(YamlValue value, Map<String, FieldType> fields) {
    return value == null ? List.of() : DatasetFile.fieldList(value, fields.keySet());
  }
}

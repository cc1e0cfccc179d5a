package io.anabranch.schemas;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The keys {@code columns} and {@code decimal} of a source. */
final class ColumnsSection {
  private ColumnsSection() {}

  static Columns read(
      YamlValue value, Map<String, YamlValue> source, Map<String, FieldType> fields) {
    Map<String, ColumnSource> columns = new LinkedHashMap<>();
    value
        .required(source, "columns")
        .entries()
        .forEach(
            (field, column) -> {
              if (!fields.containsKey(field)) {
                throw column.problem(
                    "unknown field '%s', expected one of %s".formatted(field, fields.keySet()));
              }
              columns.put(field, column(column));
            });
    return new Columns(
        source.containsKey("decimal") ? source.get("decimal").character() : '.', columns);
  }

  private static ColumnSource column(YamlValue value) {
    if (value.isScalar()) {
      return new ColumnSource.Column(value.text());
    }
    Map<String, YamlValue> entries =
        value.entries(
            Set.of("column", "pattern", "zone", "when-twice", "when-absent", "sum", "hash"));
    if (entries.containsKey("sum")) {
      return new ColumnSource.SumOfColumns(entries.get("sum").texts());
    } else if (entries.containsKey("hash")) {
      entries.get("hash").oneOf(Set.of("row"), "hash");
      return new ColumnSource.HashOfRow();
    } else if (!entries.containsKey("pattern")) {
      return new ColumnSource.Column(value.required(entries, "column").text());
    }
    return localTime(value, entries);
  }

  private static ColumnSource.LocalTime localTime(YamlValue value, Map<String, YamlValue> entries) {
    return new ColumnSource.LocalTime(
        value.required(entries, "column").text(),
        pattern(entries.get("pattern")),
        zone(value.required(entries, "zone")),
        choice(entries, "when-twice", ColumnSource.LocalTime.Twice.EARLIER),
        choice(entries, "when-absent", ColumnSource.LocalTime.Absent.REFUSE));
  }

  private static DateTimeFormatter pattern(YamlValue value) {
    try {
      // 'u' is the year that strict resolving wants; people write 'y'.
      return DateTimeFormatter.ofPattern(value.text().replace('y', 'u'), Locale.ROOT)
          .withResolverStyle(ResolverStyle.STRICT);
    } catch (IllegalArgumentException e) {
      throw value.problem("no date pattern: " + e.getMessage());
    }
  }

  static ZoneId zone(YamlValue value) {
    try {
      return ZoneId.of(value.text());
    } catch (DateTimeException e) {
      throw value.problem(
          "unknown time zone '" + value.text() + "', write one such as Europe/London or UTC");
    }
  }

  private static <E extends Enum<E>> E choice(
      Map<String, YamlValue> entries, String key, E fallback) {
    if (!entries.containsKey(key)) {
      return fallback;
    }
    Map<String, E> byName = new LinkedHashMap<>();
    for (E each : fallback.getDeclaringClass().getEnumConstants()) {
      byName.put(each.name().toLowerCase(Locale.ROOT), each);
    }
    return byName.get(entries.get(key).oneOf(byName.keySet(), "choice"));
  }
}

package io.anabranch.schemas;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** One entry of the section {@code sources} of a dataset file. */
final class SourceSection {
  private SourceSection() {}

  static CsvMapping read(String name, YamlValue value, Map<String, FieldType> fields) {
    Map<String, YamlValue> source =
        value.entries(Set.of("format", "delimiter", "decimal", "columns"));
    value.required(source, "format").oneOf(Set.of("csv"), "format");
    Map<String, CsvMapping.ColumnSource> columns = new LinkedHashMap<>();
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
    return new CsvMapping(
        name,
        source.containsKey("delimiter") ? source.get("delimiter").character() : ',',
        source.containsKey("decimal") ? source.get("decimal").character() : '.',
        columns);
  }

  private static CsvMapping.ColumnSource column(YamlValue value) {
    if (value.isScalar()) {
      return new CsvMapping.Column(value.text());
    }
    Map<String, YamlValue> entries =
        value.entries(Set.of("column", "pattern", "zone", "sum", "hash"));
    if (entries.containsKey("sum")) {
      return new CsvMapping.SumOfColumns(entries.get("sum").texts());
    } else if (entries.containsKey("hash")) {
      entries.get("hash").oneOf(Set.of("row"), "hash");
      return new CsvMapping.HashOfRow();
    } else if (!entries.containsKey("pattern")) {
      return new CsvMapping.Column(value.required(entries, "column").text());
    }
    return localTime(value, entries);
  }

  private static CsvMapping.LocalTime localTime(YamlValue value, Map<String, YamlValue> entries) {
    YamlValue zone = value.required(entries, "zone");
    ZoneId zoneId;
    try {
      zoneId = ZoneId.of(zone.text());
    } catch (DateTimeException e) {
      throw zone.problem(
          "unknown time zone '" + zone.text() + "', write one such as Europe/London or UTC");
    }
    YamlValue pattern = entries.get("pattern");
    try {
      // 'u' is the year that strict resolving wants; people write 'y'.
      DateTimeFormatter formatter =
          DateTimeFormatter.ofPattern(pattern.text().replace('y', 'u'), Locale.ROOT)
              .withResolverStyle(ResolverStyle.STRICT);
      return new CsvMapping.LocalTime(value.required(entries, "column").text(), formatter, zoneId);
    } catch (IllegalArgumentException e) {
      throw pattern.problem("no date pattern: " + e.getMessage());
    }
  }
}

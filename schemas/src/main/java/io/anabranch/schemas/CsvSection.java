package io.anabranch.schemas;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A source of format csv. */
final class CsvSection {
  private static final String LINE_ENDS = "\r\n";

  private CsvSection() {}

  static CsvMapping read(String name, YamlValue value, Map<String, FieldType> fields) {
    Map<String, YamlValue> source =
        value.entries(Set.of("format", "delimiter", "quote", "header", "decimal", "columns"));
    char quote = source.containsKey("quote") ? quote(source.get("quote")) : '"';
    Columns columns = ColumnsSection.read(value, source, fields);
    return new CsvMapping(
        name,
        source.containsKey("delimiter") ? delimiter(source.get("delimiter"), quote) : ",",
        quote,
        Optional.ofNullable(source.get("header")).map(header -> header(header, columns)),
        columns);
  }

  private static char quote(YamlValue value) {
    char quote = value.character();
    if (quote >= 0x80 || LINE_ENDS.indexOf(quote) >= 0) {
      throw value.problem("expected one ASCII character that ends no line");
    }
    return quote;
  }

  private static String delimiter(YamlValue value, char quote) {
    String delimiter = value.rawText();
    if (delimiter.isEmpty()
        || delimiter.chars().anyMatch(c -> c == quote || LINE_ENDS.indexOf(c) >= 0)) {
      throw value.problem(
          "expected one character or more, none of them the quote or a line end, such as \";\" or \"\\t\"");
    }
    return delimiter;
  }

  private static List<String> header(YamlValue value, Columns columns) {
    List<String> header = value.items().stream().map(item -> item.rawText().strip()).toList();
    Set<String> seen = new HashSet<>();
    for (String name : header) {
      if (!name.isEmpty() && !seen.add(name)) {
        throw value.problem("the column '" + name + "' stands twice");
      }
    }
    List<String> absent = columns.headers().stream().filter(h -> !seen.contains(h)).toList();
    if (!absent.isEmpty()) {
      throw value.problem("lacks " + absent + ", which 'columns' needs");
    }
    return header;
  }
}

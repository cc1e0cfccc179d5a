package io.anabranch.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.Collectors;

/** JSON objects as CSV quoted as RFC 4180 says, with a header; nothing for null. */
final class CsvText {
  private static final String SPECIAL = "(?s).*[,\"\r\n].*";

  private CsvText() {}

  static String of(List<JsonNode> rows) {
    List<String> columns = ObjectTable.columns(rows);
    StringBuilder text = new StringBuilder();
    if (!columns.isEmpty()) {
      text.append(line(columns));
    }
    for (JsonNode row : rows) {
      text.append(line(columns.stream().map(c -> ObjectTable.text(row.path(c))).toList()));
    }
    return text.toString();
  }

  private static String line(List<String> cells) {
    return cells.stream().map(CsvText::quoted).collect(Collectors.joining(",")) + "\n";
  }

  private static String quoted(String cell) {
    return cell.matches(SPECIAL) ? '"' + cell.replace("\"", "\"\"") + '"' : cell;
  }
}

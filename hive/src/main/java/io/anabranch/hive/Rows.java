package io.anabranch.hive;

import java.io.PrintStream;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Prints the rows of an answer. */
final class Rows {
  /** How rows are printed. */
  enum Format {
    /** Aligned columns under a header, {@code NULL} for a missing value. */
    TABLE,
    /** One array of objects, numbers as they are. */
    JSON,
    /** RFC 4180 with a header, an empty field for a missing value. */
    CSV
  }

  private Rows() {}

  static void print(ResultSet rows, Format format, PrintStream out) throws SQLException {
    List<String> names = names(rows.getMetaData());
    switch (format) {
      case TABLE -> table(names, rows, out);
      case JSON -> json(names, rows, out);
      case CSV -> csv(names, rows, out);
    }
  }

  private static List<String> names(ResultSetMetaData columns) throws SQLException {
    List<String> names = new ArrayList<>();
    for (int i = 1; i <= columns.getColumnCount(); i++) {
      // Hive puts the table before the column
      String name = columns.getColumnLabel(i);
      names.add(name.substring(name.lastIndexOf('.') + 1));
    }
    return names;
  }

  private static void table(List<String> names, ResultSet rows, PrintStream out)
      throws SQLException {
    List<List<String>> lines = new ArrayList<>(List.of(names));
    while (rows.next()) {
      lines.add(row(rows, names.size()).stream().map(Rows::shown).toList());
    }
    List<Integer> widths = new ArrayList<>(Collections.nCopies(names.size(), 0));
    for (List<String> line : lines) {
      for (int i = 0; i < line.size(); i++) {
        widths.set(i, Math.max(widths.get(i), line.get(i).length()));
      }
    }
    for (List<String> line : lines) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < line.size(); i++) {
        text.append(line.get(i)).append(" ".repeat(widths.get(i) - line.get(i).length() + 2));
      }
      out.println(text.toString().stripTrailing());
    }
  }

  private static void json(List<String> names, ResultSet rows, PrintStream out)
      throws SQLException {
    out.print("[");
    for (boolean first = true; rows.next(); first = false) {
      List<String> fields = new ArrayList<>();
      List<Object> values = row(rows, names.size());
      for (int i = 0; i < values.size(); i++) {
        fields.add(quoted(names.get(i)) + ": " + jsonValue(values.get(i)));
      }
      out.print((first ? "\n  {" : ",\n  {") + String.join(", ", fields) + "}");
    }
    out.println("\n]");
  }

  private static void csv(List<String> names, ResultSet rows, PrintStream out) throws SQLException {
    out.print(String.join(",", names.stream().map(Rows::field).toList()) + "\r\n");
    while (rows.next()) {
      List<String> fields =
          row(rows, names.size()).stream()
              .map(value -> value == null ? "" : field(shown(value)))
              .toList();
      out.print(String.join(",", fields) + "\r\n");
    }
  }

  private static List<Object> row(ResultSet rows, int width) throws SQLException {
    List<Object> values = new ArrayList<>();
    for (int i = 1; i <= width; i++) {
      values.add(rows.getObject(i));
    }
    return values;
  }

  static String shown(Object value) {
    if (value == null) {
      return "NULL";
    }
    return value instanceof BigDecimal decimal ? decimal.toPlainString() : value.toString();
  }

  static String field(String text) {
    return text.matches("(?s).*[\",\r\n].*") ? '"' + text.replace("\"", "\"\"") + '"' : text;
  }

  static String jsonValue(Object value) {
    if (value == null || value instanceof Boolean) {
      return String.valueOf(value);
    }
    boolean number =
        value instanceof Number
            && !(value instanceof Double d && !Double.isFinite(d))
            && !(value instanceof Float f && !Float.isFinite(f));
    return number ? shown(value) : quoted(shown(value));
  }

  private static String quoted(String text) {
    StringBuilder out = new StringBuilder("\"");
    text.chars()
        .forEach(
            c -> {
              switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                default -> out.append(c < 0x20 ? "\\u%04x".formatted(c) : String.valueOf((char) c));
              }
            });
    return out.append('"').toString();
  }
}

package io.anabranch.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Rows in columns of equal width; columns that hold only numbers stand to the right. */
final class TextTable {
  private static final String NUMBER = "-?[0-9][0-9.,]*(E-?[0-9]+)?|";

  private final List<String> header;
  private final List<List<String>> rows = new ArrayList<>();

  TextTable(List<String> header) {
    this.header = List.copyOf(header);
  }

  /** Adds a row with one text per column. */
  void add(List<String> row) {
    if (row.size() != header.size()) {
      throw new IllegalArgumentException(
          "row must have " + header.size() + " columns, not " + row.size());
    }
    rows.add(List.copyOf(row));
  }

  /** The table, each row ended by a line feed. */
  String render() {
    List<Integer> widths = new ArrayList<>();
    for (int column = 0; column < header.size(); column++) {
      int width = header.get(column).length();
      for (List<String> row : rows) {
        width = Math.max(width, row.get(column).length());
      }
      widths.add(isNumeric(column) ? width : -width);
    }
    StringBuilder text = new StringBuilder(line(header, widths));
    rows.forEach(row -> text.append(line(row, widths)));
    return text.toString();
  }

  private boolean isNumeric(int column) {
    return !rows.isEmpty() && rows.stream().allMatch(row -> row.get(column).matches(NUMBER));
  }

  private static String line(List<String> cells, List<Integer> widths) {
    List<String> padded = new ArrayList<>();
    for (int column = 0; column < cells.size(); column++) {
      padded.add(pad(cells.get(column), widths.get(column)));
    }
    return padded.stream().collect(Collectors.joining("  ")).stripTrailing() + "\n";
  }

  /** Pads on the left to a positive width, on the right to a negative one. */
  private static String pad(String cell, int width) {
    String blanks = " ".repeat(Math.max(0, Math.abs(width) - cell.length()));
    return width > 0 ? blanks + cell : cell + blanks;
  }
}

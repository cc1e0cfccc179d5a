package io.anabranch.schemas;

import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;

/**
 * How rows of a delimited file become records.
 *
 * @param delimiter between columns
 * @param decimal the decimal point of its numbers
 * @param columns field to what fills it; fields that are not named stay null
 */
public record CsvMapping(
    String name, char delimiter, char decimal, Map<String, ColumnSource> columns) {

  /** What fills a field. */
  public sealed interface ColumnSource {}

  /** The value of a column, read as the field's type. An empty value is null. */
  public record Column(String header) implements ColumnSource {}

  /** A local date and time of a column in a time zone; the earlier one where it stands twice. */
  public record LocalTime(String header, DateTimeFormatter pattern, ZoneId zone)
      implements ColumnSource {}

  /** The sum of columns, of which empty ones do not count; null if all are empty. */
  public record SumOfColumns(List<String> headers) implements ColumnSource {}

  /** SHA-256 over all values of the row in order, the first 16 bytes in hex. */
  public record HashOfRow() implements ColumnSource {}

  /** The headers that a file must have. */
  public List<String> headers() {
    return columns.values().stream()
        .flatMap(
            source -> {
              if (source instanceof Column column) {
                return List.of(column.header()).stream();
              } else if (source instanceof LocalTime time) {
                return List.of(time.header()).stream();
              } else if (source instanceof SumOfColumns sum) {
                return sum.headers().stream();
              }
              return List.<String>of().stream();
            })
        .distinct()
        .toList();
  }
}

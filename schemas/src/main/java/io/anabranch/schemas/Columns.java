package io.anabranch.schemas;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What fills the fields of a record from the named values of a row.
 *
 * @param decimal the decimal point of its numbers
 * @param sources field to what fills it, in the file's order; fields that are not named stay null
 */
public record Columns(char decimal, Map<String, ColumnSource> sources) {
  public Columns {
    sources = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(sources));
  }

  /** The names that a row must have, each once. */
  public List<String> headers() {
    return sources.values().stream().flatMap(Columns::headers).distinct().toList();
  }

  private static Stream<String> headers(ColumnSource source) {
    if (source instanceof ColumnSource.Column column) {
      return Stream.of(column.header());
    } else if (source instanceof ColumnSource.LocalTime time) {
      return Stream.of(time.header());
    } else if (source instanceof ColumnSource.SumOfColumns sum) {
      return sum.headers().stream();
    }
    return Stream.empty();
  }
}

package io.anabranch.ingest;

import io.anabranch.runtime.Problem;
import io.anabranch.schemas.CsvMapping;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/** The line of names at the beginning of a delimited file. */
final class CsvHeader {
  private CsvHeader() {}

  /**
   * Reads the names, without blanks around them; columns that nobody reads may lack one.
   *
   * @throws Problem status 2 if there is no line, or a name that the mapping needs is not there or
   *     stands twice
   */
  static List<String> read(SourceFile file, CsvMapping mapping, CsvSplitter rows) {
    List<String> needed = mapping.columns().headers();
    try {
      if (!rows.next(0)) {
        throw Problem.badInput(file.path() + " is empty: expected a header with " + needed);
      }
    } catch (IOException e) {
      throw file.damaged(e);
    }
    List<String> header =
        rows
            .columns()
            .filter(names -> rows.fault().isEmpty())
            .orElseThrow(
                () ->
                    Problem.badInput(
                        "%s:%s: expected a header in UTF-8 with %s"
                            .formatted(file.path(), rows.line(), needed)))
            .stream()
            .map(String::strip)
            .toList();
    List<String> absent = needed.stream().filter(name -> !header.contains(name)).toList();
    if (!absent.isEmpty()) {
      throw Problem.badInput(
          "%s:%s: the header lacks %s, which the mapping '%s' needs; it has %s%s"
              .formatted(
                  file.path(), rows.line(), absent, mapping.name(), header, unnamed(header)));
    }
    List<String> twice =
        needed.stream().filter(name -> Collections.frequency(header, name) > 1).toList();
    if (!twice.isEmpty()) {
      throw Problem.badInput(
          "%s:%s: the header has %s more than once: name each column once"
              .formatted(file.path(), rows.line(), twice));
    }
    return header;
  }

  private static String unnamed(List<String> header) {
    List<Integer> columns =
        IntStream.range(0, header.size())
            .filter(i -> header.get(i).isEmpty())
            .mapToObj(i -> i + 1)
            .toList();
    return columns.isEmpty()
        ? ""
        : ", and no names for the columns %s: declare 'header' in the mapping if the file has no names at all"
            .formatted(columns);
  }
}

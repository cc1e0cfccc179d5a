package io.anabranch.schemas;

import java.util.List;
import java.util.Optional;

/**
 * How rows of a delimited file become records.
 *
 * @param delimiter between columns: one character or several, none of them a quote or a line end
 * @param quote around values that hold a delimiter; doubled inside them
 * @param header the names of the columns of a file that has no line of names; a blank name is that
 *     of a column which nobody reads. Empty where the file's first line has the names.
 */
public record CsvMapping(
    String name, String delimiter, char quote, Optional<List<String>> header, Columns columns)
    implements Source {
  public CsvMapping {
    header = header.map(List::copyOf);
  }
}

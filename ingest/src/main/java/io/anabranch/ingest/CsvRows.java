package io.anabranch.ingest;

import io.anabranch.runtime.Problem;
import io.anabranch.schemas.CsvMapping;
import io.anabranch.schemas.Dataset;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.avro.generic.GenericRecord;

/**
 * The rows of a delimited file in UTF-8. Each column is decoded by itself, so that a byte that is
 * no UTF-8 spoils one row, not the file. Empty lines are no rows; a line of delimiters only is one,
 * and refused.
 */
final class CsvRows implements Rows {
  private final SourceFile file;
  private final CsvSplitter rows;
  private final List<String> header;
  private final RowMapping mapping;

  private CsvRows(SourceFile file, CsvSplitter rows, List<String> header, RowMapping mapping) {
    this.file = file;
    this.rows = rows;
    this.header = header;
    this.mapping = mapping;
  }

  /**
   * Reads the header, if the file has one, and begins.
   *
   * @throws Problem status 2 if the header is not there, lacks a column of the mapping, or has one
   *     twice
   */
  static CsvRows open(SourceFile file, Dataset dataset, CsvMapping mapping) {
    CsvSplitter rows = new CsvSplitter(file.content(), mapping);
    List<String> header = mapping.header().orElseGet(() -> CsvHeader.read(file, mapping, rows));
    return new CsvRows(file, rows, header, new RowMapping(dataset, mapping.columns(), header));
  }

  @Override
  public boolean next() {
    try {
      return rows.next(header.size());
    } catch (IOException e) {
      throw file.damaged(e);
    }
  }

  @Override
  public GenericRecord record() throws Refusal {
    if (rows.fault().isPresent()) {
      throw new Refusal(rows.fault().get());
    }
    Optional<List<String>> row = rows.columns();
    if (row.isEmpty()) {
      throw new Refusal("row: expected UTF-8");
    } else if (row.get().size() > 1 && row.get().stream().allMatch(String::isBlank)) {
      throw new Refusal("row: expected values", " but found delimiters only");
    } else if (row.get().size() != header.size()) {
      throw new Refusal(
          "row: expected %s columns as in the header".formatted(header.size()),
          " but found " + row.get().size());
    }
    return mapping.record(row.get());
  }

  @Override
  public long line() {
    return rows.line();
  }

  @Override
  public byte[] raw() {
    return rows.raw();
  }

  @Override
  public void close() throws IOException {
    rows.close();
  }
}

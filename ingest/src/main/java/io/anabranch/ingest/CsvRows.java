package io.anabranch.ingest;

import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import io.anabranch.runtime.Problem;
import io.anabranch.schemas.CsvMapping;
import io.anabranch.schemas.Dataset;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.avro.generic.GenericRecord;

/**
 * The rows of a delimited file in UTF-8 with a header. The file is split byte by byte (as Latin-1)
 * and each column decoded by itself, so that a byte that is no UTF-8 spoils one row, not the file,
 * and a refused row keeps its bytes.
 */
final class CsvRows implements Rows {
  private final SourceFile file;
  private final char delimiter;
  private final CloseableIterator<CsvRecord> records;
  private final List<String> header;
  private final RowMapping mapping;
  private CsvRecord current;

  private CsvRows(
      SourceFile file,
      char delimiter,
      CloseableIterator<CsvRecord> records,
      List<String> header,
      RowMapping mapping) {
    this.file = file;
    this.delimiter = delimiter;
    this.records = records;
    this.header = header;
    this.mapping = mapping;
  }

  /**
   * Reads the header and begins.
   *
   * @throws Problem status 2 if the file is empty or its header lacks a column of the mapping
   */
  static CsvRows open(SourceFile file, Dataset dataset, CsvMapping mapping) {
    CloseableIterator<CsvRecord> records =
        CsvReader.builder()
            .fieldSeparator(mapping.delimiter())
            .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
            .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
            .allowUnclosedQuote(true)
            .skipEmptyLines(true)
            .ofCsvRecord(new InputStreamReader(file.content(), StandardCharsets.ISO_8859_1))
            .iterator();
    Optional<CsvRecord> first = read(file, records);
    if (first.isEmpty()) {
      throw Problem.badInput(
          file.path() + " is empty: expected a header with " + mapping.headers());
    }
    List<String> header = decoded(first.get()).orElseGet(() -> first.get().getFields());
    List<String> absent = mapping.headers().stream().filter(h -> !header.contains(h)).toList();
    if (!absent.isEmpty()) {
      throw Problem.badInput(
          "%s:1: the header lacks %s, which the mapping '%s' of %s needs; it has %s"
              .formatted(file.path(), absent, mapping.name(), dataset.name(), header));
    }
    return new CsvRows(
        file, mapping.delimiter(), records, header, new RowMapping(dataset, mapping, header));
  }

  @Override
  public boolean next() {
    current = read(file, records).orElse(null);
    return current != null;
  }

  private static Optional<CsvRecord> read(SourceFile file, CloseableIterator<CsvRecord> records) {
    try {
      return records.hasNext() ? Optional.of(records.next()) : Optional.empty();
    } catch (UncheckedIOException e) {
      throw file.damaged(e.getCause());
    } catch (de.siegmar.fastcsv.reader.CsvParseException e) {
      throw Problem.badInput(file.path() + " cannot be read on: " + e.getMessage(), e);
    }
  }

  @Override
  public GenericRecord record() throws Refusal {
    Optional<List<String>> row = decoded(current);
    if (row.isEmpty()) {
      throw new Refusal("row: expected UTF-8");
    } else if (row.get().size() != header.size()) {
      throw new Refusal(
          "row: expected %s columns as in the header but found %s"
              .formatted(header.size(), row.get().size()));
    }
    return mapping.record(row.get());
  }

  private static Optional<List<String>> decoded(CsvRecord row) {
    List<String> columns = new ArrayList<>(row.getFieldCount());
    for (int i = 0; i < row.getFieldCount(); i++) {
      String bytes = row.getField(i);
      if (isAscii(bytes)) {
        columns.add(bytes);
        continue;
      }
      try {
        columns.add(
            StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes.getBytes(StandardCharsets.ISO_8859_1)))
                .toString());
      } catch (CharacterCodingException e) {
        return Optional.empty();
      }
    }
    return Optional.of(columns);
  }

  private static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80) {
        return false;
      }
    }
    return true;
  }

  @Override
  public long line() {
    return current.getStartingLineNumber();
  }

  @Override
  public byte[] raw() {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < current.getFieldCount(); i++) {
      String column = current.getField(i);
      line.append(i == 0 ? "" : delimiter).append(isPlain(column) ? column : quoted(column));
    }
    return line.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  private boolean isPlain(String column) {
    return column.indexOf('"') < 0
        && column.indexOf(delimiter) < 0
        && column.indexOf('\n') < 0
        && column.indexOf('\r') < 0;
  }

  private static String quoted(String column) {
    return '"' + column.replace("\"", "\"\"") + '"';
  }

  @Override
  public void close() throws IOException {
    records.close();
  }
}

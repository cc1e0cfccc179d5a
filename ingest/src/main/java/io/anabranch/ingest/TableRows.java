package io.anabranch.ingest;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import io.anabranch.runtime.Problem;
import io.anabranch.schemas.Dataset;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;

/**
 * Values that belong together: the rows of a CSV file whose columns are fields. The column {@code
 * _weight} says how often a row is taken in proportion to the others.
 */
final class TableRows {
  private static final String WEIGHT = "_weight";

  private final int[] positions;
  private final List<Object[]> rows;

  /** The sum of the weights up to each row. */
  private final int[] upTo;

  private TableRows(int[] positions, List<Object[]> rows, int[] upTo) {
    this.positions = positions;
    this.rows = rows;
    this.upTo = upTo;
  }

  /** Reads {@code lists/<name>.csv}. */
  static TableRows read(Dataset dataset, Path folder, String name) {
    Path file = folder.resolve("lists").resolve(name + ".csv");
    try (CsvReader<CsvRecord> csv = CsvReader.builder().ofCsvRecord(file)) {
      List<CsvRecord> lines = csv.stream().toList();
      if (lines.size() < 2) {
        throw Problem.badInput(file + " has no rows");
      }
      List<String> columns = lines.get(0).getFields();
      List<FieldValue> fields =
          columns.stream()
              .map(column -> column.equals(WEIGHT) ? null : field(dataset, file, column))
              .toList();
      List<Object[]> rows = new ArrayList<>();
      int[] upTo = new int[lines.size() - 1];
      for (CsvRecord line : lines.subList(1, lines.size())) {
        int before = rows.isEmpty() ? 0 : upTo[rows.size() - 1];
        upTo[rows.size()] = before + weight(file, line, columns.indexOf(WEIGHT));
        rows.add(row(file, line, fields));
      }
      return new TableRows(positions(dataset, fields), rows, upTo);
    } catch (IOException e) {
      throw Problem.badInput("Cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private static int[] positions(Dataset dataset, List<FieldValue> fields) {
    return fields.stream()
        .filter(Objects::nonNull)
        .mapToInt(field -> dataset.schema().getField(field.name()).pos())
        .toArray();
  }

  /** 1 where the table has no weights. */
  private static int weight(Path file, CsvRecord line, int column) {
    if (column < 0) {
      return 1;
    }
    String text = line.getField(column).strip();
    if (!text.matches("[1-9][0-9]{0,5}")) {
      throw Problem.badInput(
          "%s:%s: %s: expected a whole number from 1 to 999999 but found '%s'"
              .formatted(file, line.getStartingLineNumber(), WEIGHT, text));
    }
    return Integer.parseInt(text);
  }

  private static FieldValue field(Dataset dataset, Path file, String column) {
    Schema.Field field = dataset.schema().getField(column);
    if (field == null) {
      throw Problem.badInput(
          "%s:1: '%s' is no field of %s".formatted(file, column, dataset.schema().getFullName()));
    }
    return FieldValue.of(dataset, column);
  }

  private static Object[] row(Path file, CsvRecord line, List<FieldValue> fields) {
    List<Object> values = new ArrayList<>();
    try {
      for (int i = 0; i < fields.size(); i++) {
        if (fields.get(i) != null) {
          values.add(fields.get(i).parse(line.getField(i), '.'));
        }
      }
      return values.toArray();
    } catch (Refusal e) {
      throw Problem.badInput(file + ":" + line.getStartingLineNumber() + ": " + e.getMessage(), e);
    }
  }

  /** Puts a row of the table into the record. */
  void fill(GenericRecord datum, RandomGenerator random) {
    int drawn = Arrays.binarySearch(upTo, random.nextInt(upTo[upTo.length - 1]) + 1);
    Object[] row = rows.get(drawn < 0 ? -drawn - 1 : drawn);
    for (int i = 0; i < positions.length; i++) {
      datum.put(positions[i], row[i]);
    }
  }
}

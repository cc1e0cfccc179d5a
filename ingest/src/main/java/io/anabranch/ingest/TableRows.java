package io.anabranch.ingest;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import io.anabranch.runtime.Problem;
import io.anabranch.schemas.Dataset;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;

/** Values that belong together: the rows of a CSV file whose columns are fields. */
final class TableRows {
  private final int[] positions;
  private final List<Object[]> rows;

  private TableRows(int[] positions, List<Object[]> rows) {
    this.positions = positions;
    this.rows = rows;
  }

  /** Reads {@code lists/<name>.csv}. */
  static TableRows read(Dataset dataset, Path folder, String name) {
    Path file = folder.resolve("lists").resolve(name + ".csv");
    try (CsvReader<CsvRecord> csv = CsvReader.builder().ofCsvRecord(file)) {
      List<CsvRecord> lines = csv.stream().toList();
      if (lines.size() < 2) {
        throw Problem.badInput(file + " has no rows");
      }
      List<FieldValue> fields =
          lines.get(0).getFields().stream().map(column -> field(dataset, file, column)).toList();
      List<Object[]> rows = new ArrayList<>();
      for (CsvRecord line : lines.subList(1, lines.size())) {
        rows.add(row(file, line, fields));
      }
      return new TableRows(
          fields.stream().mapToInt(f -> dataset.schema().getField(f.name()).pos()).toArray(), rows);
    } catch (IOException e) {
      throw Problem.badInput("Cannot read " + file + ": " + e.getMessage(), e);
    }
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
    Object[] values = new Object[fields.size()];
    try {
      for (int i = 0; i < values.length; i++) {
        values[i] = fields.get(i).parse(line.getField(i), '.');
      }
      return values;
    } catch (Refusal e) {
      throw Problem.badInput(file + ":" + line.getStartingLineNumber() + ": " + e.getMessage(), e);
    }
  }

  /** Puts a row of the table into the record. */
  void fill(GenericRecord datum, RandomGenerator random) {
    Object[] row = rows.get(random.nextInt(rows.size()));
    for (int i = 0; i < positions.length; i++) {
      datum.put(positions[i], row[i]);
    }
  }
}

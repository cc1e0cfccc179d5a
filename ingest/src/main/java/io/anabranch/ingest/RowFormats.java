package io.anabranch.ingest;

import io.anabranch.runtime.Problem;
import io.anabranch.schemas.CsvMapping;
import io.anabranch.schemas.Dataset;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/** Which format a file has, by its name: {@code .jsonl}, {@code .avro}, anything else is CSV. */
final class RowFormats {
  /** Opens the rows of a file. */
  @FunctionalInterface
  interface Format {
    Rows open(SourceFile file) throws IOException;
  }

  private final Dataset dataset;
  private final String mapping;

  /**
   * The formats of a dataset.
   *
   * @param mapping the CSV mapping's name, null to choose by the header
   */
  RowFormats(Dataset dataset, String mapping) {
    this.dataset = dataset;
    this.mapping = mapping;
  }

  /**
   * The format of a file.
   *
   * @throws Problem status 2 for a file that is absent or fits no mapping
   */
  Format of(Path path) throws IOException {
    String name = path.getFileName().toString().toLowerCase(Locale.ROOT).replaceAll("\\.gz$", "");
    if (name.endsWith(".jsonl") || name.endsWith(".ndjson")) {
      SourceFile.open(path).close();
      return file -> new JsonRows(file, dataset);
    } else if (name.endsWith(".avro")) {
      SourceFile.open(path).close();
      return file -> AvroRows.open(file, dataset);
    }
    CsvMapping chosen =
        mapping == null
            ? MappingChoice.byHeader(dataset, path)
            : MappingChoice.named(dataset, mapping);
    // Opened once before the load, so that a wrong header is told before anything is sent.
    try (SourceFile file = SourceFile.open(path);
        CsvRows rows = CsvRows.open(file, dataset, chosen)) {
      rows.next();
    }
    return file -> CsvRows.open(file, dataset, chosen);
  }
}

package io.anabranch.ingest;

import io.anabranch.runtime.Problem;
import io.anabranch.schemas.CsvMapping;
import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.SchemaHistory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/**
 * Which format a file has, by its name without {@code .gz} and {@code .zst}: {@code .jsonl} and
 * {@code .ndjson}, {@code .avro}, {@code .values} (see {@link ValueRows}), anything else is CSV.
 */
final class RowFormats {
  private static final List<String> SUFFIXES =
      List.of(".csv", ".tsv", ".txt", ".jsonl", ".ndjson", ".avro");

  /** Opens the rows of a file. */
  @FunctionalInterface
  interface Opening {
    Rows open(SourceFile file) throws IOException;
  }

  /**
   * A format.
   *
   * @param how names it, so that a load by another mapping is another load
   */
  record Format(String how, Opening opening) {
    Rows open(SourceFile file) throws IOException {
      return opening.open(file);
    }
  }

  private final Dataset dataset;
  private final String mapping;
  private final Supplier<SchemaHistory> history;

  /** The formats of a dataset whose values all have its own schema. */
  RowFormats(Dataset dataset, String mapping) {
    this(dataset, mapping, () -> SchemaHistory.NONE);
  }

  /**
   * The formats of a dataset.
   *
   * @param mapping the CSV mapping's name, null to choose by the header
   * @param history tells which schemas are registered; a file of values may have other records by
   *     each
   */
  RowFormats(Dataset dataset, String mapping, Supplier<SchemaHistory> history) {
    this.history = history;
    this.dataset = dataset;
    this.mapping = mapping;
  }

  /** Whether a file of a folder looks as if it were meant: by its name, packed or not. */
  static boolean isKnown(Path path) {
    String name = SourceFile.nameUnpacked(path);
    return SUFFIXES.stream().anyMatch(name::endsWith);
  }

  /**
   * The format of a file.
   *
   * @throws Problem status 2 for a file that is absent or fits no mapping
   */
  Format of(Path path) throws IOException {
    String name = SourceFile.nameUnpacked(path);
    if (name.endsWith(".jsonl") || name.endsWith(".ndjson")) {
      SourceFile.open(path).close();
      return new Format("json", file -> new JsonRows(file, dataset));
    } else if (name.endsWith(".avro")) {
      SourceFile.open(path).close();
      return new Format("avro", file -> AvroRows.open(file, dataset));
    } else if (name.endsWith(".values")) {
      SourceFile.open(path).close();
      SchemaHistory known = history.get();
      return new Format("values of " + known, file -> new ValueRows(file, dataset, known));
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
    return new Format(chosen.toString(), file -> CsvRows.open(file, dataset, chosen));
  }
}

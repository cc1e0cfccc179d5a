package io.anabranch.ingest;

import io.anabranch.runtime.Problem;
import io.anabranch.schemas.CsvMapping;
import io.anabranch.schemas.Dataset;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Which of a dataset's mappings a file is read by. */
final class MappingChoice {
  private MappingChoice() {}

  /** The mapping of that name. */
  static CsvMapping named(Dataset dataset, String name) {
    return dataset.sources(CsvMapping.class).stream()
        .filter(mapping -> mapping.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                Problem.badInput(
                    "unknown mapping '%s' of %s, expected one of %s"
                        .formatted(name, dataset.name(), names(dataset))));
  }

  /** The only mapping whose columns the file's header has. */
  static CsvMapping byHeader(Dataset dataset, Path path) throws IOException {
    String line = firstLine(path);
    List<CsvMapping> fitting =
        dataset.sources(CsvMapping.class).stream().filter(mapping -> fits(mapping, line)).toList();
    if (fitting.size() != 1) {
      throw Problem.badInput(
          "%s fits %s mappings of %s: choose one with --mapping, or declare one in %s; the header is '%s', the mappings are %s"
              .formatted(
                  path,
                  fitting.isEmpty() ? "none of the" : "several",
                  dataset.name(),
                  dataset.file().getFileName(),
                  line.length() > 200 ? line.substring(0, 200) + "..." : line,
                  names(dataset)));
    }
    return fitting.get(0);
  }

  private static List<String> names(Dataset dataset) {
    return dataset.sources(CsvMapping.class).stream().map(CsvMapping::name).toList();
  }

  private static String firstLine(Path path) throws IOException {
    SourceFile file = SourceFile.open(path);
    try (file;
        ByteLines lines = new ByteLines(file.content(), RecordEncoder.MOST_BYTES)) {
      if (!lines.next()) {
        throw Problem.badInput(path + " is empty: expected a header");
      }
      return new String(lines.bytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw file.damaged(e);
    }
  }

  /** A mapping for files without a line of names fits none: it has to be asked for. */
  private static boolean fits(CsvMapping mapping, String line) {
    Set<String> header = new HashSet<>();
    for (String column : line.split(Pattern.quote(mapping.delimiter()), -1)) {
      String name = column.strip();
      boolean quoted =
          name.length() >= 2
              && name.charAt(0) == mapping.quote()
              && name.charAt(name.length() - 1) == mapping.quote();
      header.add(quoted ? name.substring(1, name.length() - 1).strip() : name);
    }
    return mapping.header().isEmpty() && header.containsAll(mapping.columns().headers());
  }
}

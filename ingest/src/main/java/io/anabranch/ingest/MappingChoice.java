package io.anabranch.ingest;

import io.anabranch.runtime.Problem;
import io.anabranch.schemas.CsvMapping;
import io.anabranch.schemas.Dataset;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Which of a dataset's mappings a file is read by. */
final class MappingChoice {
  private MappingChoice() {}

  /** The mapping of that name. */
  static CsvMapping named(Dataset dataset, String name) {
    CsvMapping mapping = dataset.sources().get(name);
    if (mapping == null) {
      throw Problem.badInput(
          "unknown mapping '%s' of %s, expected one of %s"
              .formatted(name, dataset.name(), dataset.sources().keySet()));
    }
    return mapping;
  }

  /** The only mapping whose columns the file's header has. */
  static CsvMapping byHeader(Dataset dataset, Path path) throws IOException {
    String line = firstLine(path);
    List<CsvMapping> fitting =
        dataset.sources().values().stream().filter(mapping -> fits(mapping, line)).toList();
    if (fitting.size() != 1) {
      throw Problem.badInput(
          "%s fits %s mappings of %s: choose one with --mapping, or declare one in %s; the header is '%s', the mappings are %s"
              .formatted(
                  path,
                  fitting.isEmpty() ? "none of the" : "several",
                  dataset.name(),
                  dataset.file().getFileName(),
                  line.length() > 200 ? line.substring(0, 200) + "..." : line,
                  dataset.sources().keySet()));
    }
    return fitting.get(0);
  }

  private static String firstLine(Path path) throws IOException {
    SourceFile file = SourceFile.open(path);
    try (file;
        BufferedReader reader =
            new BufferedReader(new InputStreamReader(file.content(), StandardCharsets.UTF_8))) {
      String line = reader.readLine();
      if (line == null) {
        throw Problem.badInput(path + " is empty: expected a header");
      }
      return line;
    } catch (IOException e) {
      throw file.damaged(e);
    }
  }

  private static boolean fits(CsvMapping mapping, String line) {
    Set<String> header = new HashSet<>();
    for (String column : line.split(java.util.regex.Pattern.quote("" + mapping.delimiter()), -1)) {
      header.add(column.strip().replaceAll("^\"|\"$", ""));
    }
    return header.containsAll(mapping.headers());
  }
}

package io.anabranch.ingest;

import io.anabranch.schemas.Datasets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/** What tests start from. */
final class Fixtures {
  static final Path SCHEMAS = Path.of("../schemas/src/main");
  static final Datasets DATASETS = Datasets.load(SCHEMAS);

  private Fixtures() {}

  /** Settings of a process of that name, whose files are closed at that size. */
  static IngestSettings settings(String group, String instance, long maxFileBytes) {
    return new IngestSettings(
        0, instance, group, 1, Duration.ofSeconds(1), maxFileBytes, Duration.ofDays(1), 1);
  }

  /** A copy of the datasets' folder, for tests that change it. */
  static Path copyOfSchemas(Path copy) throws IOException {
    try (Stream<Path> files = Files.walk(SCHEMAS)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path target = copy.resolve(SCHEMAS.relativize(file).toString());
        Files.createDirectories(target.getParent());
        Files.copy(file, target);
      }
    }
    return copy;
  }
}

package io.anabranch.ingest;

import io.anabranch.schemas.Datasets;
import java.nio.file.Path;
import java.time.Duration;

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
}

package io.anabranch.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.engine.DatasetPlan;
import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.Datasets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code -Dddl=write} writes the files that are compared otherwise. */
class HiveDdlTest {
  private static final Path SCHEMAS = Path.of("../schemas/src/main");
  private static final Path FOLDER = Path.of("../hive/ddl");
  private static final Datasets DATASETS = Datasets.load(SCHEMAS);

  private static Collection<String> datasets() {
    return DATASETS.all().stream().map(Dataset::name).toList();
  }

  @ParameterizedTest
  @MethodSource("datasets")
  void theScriptInTheRepositoryIsWhatTheDatasetFileGives(String name) throws IOException {
    SparkSession session = Sessions.plain("batch tests");
    String script =
        HiveDdl.of(session, DatasetPlan.compile(session, DATASETS.named(name), SCHEMAS));
    Path file = FOLDER.resolve(name + ".sql");
    if ("write".equals(System.getProperty("ddl"))) {
      Files.createDirectories(FOLDER);
      Files.writeString(file, script);
    }
    assertThat(file)
        .as("mvn -pl batch-layer test -Dtest=HiveDdlTest -Dddl=write makes it anew")
        .hasContent(script);
  }
}

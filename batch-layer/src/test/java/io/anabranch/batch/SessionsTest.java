package io.anabranch.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.runtime.PlatformSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which sessions leave an event log; each test has a context of its own. */
class SessionsTest {
  @TempDir private Path folder;
  private Map<String, String> asked;

  @BeforeEach
  void askForALog() throws IOException {
    stopWhatRuns();
    asked =
        Map.of(
            "spark.eventLog.enabled", "true",
            "spark.eventLog.dir",
                Files.createDirectories(folder.resolve("asked")).toUri().toString(),
            "spark.sql.hive.metastore.jars", "builtin");
    asked.forEach(System::setProperty);
  }

  @AfterEach
  void stop() {
    stopWhatRuns();
    asked.keySet().forEach(System::clearProperty);
  }

  private static void stopWhatRuns() {
    if (SparkSession.getDefaultSession().isDefined()) {
      SparkSession.getDefaultSession().get().stop();
    }
  }

  private Workplace place(boolean hive) {
    URI none = URI.create("thrift://127.0.0.1:1");
    PlatformSettings platform =
        new PlatformSettings(
            folder,
            folder,
            URI.create("file:///"),
            folder.toString().substring(1),
            "",
            "",
            none,
            "",
            "",
            "",
            none);
    Duration any = Duration.ofDays(1);
    BatchSettings settings = new BatchSettings(1, any, any, any, any, hive, true, any, "local[1]");
    return new Workplace(platform, settings, null, null, null, null, null);
  }

  private List<Path> logs() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  @Test
  void runsWriteALog() throws IOException {
    Sessions.over(place(false), "run").stop();
    assertThat(logs()).hasSizeGreaterThanOrEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void erasuresWriteNoneThoughOneIsAskedFor(boolean hive) throws IOException {
    SparkSession session = Sessions.unlogged(place(hive), "erase");
    assertThat(Sessions.of(place(hive), "a run inside").sparkContext())
        .isSameAs(session.sparkContext());
    session.stop();
    assertThat(logs()).isEmpty();
  }

  @Test
  void dryRunsOfErasuresWriteNoneEither() throws IOException {
    Sessions.unloggedOver(place(true), "erase").stop();
    assertThat(logs()).isEmpty();
  }
}

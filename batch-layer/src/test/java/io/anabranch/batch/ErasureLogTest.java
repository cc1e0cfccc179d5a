package io.anabranch.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.batch.Erasure.Step;
import io.anabranch.runtime.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ErasureLogTest {
  @TempDir private Path folder;
  private ErasureLog log;

  @BeforeEach
  void open() throws IOException {
    log = ErasureLog.in(folder.resolve("orders").toUri());
  }

  @AfterEach
  void close() throws IOException {
    log.close();
  }

  static Erasure erasure(long number) {
    return new Erasure(
        "orders",
        number,
        Instant.parse("2026-11-21T10:00:00.123Z"),
        "somebody",
        "ticket 7",
        Map.of(0, 40L, 1, 7L),
        5,
        2,
        1,
        false,
        Map.of());
  }

  @Test
  void whatIsRecordedReadsBackInTheOrderOfNumbersAfterEachStep() throws IOException {
    assertThat(log.all()).isEmpty();
    Erasure second = erasure(10).with(Step.VIEWS, Map.of("version", 11));
    log.write(erasure(10));
    log.write(erasure(9));
    log.write(second);

    assertThat(log.all()).containsExactly(erasure(9), second);
    assertThat(log.all().get(1).isDone(Step.VIEWS)).isTrue();
    assertThat(log.all().get(1).isFinished()).isFalse();
  }

  @Test
  void foldersOfWhatWasNeverRecordedGoAndNoOthers() throws IOException {
    for (String name : new String[] {"rows-9", "keys-9", "rows-10", "keys-10"}) {
      Files.createDirectories(folder.resolve("orders").resolve(name));
    }
    log.write(erasure(10));

    log.removeUnrecorded();

    assertThat(folder.resolve("orders").toFile().list())
        .contains("rows-10", "keys-10", "10.json")
        .doesNotContain("rows-9", "keys-9");
    assertThat(log.hasKeys(10)).isTrue();
  }

  @Test
  void anErasureThatCannotBeReadStopsWhoeverWouldCountItsRecordsAgain() throws IOException {
    Files.createDirectories(folder.resolve("orders"));
    Files.writeString(folder.resolve("orders/3.json"), "{half");

    assertThatThrownBy(() -> log.all())
        .isInstanceOf(Problem.class)
        .hasMessageContaining("3.json")
        .hasMessageContaining("restore");
  }
}

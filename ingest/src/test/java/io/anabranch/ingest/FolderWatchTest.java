package io.anabranch.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderWatchTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  @TempDir private Path folder;
  private FolderWatch watch;

  @BeforeEach
  void begin() {
    watch = new FolderWatch(folder, Duration.ofSeconds(5));
  }

  @Test
  void aFileIsCompleteOnceItHasLookedTheSameForAWhile() throws Exception {
    Path file = Files.writeString(folder.resolve("a.csv"), "a");
    assertThat(at(0)).isEmpty();
    assertThat(at(4)).isEmpty();
    Files.writeString(file, "b", StandardOpenOption.APPEND);
    assertThat(at(6)).isEmpty();
    assertThat(at(10)).isEmpty();
    assertThat(at(11)).containsExactly(file);
    watch.settle(file);
    assertThat(at(60)).isEmpty();
    Files.writeString(file, "c", StandardOpenOption.APPEND);
    assertThat(at(61)).isEmpty();
    assertThat(at(66)).containsExactly(file);
  }

  @Test
  void aFileIsTakenUnderItsFinalNameOnly() throws Exception {
    Path unfinished = Files.writeString(folder.resolve("a.csv.part"), "a");
    Files.writeString(folder.resolve(".b.csv"), "b");
    Files.writeString(folder.resolve("readme.md"), "c");
    at(0);
    assertThat(at(60)).isEmpty();
    Path file = Files.move(unfinished, folder.resolve("a.csv"));
    at(61);
    assertThat(at(66)).containsExactly(file);
    Files.delete(file);
    assertThat(at(70)).isEmpty();
  }

  @Test
  void aFolderThatIsAwayForAWhileHasNoFilesMeanwhile(@TempDir Path other) throws Exception {
    Path file = Files.writeString(folder.resolve("a.csv"), "a");
    at(0);
    assertThat(at(5)).containsExactly(file);
    watch.settle(file);
    Path away = Files.move(folder, other.resolve("away"));
    assertThat(at(6)).isEmpty();
    Files.move(away, folder);
    assertThat(at(60)).isEmpty();
  }

  @Test
  void aFileThatIsPostponedIsLookedAtAgainLater() throws Exception {
    Path file = Files.writeString(folder.resolve("a.csv"), "a");
    at(0);
    assertThat(at(5)).containsExactly(file);
    assertThat(watch.postpone(file, NOW.plusSeconds(65))).isTrue();
    assertThat(at(64)).isEmpty();
    assertThat(at(65)).containsExactly(file);
    assertThat(watch.postpone(file, NOW.plusSeconds(125))).isFalse();
    assertThat(at(125)).containsExactly(file);
    watch.settle(file);
    assertThat(at(300)).isEmpty();
  }

  private List<Path> at(int seconds) throws IOException {
    return watch.complete(NOW.plusSeconds(seconds));
  }
}

package io.anabranch.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileArgumentsTest {
  @TempDir private Path folder;
  private final List<String> told = new ArrayList<>();

  @BeforeEach
  void fill() throws IOException {
    for (String below : List.of("2025", "_temporary/0", ".hidden")) {
      Files.createDirectories(folder.resolve("in").resolve(below));
    }
    for (String name :
        List.of(
            "in/b.csv",
            "in/a.csv.gz",
            "in/2025/c.jsonl.zst",
            "in/_temporary/0/g.csv",
            "in/.hidden/h.csv",
            "in/notes.md",
            "in/.d.csv",
            "in/e.csv.part",
            "in/f[1].csv")) {
      Files.createFile(folder.resolve(name));
    }
  }

  @Test
  void aFolderStandsForTheFinishedFilesInItAndBelowItOfWhichTheNamesSayAFormat() {
    assertThat(files(folder.resolve("in")))
        .containsExactly("in/2025/c.jsonl.zst", "in/a.csv.gz", "in/b.csv", "in/f[1].csv");
    assertThat(told).singleElement().asString().contains("notes.md is left out");
  }

  @Test
  void aPatternStandsForWhatItFits() {
    assertThat(files(folder.resolve("in/*.csv*")))
        .containsExactly("in/a.csv.gz", "in/b.csv", "in/f[1].csv");
    assertThat(files(folder.resolve("in/**.zst"))).containsExactly("in/2025/c.jsonl.zst");
    assertThat(files(folder.resolve("in/.hidden/*.csv"))).containsExactly("in/.hidden/h.csv");
    assertThat(files(folder.resolve("in/{a,b}.*"))).containsExactly("in/a.csv.gz", "in/b.csv");
  }

  @Test
  void aNameIsTakenAsItIsAndEachFileOnceInTheOrderOfTheArguments() {
    assertThat(
            files(folder.resolve("in/f[1].csv"), folder.resolve("in/b.csv"), folder.resolve("in")))
        .containsExactly("in/f[1].csv", "in/b.csv", "in/2025/c.jsonl.zst", "in/a.csv.gz");
    assertThat(files(folder.resolve("in/absent.csv"))).containsExactly("in/absent.csv");
  }

  @Test
  void whatStandsForNoFileIsRefused() throws IOException {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    for (String none : List.of(empty.toString(), folder + "/*.avro", folder + "/none/*.csv")) {
      assertThatThrownBy(() -> FileArguments.files(List.of(none), told::add))
          .hasMessageContaining("'" + none + "' stands for no file");
    }
    assertThatThrownBy(() -> FileArguments.files(List.of(folder + "/[.csv"), told::add))
        .hasMessageContaining("is no pattern");
  }

  private List<String> files(Path... arguments) {
    return FileArguments.files(
            java.util.Arrays.stream(arguments).map(Path::toString).toList(), told::add)
        .stream()
        .map(file -> folder.relativize(file).toString())
        .toList();
  }
}

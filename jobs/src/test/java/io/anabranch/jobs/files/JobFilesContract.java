package io.anabranch.jobs.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.runtime.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every {@link JobFiles} does. */
public abstract class JobFilesContract {
  @TempDir private Path scratch;

  /** The files under test. */
  protected abstract JobFiles files();

  /** The address of an empty folder of theirs. */
  protected abstract String root();

  private String at(String name) {
    return root() + "/" + name;
  }

  @Test
  void foldersAreMadeListedAndDeleted() {
    JobFiles files = files();
    files.makeFolder(at("a/b"));
    files.makeFolder(at("a/b"));
    files.touch(at("a/c"));
    assertThat(files.isFolder(at("a"))).isTrue();
    assertThat(files.isFolder(at("a/c"))).isFalse();
    assertThat(files.exists(at("a/c"))).isTrue();
    assertThat(files.list(at("a"))).hasSize(2).first().asString().endsWith("/a/b");
    assertThat(files.bytes(at("a"))).isZero();
    assertThat(files.bytes(at("x"))).isEqualTo(-1);
    files.delete(at("a"));
    files.delete(at("a"));
    assertThat(files.exists(at("a"))).isFalse();
  }

  @Test
  void filesAreMovedToANameOrIntoAFolder() {
    JobFiles files = files();
    files.makeFolder(at("d"));
    files.touch(at("one"));
    files.touch(at("two"));
    files.move(at("one"), at("first"));
    files.move(at("two"), at("d"));
    assertThat(files.exists(at("first"))).isTrue();
    assertThat(files.exists(at("d/two"))).isTrue();
    assertThat(files.exists(at("one"))).isFalse();
    files.touch(at("two"));
    assertThatThrownBy(() -> files.move(at("two"), at("d")))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("there already");
    assertThatThrownBy(() -> files.move(at("no"), at("d")))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("nothing to move");
  }

  @Test
  void modesAreOctal() {
    files().touch(at("m"));
    files().setMode(at("m"), "640");
    assertThat(files().exists(at("m"))).isTrue();
    assertThatThrownBy(() -> files().setMode(at("m"), "rwx"))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("octal");
  }

  @Test
  void whatIsNotThereCannotBeRead() throws IOException {
    assertThatThrownBy(() -> files().text(at("no")))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("There is no file");
    assertThatThrownBy(() -> files().fetch(at("no"), scratch.resolve("x")))
        .isInstanceOf(Problem.class);
    assertThatThrownBy(() -> files().open(at("no"))).isInstanceOf(Problem.class);
    files().touch(at("empty"));
    files().fetch(at("empty"), scratch.resolve("x"));
    assertThat(Files.exists(scratch.resolve("x"))).isTrue();
    assertThat(files().text(at("empty"))).isEmpty();
    try (InputStream in = files().open(at("empty"))) {
      assertThat(in.readAllBytes()).isEmpty();
    }
  }

  /** A file with these bytes; there is none of its name. */
  protected abstract String write(String name, byte[] bytes) throws IOException;

  @Test
  void aTextIsUtf8AndOfFourMiBAtMost() throws IOException {
    byte[] most = new byte[JobFiles.MOST_TEXT_BYTES];
    Arrays.fill(most, (byte) 'x');
    assertThat(files().text(write("most", most))).hasSize(most.length);
    String more = write("more", Arrays.copyOf(most, most.length + 1));
    assertThatThrownBy(() -> files().text(more))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("is too large for a text: 4194304 bytes are the most");
    assertThat(files().text(write("word", "r\u00f8d".getBytes(StandardCharsets.UTF_8))))
        .isEqualTo("r\u00f8d");
    String bytes = write("bytes", new byte[] {'x', (byte) 0xff});
    assertThatThrownBy(() -> files().text(bytes))
        .isInstanceOf(Problem.class)
        .hasMessage(bytes + " is not UTF-8");
  }
}

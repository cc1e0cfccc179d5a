package io.anabranch.jobs.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.runtime.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalFilesTest extends JobFilesContract {
  @TempDir private Path folder;

  @Override
  protected JobFiles files() {
    return new LocalFiles(Clock.systemUTC());
  }

  @Override
  protected String root() {
    return folder.toString();
  }

  @Override
  protected String write(String name, byte[] bytes) throws IOException {
    Files.write(folder.resolve(name), bytes);
    return root() + "/" + name;
  }

  @Test
  void whatIsNoPathOfThisMachineIsTold() {
    for (String address : List.of("hdfs://h/x", "file:a b", "file:x", "x")) {
      assertThatThrownBy(() -> files().exists(address))
          .isInstanceOf(Problem.class)
          .hasMessageContaining("'%s' is no file of this machine", address);
    }
  }

  @Test
  void whatIsRefusedIsNotWaitedFor() throws IOException {
    JobFiles files = files();
    String file = folder.resolve("x").toString();
    Files.createFile(folder.resolve("x"));
    assertThatThrownBy(() -> files.move(file, folder + "/no/x"))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("/no/x: it or the folder above it is not there");
    assertThatThrownBy(() -> files.makeFolder(file + "/d")).isInstanceOf(Problem.class);
    assertThatThrownBy(() -> files.touch(file + "/t")).isInstanceOf(Problem.class);
    assertThatThrownBy(() -> files.setGroup(file, "no-such-group"))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("'no-such-group' is unknown");
    assertThat(LocalFiles.told("/x", new AccessDeniedException("/x")))
        .isInstanceOf(Problem.class)
        .hasMessage("/x: permission denied");
    assertThat(
            LocalFiles.told("/x", new FileSystemException("/x", null, "Operation not permitted")))
        .isInstanceOf(Problem.class)
        .hasMessage("/x: Operation not permitted");
  }

  @Test
  void whatTheMachineRanOutOfIsWaitedFor() {
    assertThat(
            LocalFiles.told("/x", new FileSystemException("/x", null, "No space left on device")))
        .isInstanceOf(UncheckedIOException.class);
    assertThat(LocalFiles.told("/x", new IOException("Input/output error")))
        .isInstanceOf(UncheckedIOException.class);
  }
}

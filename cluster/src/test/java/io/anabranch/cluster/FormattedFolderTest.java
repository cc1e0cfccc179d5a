package io.anabranch.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FormattedFolderTest {
  @TempDir Path parent;

  @Test
  void aFormatThatDiedHalfWayIsDoneAgainFromNothing() throws Exception {
    Path folder = parent.resolve("name");
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(
            () ->
                FormattedFolder.ensure(
                    folder,
                    unfinished -> {
                      Files.writeString(unfinished.resolve("half"), "");
                      throw new IOException("killed");
                    }));
    assertThat(folder).doesNotExist();

    FormattedFolder.ensure(folder, fresh -> Files.writeString(fresh.resolve("whole"), ""));
    assertThat(folder).isDirectoryContaining(file -> file.endsWith("whole"));
    assertThat(folder.resolve("half")).doesNotExist();
  }

  @Test
  void aFormattedFolderIsLeftAlone() throws Exception {
    Path folder = Files.createDirectory(parent.resolve("name"));
    FormattedFolder.ensure(
        folder,
        fresh -> {
          throw new AssertionError("formatted again");
        });
    assertThat(folder).isEmptyDirectory();
  }
}

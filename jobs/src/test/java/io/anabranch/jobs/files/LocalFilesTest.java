package io.anabranch.jobs.files;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.runtime.Problem;
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

  @Test
  void whatIsNoPathOfThisMachineIsTold() {
    for (String address : List.of("hdfs://h/x", "file:a b", "file:x", "x")) {
      assertThatThrownBy(() -> files().exists(address))
          .isInstanceOf(Problem.class)
          .hasMessageContaining("'%s' is no file of this machine", address);
    }
  }
}

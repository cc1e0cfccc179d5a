package io.anabranch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogTailTest {
  @TempDir private Path folder;

  @Test
  void ourOwnLineIsPreferred() throws IOException {
    assertThat(
            tail("anabranch: port 5 is in use\njava.io.IOException: x\n\tat a.b.C.d(E.java:1)\n"))
        .isEqualTo("port 5 is in use");
  }

  @Test
  void errorIsPreferredToChatter() throws IOException {
    assertThat(tail("java.net.BindException: x\n\tat a.b.C.d(E.java:1)\n\t... 3 more\nbye\n"))
        .isEqualTo("java.net.BindException: x");
  }

  @Test
  void withoutAnErrorTheLastLineIsTold() throws IOException {
    assertThat(tail("one\ntwo\n\n")).isEqualTo("two");
  }

  @Test
  void earlierProcessesOfTheSameLogDoNotCount() throws IOException {
    Path file = Files.writeString(folder.resolve("role.log"), "anabranch: long ago\n");
    LogTail.markStart(file);
    Files.writeString(file, "now\n", java.nio.file.StandardOpenOption.APPEND);
    assertThat(LogTail.lastMeaningfulLine(file)).hasValue("now");
  }

  @Test
  void missingLogGivesNothing() {
    assertThat(LogTail.lastMeaningfulLine(folder.resolve("none"))).isEmpty();
  }

  private String tail(String log) throws IOException {
    Path file = Files.writeString(folder.resolve("role.log"), log);
    return LogTail.lastMeaningfulLine(file).orElseThrow();
  }
}

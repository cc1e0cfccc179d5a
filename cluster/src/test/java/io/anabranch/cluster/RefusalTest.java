package io.anabranch.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starts the real process: what matters is its status, and that it says one line and ends. */
class RefusalTest {
  @TempDir Path folder;

  private record Ending(int status, String words) {}

  private Ending run(String settings, String... args) throws Exception {
    Path config = Files.writeString(folder.resolve("anabranch.properties"), settings);
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "io.anabranch.cluster.Main",
                args.length > 0 ? args[0] : "stack",
                "--config",
                config.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("words").toFile())
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Ending(
        process.exitValue(),
        Files.readString(folder.resolve("words"), StandardCharsets.UTF_8).strip());
  }

  private static String freePorts() {
    StringBuilder keys = new StringBuilder();
    var ports = FreePorts.choose(Endpoint.values().length).iterator();
    for (Endpoint endpoint : Endpoint.values()) {
      keys.append(endpoint.portKey() + " = " + ports.next() + "\n");
    }
    return keys.toString();
  }

  @Test
  void aPortInUseIsNamedWithItsServiceAndKey() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();
      Ending ending =
          run(
              "platform.data = %s\n%sstack.thrift2-port = %d\n"
                  .formatted(folder.resolve("data"), freePorts(), port));
      assertThat(ending.status()).isEqualTo(3);
      assertThat(ending.words())
          .hasLineCount(1)
          .contains("Port " + port, "hbase-thrift2", "stack.thrift2-port", "choose another port");
    }
  }

  @Test
  void aDiskWithoutRoomIsRefused() throws Exception {
    Ending ending =
        run(
            "platform.data = %s\n%sstack.free-mb = 2000000000\n"
                .formatted(folder.resolve("data"), freePorts()));
    assertThat(ending.status()).isEqualTo(3);
    assertThat(ending.words()).hasLineCount(1).contains("2000000000 MB are needed", "make room");
  }

  @Test
  void aDataFolderThatCannotBeWrittenIsRefused() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "");
    Ending ending = run("platform.data = %s\n%s".formatted(file, freePorts()));
    assertThat(ending.status()).isEqualTo(3);
    assertThat(ending.words()).hasLineCount(1).contains("Cannot write to the data folder");
  }

  @Test
  void anUnknownKeyAndAnUnknownRoleAreBadInput() throws Exception {
    Ending key = run("platform.data = %s\nstack.colour = red\n".formatted(folder));
    assertThat(key.status()).isEqualTo(2);
    assertThat(key.words()).hasLineCount(1).contains("unknown key 'stack.colour'");

    Ending role = run("platform.data = %s\n".formatted(folder), "namenodes");
    assertThat(role.status()).isEqualTo(2);
    assertThat(role.words()).hasLineCount(1).contains("Unknown role 'namenodes'");
  }

  @Test
  void anotherJdkIsRefused() {
    Preflight.requireJava(17);
    Preflight.requireJava(21);
    for (int feature : new int[] {16, 22, 25}) {
      assertThatExceptionOfType(StackProblem.class)
          .isThrownBy(() -> Preflight.requireJava(feature))
          .withMessageContaining("Java " + feature)
          .withMessageContaining("JAVA_HOME");
    }
  }

  @Test
  void freePortsAreDistinctAndFree() throws IOException {
    List<Integer> ports = FreePorts.choose(20);
    assertThat(ports).hasSize(20).doesNotHaveDuplicates();
    for (int port : ports) {
      new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
    }
  }
}

package io.anabranch.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StackSettingsTest {
  @TempDir Path folder;

  private StackSettings read(String text, Map<String, String> environment) throws IOException {
    return StackSettings.read(
        Files.writeString(folder.resolve("anabranch.properties"), text), environment);
  }

  @Test
  void everythingIsOnLoopbackUnlessTheFileSaysOtherwise() throws IOException {
    StackSettings settings = read("platform.data = /data\n", Map.of());
    assertThat(settings.bindHost()).isEqualTo("127.0.0.1");
    assertThat(settings.address(Endpoint.KAFKA)).isEqualTo("127.0.0.1:9092");
    assertThat(settings.healthPort()).isEmpty();
    assertThat(settings.stackFolder()).isEqualTo(Path.of("/data/stack"));
  }

  @Test
  void aServiceMayStandOnAHostOfItsOwn() throws IOException {
    StackSettings settings =
        read(
            "platform.data=/data\nstack.host=one\nstack.namenode-host=two\nstack.namenode-port=1\n",
            Map.of());
    assertThat(settings.address(Endpoint.NAMENODE)).isEqualTo("two:1");
    assertThat(settings.host(Endpoint.NAMENODE_HTTP)).isEqualTo("two");
    assertThat(settings.host(Endpoint.KAFKA)).isEqualTo("one");
  }

  @Test
  void theEnvironmentOverridesTheFile() throws IOException {
    StackSettings settings =
        read(
            "platform.data = /data\nstack.namenode-port = 1\n",
            Map.of("ANABRANCH_STACK_NAMENODE_PORT", "2", "ANABRANCH_PLATFORM_DATA", "/other"));
    assertThat(settings.port(Endpoint.NAMENODE)).isEqualTo(2);
    assertThat(settings.data()).isEqualTo(Path.of("/other"));
  }

  @Test
  void sectionsOfOthersAreNotItsBusiness() throws IOException {
    assertThat(read("platform.data = /data\nserving.colour = red\n", Map.of()).freeMegabytes())
        .isEqualTo(1024);
  }

  @Test
  void anUnknownKeyIsAnErrorThatNamesTheKnownOnes() {
    assertThatExceptionOfType(StackProblem.class)
        .isThrownBy(() -> read("platform.data = /data\nstack.namenode-prot = 1\n", Map.of()))
        .withMessageContaining("unknown key 'stack.namenode-prot'")
        .withMessageContaining("stack.namenode-port")
        .returns(2, StackProblem::status);
  }

  @Test
  void aValueThatIsNoPortIsAnError() {
    for (String value : new String[] {"many", "0", "65536", "-1"}) {
      assertThatExceptionOfType(StackProblem.class)
          .isThrownBy(() -> read("platform.data=/data\nstack.kafka-port=" + value, Map.of()))
          .withMessageContaining("'" + value + "' is no value for 'stack.kafka-port'");
    }
  }

  @Test
  void aMissingFileAndAMissingDataFolderSayWhatToGive() {
    assertThatExceptionOfType(StackProblem.class)
        .isThrownBy(() -> StackSettings.read(folder.resolve("none"), Map.of()))
        .withMessageContaining("give one with --config");
    assertThatExceptionOfType(StackProblem.class)
        .isThrownBy(() -> read("stack.host = here\n", Map.of()))
        .withMessageContaining("'platform.data' is missing");
  }
}

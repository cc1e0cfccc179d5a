package io.anabranch.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SettingsTest {
  enum Mode {
    REAL_TIME,
    MICRO_BATCH
  }

  record Speed(
      int healthPort, @Default("PT0.1S") Duration flushInterval, @Default("real-time") Mode mode) {
    Speed {
      if (healthPort > 65535) {
        throw new IllegalArgumentException("Invalid health-port: " + healthPort);
      }
    }
  }

  @TempDir Path folder;

  private Settings settings(String text, Map<String, String> environment) throws IOException {
    return Settings.read(
        Files.writeString(folder.resolve("anabranch.properties"), text), environment);
  }

  private Speed speed(String text) throws IOException {
    return settings(text, Map.of()).section("speed", Speed.class);
  }

  @Test
  void bindsASectionAndItsDefaults() throws IOException {
    assertThat(speed("# comment\n\nspeed.health-port = 7001\nother.key = x\n"))
        .isEqualTo(new Speed(7001, Duration.ofMillis(100), Mode.REAL_TIME));
  }

  @Test
  void letsTheEnvironmentOverrideTheFile() throws IOException {
    assertThat(
            settings(
                    "speed.health-port = 7001",
                    Map.of("ANABRANCH_SPEED_HEALTH_PORT", "7002", "HOME", "/"))
                .section("speed", Speed.class)
                .healthPort())
        .isEqualTo(7002);
  }

  @Test
  void tellsFileAndLineOfAnUnknownKey() {
    assertThatThrownBy(() -> speed("speed.health-port = 1\nspeed.helth = 2"))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("anabranch.properties:2: unknown key 'speed.helth'")
        .hasMessageContaining("speed.flush-interval");
  }

  @Test
  void tellsWhatAValueShouldHaveBeen() {
    assertThatThrownBy(() -> speed("speed.health-port = many"))
        .hasMessageContaining("'many' is no value for 'speed.health-port' (expected int)");
    assertThatThrownBy(() -> speed("speed.health-port = 1\nspeed.mode = fast"))
        .hasMessageContaining("expected one of [real-time, micro-batch]");
    assertThatThrownBy(() -> speed("speed.health-port = 1\nspeed.flush-interval = 100ms"))
        .hasMessageContaining("ISO 8601 duration");
  }

  @Test
  void tellsAMissingKeyAndARefusedRecord() {
    assertThatThrownBy(() -> speed("")).hasMessageContaining("'speed.health-port' is missing");
    assertThatThrownBy(() -> speed("speed.health-port = 70000"))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("section 'speed': Invalid health-port: 70000");
  }

  @Test
  void tellsLinesThatAreNoSettings() {
    assertThatThrownBy(() -> speed("speed.health-port")).hasMessageContaining(":1: expected");
    assertThatThrownBy(() -> speed("speed.health-port = 1\nspeed.health-port = 2"))
        .hasMessageContaining(":2: the key 'speed.health-port' stands twice");
    assertThatThrownBy(() -> Settings.read(folder.resolve("absent")))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("absent");
  }
}

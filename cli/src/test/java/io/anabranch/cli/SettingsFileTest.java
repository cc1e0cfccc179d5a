package io.anabranch.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.runtime.PlatformSettings;
import io.anabranch.runtime.Problem;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsFileTest {
  @TempDir private Path folder;
  private Home home;
  private DataFolder data;

  @BeforeEach
  void makeFolders() {
    home = new Home(folder.resolve("home"));
    data = new DataFolder(folder.resolve("data"));
    data.create();
  }

  @Test
  void firstUseChoosesDifferentPortsBelowTheEphemeralRange() throws IOException {
    SettingsFile.ensure(home, data);
    Map<String, String> values = SettingsFile.values(Files.readString(data.settings()));
    Set<Integer> ports = new HashSet<>();
    for (String key : SettingsFile.PORT_KEYS) {
      int port = Integer.parseInt(values.get(key));
      assertThat(port).isBetween(20_000, 31_999);
      assertThat(ports.add(port)).as(key).isTrue();
    }
    assertThat(values.get("platform.hdfs"))
        .isEqualTo("hdfs://127.0.0.1:" + values.get("stack.namenode-port"));
    assertThat(values.get("platform.hive-server"))
        .isEqualTo("127.0.0.1:" + values.get("hive.server-port"));
  }

  @Test
  void fileBindsToThePlatformSection() {
    PlatformSettings platform =
        SettingsFile.ensure(home, data).section("platform", PlatformSettings.class);
    assertThat(platform.data()).isEqualTo(data.folder());
    assertThat(platform.serving().getHost()).isEqualTo("127.0.0.1");
  }

  @Test
  void portsAreRememberedEvenWhileTheyAreInUse() throws IOException {
    SettingsFile.ensure(home, data);
    String first = Files.readString(data.settings());
    int port = Integer.parseInt(SettingsFile.values(first).get("stack.kafka-port"));
    try (ServerSocket used = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      assertThat(used.isBound()).isTrue();
      SettingsFile.ensure(home, data);
    }
    assertThat(Files.readString(data.settings())).isEqualTo(first);
  }

  @Test
  void keysThatAnOlderFileLacksAreAddedAndTheRestStays() throws IOException {
    SettingsFile.ensure(home, data);
    String complete = Files.readString(data.settings());
    String older =
        complete.replaceAll("(?m)^speed\\.health-port.*\n", "") + "speed.flush = PT0.1S\n";
    Files.writeString(data.settings(), older);
    SettingsFile.ensure(home, data);
    assertThat(Files.readString(data.settings()))
        .startsWith(older)
        .contains("speed.health-port = ");
  }

  @Test
  void portInUseIsNotChosen() throws IOException {
    try (ServerSocket used = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = used.getLocalPort();
      assertThat(new Ports(0).choosePreferably(port)).isNotEqualTo(port);
    }
  }

  @Test
  void movedFolderIsRefused() throws IOException {
    SettingsFile.ensure(home, data);
    DataFolder copy = new DataFolder(folder.resolve("copy"));
    copy.create();
    Files.copy(data.settings(), copy.settings());
    assertThatThrownBy(() -> SettingsFile.ensure(home, copy))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("it was moved or copied");
  }

  @Test
  void diskWithoutRoomIsRefused() {
    assertThatThrownBy(() -> data.requireSpace(Long.MAX_VALUE))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("MB free");
  }
}

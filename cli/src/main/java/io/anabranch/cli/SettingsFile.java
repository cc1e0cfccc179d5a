package io.anabranch.cli;

import io.anabranch.runtime.Problem;
import io.anabranch.runtime.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes the settings file of a data folder, and adds what an older one lacks. What stands in the
 * file stays: ports are chosen once.
 */
final class SettingsFile {
  /** The page's port, unless something else listens there. */
  static final int PREFERRED_SERVING_PORT = 8642;

  /** That of Spark's History Server, unless something else listens there. */
  static final int PREFERRED_HISTORY_PORT = 18_080;

  /** The keys whose value is a port that a service of ours listens on. */
  static final List<String> PORT_KEYS =
      List.of(
          "stack.datanode-http-port",
          "stack.datanode-ipc-port",
          "stack.datanode-port",
          "stack.hbase-master-port",
          "stack.health-port",
          "stack.kafka-controller-port",
          "stack.kafka-port",
          "stack.namenode-http-port",
          "stack.namenode-port",
          "stack.regionserver-port",
          "stack.thrift-port",
          "stack.thrift2-port",
          "stack.zookeeper-port",
          "hive.health-port",
          "hive.metastore-port",
          "hive.server-port",
          "ingest.health-port",
          "speed.health-port");

  private static final String LOOPBACK = "127.0.0.1:";

  private final Home home;
  private final DataFolder data;
  private final Map<String, String> present;
  private final Map<String, String> added = new LinkedHashMap<>();
  private final Ports ports;

  private SettingsFile(Home home, DataFolder data, Map<String, String> present) {
    this.home = home;
    this.data = data;
    this.present = present;
    this.ports = new Ports(data.folder().hashCode());
    for (String value : present.values()) {
      portIn(value).ifPresent(ports::take);
    }
  }

  /**
   * The settings of the data folder, complete.
   *
   * @throws Problem if the file belongs to another folder
   */
  static Settings ensure(Home home, DataFolder data) {
    try {
      Map<String, String> present = new LinkedHashMap<>();
      String text = data.isSetUp() ? Files.readString(data.settings()) : header();
      if (data.isSetUp()) {
        Settings.read(data.settings(), Map.of());
        present = values(text);
      }
      SettingsFile file = new SettingsFile(home, data, present);
      file.requireOwnFolder();
      file.addMissing();
      if (!file.added.isEmpty()) {
        file.write(text);
      }
    } catch (IOException e) {
      throw Problem.unreachable("Cannot write the settings " + data.settings() + ": " + e, e);
    }
    return Settings.read(data.settings());
  }

  private static String header() {
    return """
        # Settings of this instance. Ports were chosen at the first start and stay; change a line
        # and run 'anabranch down' and 'anabranch up'. ANABRANCH_SECTION_KEY in the environment
        # overrides section.key.
        """;
  }

  private void requireOwnFolder() {
    String recorded = present.get("platform.data");
    if (recorded != null && !Path.of(recorded).equals(data.folder())) {
      throw Problem.badInput(
          ("%s says platform.data = %s, but the folder is %s: it was moved or copied."
                  + " Correct that line if the other folder is no longer in use")
              .formatted(data.settings(), recorded, data.folder()));
    }
  }

  private void addMissing() {
    add("platform.data", data.folder().toString());
    add("platform.schemas", home.schemas().toString());
    add("jobs.zone", ZoneId.systemDefault().getId());
    add("serving.command", home.folder().resolve("anabranch").toString());
    addPage("platform.serving", PREFERRED_SERVING_PORT);
    addPage("history.address", PREFERRED_HISTORY_PORT);
    for (String key : PORT_KEYS) {
      if (!present.containsKey(key)) {
        added.put(key, Integer.toString(ports.choose()));
      }
    }
    addAddress("platform.hdfs", "hdfs://", "stack.namenode-port");
    addAddress("platform.zookeeper", "", "stack.zookeeper-port");
    addAddress("platform.kafka", "", "stack.kafka-port");
    addAddress("platform.thrift", "", "stack.thrift-port");
    addAddress("platform.thrift2", "", "stack.thrift2-port");
    addAddress("platform.hive-metastore", "thrift://", "hive.metastore-port");
    addAddress("platform.hive-server", "", "hive.server-port");
  }

  private void add(String key, String value) {
    if (!present.containsKey(key)) {
      added.put(key, value);
    }
  }

  private void addPage(String key, int preferred) {
    if (!present.containsKey(key)) {
      added.put(key, "http://" + LOOPBACK + ports.choosePreferably(preferred));
    }
  }

  private void addAddress(String key, String scheme, String portKey) {
    add(key, scheme + LOOPBACK + present.getOrDefault(portKey, added.get(portKey)));
  }

  private void write(String text) throws IOException {
    StringBuilder all = new StringBuilder(text);
    if (!text.endsWith("\n")) {
      all.append('\n');
    }
    added.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(e -> all.append(e.getKey()).append(" = ").append(e.getValue()).append('\n'));
    Path beside = data.settings().resolveSibling("anabranch.properties.new");
    Files.writeString(beside, all);
    Files.move(
        beside,
        data.settings(),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  /** The keys of a file that {@link Settings} accepted, as they stand. */
  static Map<String, String> values(String text) {
    Map<String, String> values = new LinkedHashMap<>();
    text.lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
        .forEach(
            line -> {
              int equals = line.indexOf('=');
              values.put(line.substring(0, equals).strip(), line.substring(equals + 1).strip());
            });
    return values;
  }

  private static Optional<Integer> portIn(String value) {
    String tail = value.substring(value.lastIndexOf(':') + 1);
    return tail.matches("\\d{1,5}") ? Optional.of(Integer.valueOf(tail)) : Optional.empty();
  }
}

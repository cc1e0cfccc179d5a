package io.anabranch.cluster;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** The settings file of a stack on this machine: free ports, chosen once for a data folder. */
final class LocalSettings {
  private static final List<String> HIVE_PORTS =
      List.of("hive.metastore-port", "hive.server-port", "hive.health-port");

  private LocalSettings() {}

  /** Where it stands in the data folder. */
  static Path file(Path data) {
    return data.resolve("conf/anabranch.properties");
  }

  /** Reads the folder's settings, or chooses and writes them. */
  static Map<String, String> of(Path data) {
    try {
      if (Files.exists(file(data))) {
        return read(file(data));
      }
      Map<String, String> settings = choose(data);
      write(file(data), settings);
      return settings;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read or write " + file(data), e);
    }
  }

  private static Map<String, String> read(Path file) throws IOException {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    }
    Map<String, String> settings = new TreeMap<>();
    properties.forEach((key, value) -> settings.put(key.toString(), value.toString()));
    return settings;
  }

  private static Map<String, String> choose(Path data) {
    Map<String, String> settings = new TreeMap<>();
    Iterator<Integer> ports =
        FreePorts.choose(Endpoint.values().length + 2 + HIVE_PORTS.size()).iterator();
    for (Endpoint endpoint : Endpoint.values()) {
      settings.put(endpoint.portKey(), ports.next().toString());
    }
    settings.put("stack.health-port", ports.next().toString());
    HIVE_PORTS.forEach(key -> settings.put(key, ports.next().toString()));
    settings.put("platform.data", data.toString());
    settings.put("platform.schemas", data.resolve("schemas").toString());
    settings.put("platform.hdfs", "hdfs://" + local(settings, Endpoint.NAMENODE.portKey()));
    settings.put("platform.kafka", local(settings, Endpoint.KAFKA.portKey()));
    settings.put("platform.zookeeper", local(settings, Endpoint.ZOOKEEPER.portKey()));
    settings.put("platform.thrift", local(settings, Endpoint.THRIFT.portKey()));
    settings.put("platform.thrift2", local(settings, Endpoint.THRIFT2.portKey()));
    settings.put("platform.hive-metastore", "thrift://" + local(settings, "hive.metastore-port"));
    settings.put("platform.hive-server", local(settings, "hive.server-port"));
    settings.put("platform.serving", "http://127.0.0.1:" + ports.next());
    return settings;
  }

  private static String local(Map<String, String> settings, String portKey) {
    return "127.0.0.1:" + settings.get(portKey);
  }

  private static void write(Path file, Map<String, String> settings) throws IOException {
    Files.createDirectories(file.getParent());
    Path unfinished = file.resolveSibling("anabranch.properties.unfinished");
    List<String> lines =
        settings.entrySet().stream().map(e -> e.getKey() + " = " + e.getValue()).toList();
    Files.write(unfinished, lines);
    Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
  }
}

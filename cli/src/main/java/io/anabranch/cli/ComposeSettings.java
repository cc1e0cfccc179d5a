package io.anabranch.cli;

import io.anabranch.runtime.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;

/**
 * The settings of a container: the host names of the compose file and each service's customary
 * port. The environment overrides them, as it does everywhere.
 */
final class ComposeSettings {
  private static final String DATA = "ANABRANCH_PLATFORM_DATA";

  private ComposeSettings() {}

  /** Whether the environment asks for them: it sets something of the platform or of the stack. */
  static boolean areMeant(Map<String, String> environment) {
    return environment.keySet().stream()
        .anyMatch(
            name -> name.startsWith("ANABRANCH_PLATFORM_") || name.startsWith("ANABRANCH_STACK_"));
  }

  /** Writes the file into the data folder that the environment names, or {@code /data}. */
  static Path write(Home home, Map<String, String> environment) {
    Path data = Path.of(environment.getOrDefault(DATA, "/data"));
    Path file = data.resolve("conf/compose.properties");
    try {
      Files.createDirectories(file.getParent());
      Path beside = Files.createTempFile(file.getParent(), "compose", ".new");
      Files.writeString(beside, text(home, data));
      Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      return file;
    } catch (IOException e) {
      throw Problem.unreachable(
          "Cannot write " + file + " (" + e + "): name a writable folder with " + DATA, e);
    }
  }

  private static String text(Home home, Path data) {
    return """
        platform.data = %s
        platform.schemas = %s
        platform.hdfs = hdfs://namenode:8020
        platform.kafka = kafka:9092
        platform.zookeeper = zookeeper:2181
        platform.hive-metastore = thrift://hive-metastore:9083
        platform.hive-server = hive-server:10000
        platform.thrift = hbase-thrift:9090
        platform.thrift2 = hbase-thrift2:9091
        platform.serving = http://serving:8642
        stack.bind-host = 0.0.0.0
        stack.namenode-host = namenode
        stack.datanode-host = datanode
        stack.zookeeper-host = zookeeper
        stack.hbase-master-host = hbase-master
        stack.regionserver-host = hbase-regionserver
        stack.thrift-host = hbase-thrift
        stack.thrift2-host = hbase-thrift2
        stack.kafka-host = kafka
        hive.metastore-port = 9083
        hive.server-port = 10000
        hive.health-port = 8090
        ingest.health-port = 8090
        speed.health-port = 8090
        serving.command = %s
        """
        .formatted(data, home.schemas(), home.folder().resolve("anabranch"));
  }
}

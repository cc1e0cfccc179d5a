package io.anabranch.cluster;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;

/** A Kafka broker that is its own KRaft controller. */
final class KafkaService implements Service {
  private final StackSettings settings;
  private final Path folder;
  private KafkaRaftServer server;

  KafkaService(StackSettings settings) {
    this.settings = settings;
    this.folder = settings.stackFolder().resolve("kafka");
  }

  @Override
  public void start() throws Exception {
    FormattedFolder.ensure(folder, this::format);
    server = new KafkaRaftServer(new KafkaConfig(properties(folder), false), Time.SYSTEM);
    server.startup();
  }

  private void format(Path unformatted) throws IOException {
    Path file = unformatted.resolveSibling("kafka-format.properties");
    try (Writer writer = Files.newBufferedWriter(file)) {
      properties(unformatted).store(writer, null);
    }
    ByteArrayOutputStream words = new ByteArrayOutputStream();
    int status =
        StorageTool.execute(
            new String[] {
              "format", "--cluster-id", Uuid.randomUuid().toString(), "--config", file.toString()
            },
            new PrintStream(words, true, StandardCharsets.UTF_8));
    if (status != 0) {
      throw new IOException(words.toString(StandardCharsets.UTF_8).strip());
    }
    Files.delete(file);
  }

  private Properties properties(Path logs) {
    String controller = "127.0.0.1:" + settings.port(Endpoint.KAFKA_CONTROLLER);
    Properties properties = new Properties();
    properties.put("process.roles", "broker,controller");
    properties.put("node.id", "1");
    properties.put("controller.quorum.voters", "1@" + controller);
    properties.put("controller.listener.names", "CONTROLLER");
    properties.put(
        "listeners",
        "PLAINTEXT://" + settings.bindAddress(Endpoint.KAFKA) + ",CONTROLLER://" + controller);
    properties.put("advertised.listeners", "PLAINTEXT://" + settings.address(Endpoint.KAFKA));
    properties.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    properties.put("inter.broker.listener.name", "PLAINTEXT");
    properties.put("log.dirs", logs.toString());
    properties.put("auto.create.topics.enable", "false");
    oneCopy(properties);
    small(properties);
    return properties;
  }

  private static void oneCopy(Properties properties) {
    properties.put("default.replication.factor", "1");
    properties.put("min.insync.replicas", "1");
    properties.put("offsets.topic.replication.factor", "1");
    properties.put("transaction.state.log.replication.factor", "1");
    properties.put("transaction.state.log.min.isr", "1");
    properties.put("share.coordinator.state.topic.replication.factor", "1");
    properties.put("share.coordinator.state.topic.min.isr", "1");
  }

  private static void small(Properties properties) {
    properties.put("offsets.topic.num.partitions", "4");
    properties.put("transaction.state.log.num.partitions", "4");
    properties.put("group.initial.rebalance.delay.ms", "0");
    properties.put("num.network.threads", "2");
    properties.put("num.io.threads", "3");
    properties.put("log.cleaner.threads", "1");
    properties.put("log.cleaner.dedupe.buffer.size", "4194304");
    properties.put("background.threads", "2");
    properties.put("metadata.log.max.record.bytes.between.snapshots", "2097152");
    properties.put("initial.broker.registration.timeout.ms", "60000");
  }

  @Override
  public boolean isServing() {
    return true;
  }

  @Override
  public void stop() {
    if (server != null) {
      server.shutdown();
      server.awaitShutdown();
    }
  }
}

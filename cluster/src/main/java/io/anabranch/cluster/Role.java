package io.anabranch.cluster;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A daemon that runs in the stack's JVM or alone, in an order in which they may be started. */
enum Role {
  ZOOKEEPER,
  KAFKA,
  NAMENODE,
  DATANODE,
  HBASE_MASTER,
  HBASE_REGIONSERVER,
  HBASE_THRIFT,
  HBASE_THRIFT2;

  /** The name on the command line and in the health answer. */
  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The daemon, not yet started. */
  Service service(StackSettings settings) {
    return switch (this) {
      case ZOOKEEPER -> new ZooKeeperService(settings);
      case KAFKA -> new KafkaService(settings);
      case NAMENODE -> new NameNodeService(settings);
      case DATANODE -> new DataNodeService(settings);
      case HBASE_MASTER -> HBaseService.master(settings);
      case HBASE_REGIONSERVER -> HBaseService.regionServer(settings);
      case HBASE_THRIFT -> new ThriftService(settings, Endpoint.THRIFT);
      case HBASE_THRIFT2 -> new ThriftService(settings, Endpoint.THRIFT2);
    };
  }

  /** What it listens on; the first is the one that its clients speak to. */
  List<Endpoint> endpoints() {
    return switch (this) {
      case ZOOKEEPER -> List.of(Endpoint.ZOOKEEPER);
      case KAFKA -> List.of(Endpoint.KAFKA, Endpoint.KAFKA_CONTROLLER);
      case NAMENODE -> List.of(Endpoint.NAMENODE, Endpoint.NAMENODE_HTTP);
      case DATANODE -> List.of(Endpoint.DATANODE, Endpoint.DATANODE_IPC, Endpoint.DATANODE_HTTP);
      case HBASE_MASTER -> List.of(Endpoint.HBASE_MASTER);
      case HBASE_REGIONSERVER -> List.of(Endpoint.REGIONSERVER);
      case HBASE_THRIFT -> List.of(Endpoint.THRIFT);
      case HBASE_THRIFT2 -> List.of(Endpoint.THRIFT2);
    };
  }

  /** Whom it cannot start without. Master and region server find each other by themselves. */
  List<Role> needs() {
    return switch (this) {
      case ZOOKEEPER, KAFKA, NAMENODE -> List.of();
      case DATANODE -> List.of(NAMENODE);
      case HBASE_MASTER, HBASE_REGIONSERVER -> List.of(ZOOKEEPER, DATANODE);
      case HBASE_THRIFT, HBASE_THRIFT2 -> List.of(HBASE_MASTER);
    };
  }

  /**
   * The roles that a word on the command line stands for.
   *
   * @throws StackProblem status 2 for an unknown word
   */
  static List<Role> named(String word) {
    if (word.equals("stack")) {
      return List.of(values());
    }
    List<Role> found = Arrays.stream(values()).filter(role -> role.label().equals(word)).toList();
    if (found.isEmpty()) {
      throw StackProblem.badInput(
          "Unknown role '%s': expected stack or one of %s"
              .formatted(word, Arrays.stream(values()).map(Role::label).toList()));
    }
    return found;
  }
}

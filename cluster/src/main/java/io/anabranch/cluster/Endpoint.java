package io.anabranch.cluster;

import java.util.Arrays;
import java.util.List;

/**
 * An address on which one of the services listens. Its port is the key {@code stack.<name>-port};
 * the host that others reach it at is {@code stack.<service>-host}.
 */
public enum Endpoint {
  ZOOKEEPER("zookeeper", "zookeeper", 2181),
  NAMENODE("namenode", "namenode", 8020),
  NAMENODE_HTTP("namenode-http", "namenode", 9870),
  DATANODE("datanode", "datanode", 9866),
  DATANODE_IPC("datanode-ipc", "datanode", 9867),
  DATANODE_HTTP("datanode-http", "datanode", 9864),
  HBASE_MASTER("hbase-master", "hbase-master", 16000),
  REGIONSERVER("regionserver", "regionserver", 16020),
  THRIFT("thrift", "thrift", 9090),
  THRIFT2("thrift2", "thrift2", 9091),
  KAFKA("kafka", "kafka", 9092),
  KAFKA_CONTROLLER("kafka-controller", "kafka", 9093);

  private final String label;
  private final String service;
  private final int defaultPort;

  Endpoint(String label, String service, int defaultPort) {
    this.label = label;
    this.service = service;
    this.defaultPort = defaultPort;
  }

  /** The settings key of the port, with its section. */
  public String portKey() {
    return "stack." + label + "-port";
  }

  /** The settings key of the host, with its section; endpoints of one service share it. */
  public String hostKey() {
    return "stack." + service + "-host";
  }

  /** The port that the service's own project made customary. */
  public int defaultPort() {
    return defaultPort;
  }

  static List<String> keys() {
    return Arrays.stream(values())
        .flatMap(endpoint -> List.of(endpoint.portKey(), endpoint.hostKey()).stream())
        .distinct()
        .toList();
  }
}

package io.anabranch.cli;

import io.anabranch.runtime.PlatformSettings;
import java.util.List;

/** Where a person finds what runs. */
final class Overview {
  private Overview() {}

  static String of(Instance instance) {
    PlatformSettings at = instance.platform();
    TextTable table = new TextTable(List.of("what", "where"));
    table.add(List.of("page", at.serving().toString()));
    table.add(List.of("REST", at.serving().resolve("/api/v1/datasets").toString()));
    table.add(List.of("HiveServer2", "jdbc:hive2://" + at.hiveServer() + "/"));
    table.add(List.of("HBase Thrift 1", at.thrift()));
    table.add(List.of("HBase Thrift 2", at.thrift2()));
    table.add(List.of("Kafka", at.kafka()));
    table.add(List.of("HDFS", at.hdfs().toString()));
    table.add(List.of("ZooKeeper", at.zookeeper()));
    table.add(List.of("settings", instance.config().toString()));
    table.add(List.of("logs", instance.data().log("x").getParent().toString()));
    return table.render();
  }
}

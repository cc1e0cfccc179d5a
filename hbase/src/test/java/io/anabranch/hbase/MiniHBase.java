package io.anabranch.hbase;

import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hbase.HBaseTestingUtility;

/** A real HBase of one region server in this JVM, started once for all suites. */
final class MiniHBase {
  private static final HBaseTestingUtility CLUSTER = start();
  private static final HBaseConnection CONNECTION =
      HBaseConnection.connect(CLUSTER.getConfiguration());

  private MiniHBase() {}

  private static HBaseTestingUtility start() {
    HBaseTestingUtility cluster = new HBaseTestingUtility();
    Configuration configuration = cluster.getConfiguration();
    configuration.set("hbase.wal.provider", "filesystem");
    configuration.setBoolean("hbase.filesystem.reorder.blocks", false);
    configuration.setInt("hbase.master.info.port", -1);
    configuration.setInt("hbase.regionserver.info.port", -1);
    try {
      cluster.startMiniCluster(1);
    } catch (Exception e) {
      throw new IllegalStateException("HBase did not start", e);
    }
    Runtime.getRuntime().addShutdownHook(new Thread(MiniHBase::stop));
    return cluster;
  }

  private static void stop() {
    try {
      CONNECTION.close();
      CLUSTER.shutdownMiniCluster();
    } catch (Exception e) {
      throw new IllegalStateException("HBase did not stop", e);
    }
  }

  static HBaseTestingUtility cluster() {
    return CLUSTER;
  }

  static HBaseConnection connection() {
    return CONNECTION;
  }
}

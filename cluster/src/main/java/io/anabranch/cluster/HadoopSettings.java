package io.anabranch.cluster;

import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hbase.HBaseConfiguration;

/** What HDFS and HBase are told: one copy of everything, little memory, and a short recovery. */
final class HadoopSettings {
  static final String NAME_FOLDER = "dfs.namenode.name.dir";

  private HadoopSettings() {}

  static Configuration hdfs(StackSettings settings) {
    Configuration conf = new Configuration();
    addHdfs(conf, settings);
    return conf;
  }

  static Configuration hbase(StackSettings settings) {
    Configuration conf = HBaseConfiguration.create();
    addHdfs(conf, settings);
    addHBase(conf, settings);
    return conf;
  }

  private static void addHdfs(Configuration conf, StackSettings settings) {
    Path folder = settings.stackFolder();
    conf.set("fs.defaultFS", "hdfs://" + settings.address(Endpoint.NAMENODE));
    conf.set("hadoop.tmp.dir", folder.resolve("tmp").toString());
    conf.set(NAME_FOLDER, folder.resolve("hdfs/name").toUri().toString());
    conf.set("dfs.namenode.rpc-bind-host", settings.bindHost());
    conf.set("dfs.namenode.http-address", settings.address(Endpoint.NAMENODE_HTTP));
    conf.set("dfs.namenode.http-bind-host", settings.bindHost());
    conf.setInt("dfs.namenode.handler.count", 6);
    conf.setInt("dfs.namenode.service.handler.count", 3);
    conf.setInt("dfs.replication", 1);
    conf.setBoolean("dfs.permissions.enabled", false);
    // the restart after a crash waits for one DataNode's report and for nothing else
    conf.setInt("dfs.namenode.safemode.extension", 0);
    conf.setInt("dfs.namenode.safemode.min.datanodes", 1);
    conf.setInt("dfs.heartbeat.interval", 1);
    conf.setInt("dfs.namenode.heartbeat.recheck-interval", 15_000);
    conf.set("dfs.blockreport.initialDelay", "0");
    // containers have names of their own, which the NameNode need not be able to look up
    conf.setBoolean("dfs.namenode.datanode.registration.ip-hostname-check", false);
    addDataNode(conf, settings);
  }

  private static void addDataNode(Configuration conf, StackSettings settings) {
    conf.set(
        "dfs.datanode.data.dir", settings.stackFolder().resolve("hdfs/data").toUri().toString());
    conf.set("dfs.datanode.hostname", settings.host(Endpoint.DATANODE));
    conf.set("dfs.datanode.address", settings.bindAddress(Endpoint.DATANODE));
    conf.set("dfs.datanode.ipc.address", settings.bindAddress(Endpoint.DATANODE_IPC));
    conf.set("dfs.datanode.http.address", settings.bindAddress(Endpoint.DATANODE_HTTP));
    conf.setInt("dfs.datanode.handler.count", 4);
    conf.setInt("dfs.datanode.max.transfer.threads", 512);
    // there is no other DataNode to replace a failed one in a pipeline
    conf.setBoolean("dfs.client.block.write.replace-datanode-on-failure.best-effort", true);
    conf.setLong("dfs.datanode.scan.period.hours", -1);
  }

  private static void addHBase(Configuration conf, StackSettings settings) {
    conf.set("hbase.rootdir", "hdfs://" + settings.address(Endpoint.NAMENODE) + "/hbase");
    conf.setBoolean("hbase.cluster.distributed", true);
    conf.set("hbase.zookeeper.quorum", settings.host(Endpoint.ZOOKEEPER));
    conf.setInt("hbase.zookeeper.property.clientPort", settings.port(Endpoint.ZOOKEEPER));
    // long, since one JVM pauses as a whole; a restart at the same address does not wait for it
    conf.setInt("zookeeper.session.timeout", 60_000);
    conf.set("hbase.master.hostname", settings.host(Endpoint.HBASE_MASTER));
    conf.set("hbase.master.ipc.address", settings.bindHost());
    conf.setInt("hbase.master.port", settings.port(Endpoint.HBASE_MASTER));
    conf.setInt("hbase.master.info.port", -1);
    conf.set("hbase.regionserver.hostname", settings.host(Endpoint.REGIONSERVER));
    conf.set("hbase.regionserver.ipc.address", settings.bindHost());
    conf.setInt("hbase.regionserver.port", settings.port(Endpoint.REGIONSERVER));
    conf.setInt("hbase.regionserver.info.port", -1);
    conf.setBoolean("hbase.status.published", false);
    // it would reach into the JDK for the address of a block's host
    conf.setBoolean("hbase.filesystem.reorder.blocks", false);
    conf.setInt("hbase.thrift.minWorkerThreads", 2);
    small(conf);
    quick(conf);
  }

  private static void small(Configuration conf) {
    conf.setInt("hbase.regionserver.handler.count", 12);
    conf.setInt("hbase.regionserver.metahandler.count", 4);
    conf.setInt("hbase.regionserver.replication.handler.count", 1);
    conf.setInt("hbase.master.handler.count", 4);
    conf.set("hfile.block.cache.size", "0.25");
    conf.set("hbase.regionserver.global.memstore.size", "0.3");
    conf.setInt("hbase.hregion.memstore.flush.size", 32 << 20);
  }

  private static void quick(Configuration conf) {
    conf.setInt("hbase.master.wait.on.regionservers.mintostart", 1);
    conf.setInt("hbase.master.wait.on.regionservers.timeout", 500);
    conf.setInt("hbase.master.wait.on.regionservers.interval", 100);
    conf.setInt("hbase.regionserver.msginterval", 250);
    conf.setInt("hbase.server.thread.wakefrequency", 1000);
    conf.setInt("hbase.client.pause", 50);
    conf.setInt("hbase.client.retries.number", 15);
    conf.setInt("hbase.lease.recovery.first.pause", 500);
    conf.setInt("hbase.lease.recovery.dfs.timeout", 5000);
  }
}

package io.anabranch.cluster;

import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.hdfs.server.datanode.DataNode;

/** The HDFS DataNode; it serves once the NameNode has left safe mode with its blocks. */
final class DataNodeService implements Service {
  private final StackSettings settings;
  private DataNode dataNode;

  DataNodeService(StackSettings settings) {
    this.settings = settings;
  }

  @Override
  public void start() throws Exception {
    Configuration configuration = HadoopSettings.hdfs(settings);
    dataNode = DataNode.createDataNode(new String[0], configuration);
    Path root = new Path("hdfs://" + settings.address(Endpoint.NAMENODE) + "/");
    try (FileSystem files = FileSystem.newInstance(root.toUri(), configuration)) {
      DistributedFileSystem hdfs = (DistributedFileSystem) files;
      Waiting.until(() -> dataNode.isDatanodeFullyStarted() && !hdfs.isInSafeMode());
    }
  }

  @Override
  public boolean isServing() {
    return dataNode.isDatanodeUp();
  }

  @Override
  public void stop() {
    if (dataNode != null) {
      dataNode.shutdown();
    }
  }
}

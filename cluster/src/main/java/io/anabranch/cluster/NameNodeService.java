package io.anabranch.cluster;

import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.server.namenode.NameNode;

/** The HDFS NameNode; it formats its folder at the first start. */
final class NameNodeService implements Service {
  private final StackSettings settings;
  private NameNode nameNode;

  NameNodeService(StackSettings settings) {
    this.settings = settings;
  }

  @Override
  public void start() throws Exception {
    Path folder = settings.stackFolder().resolve("hdfs/name");
    Configuration configuration = HadoopSettings.hdfs(settings);
    FormattedFolder.ensure(
        folder,
        unformatted -> {
          Configuration format = new Configuration(configuration);
          format.set(HadoopSettings.NAME_FOLDER, unformatted.toUri().toString());
          NameNode.format(format);
        });
    nameNode = NameNode.createNameNode(new String[0], configuration);
  }

  @Override
  public boolean isServing() {
    return nameNode.getNamesystem().isRunning();
  }

  @Override
  public void stop() {
    if (nameNode != null) {
      nameNode.stop();
      nameNode.join();
    }
  }
}

package io.anabranch.serving;

import java.io.IOException;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;

/** A client of HDFS that gives up soon when HDFS is away. */
public final class Hdfs {
  private Hdfs() {}

  /** A new client; whoever asks closes it. */
  public static FileSystem connect(URI hdfs) throws IOException {
    Configuration configuration = new Configuration();
    configuration.set("fs.hdfs.impl", "org.apache.hadoop.hdfs.DistributedFileSystem");
    configuration.setInt("ipc.client.connect.max.retries", 1);
    configuration.setInt("ipc.client.connect.retry.interval", 500);
    configuration.setInt("ipc.client.connect.timeout", 2_000);
    configuration.setInt("ipc.client.connect.max.retries.on.timeouts", 1);
    configuration.setInt("ipc.client.rpc-timeout.ms", 5_000);
    return FileSystem.newInstance(hdfs, configuration);
  }
}

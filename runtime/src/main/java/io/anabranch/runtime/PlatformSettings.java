package io.anabranch.runtime;

import java.net.URI;
import java.nio.file.Path;

/**
 * The section {@code platform}: where the shared services are. All addresses are loopback unless
 * somebody decides otherwise.
 *
 * @param data local folder for logs, scratch files and the files in {@code run/}
 * @param schemas folder with {@code datasets/}, {@code avro/} and {@code lists/}
 * @param hdfs {@code hdfs://host:port}
 * @param root the folder in HDFS under which everything of ours lies
 * @param kafka bootstrap servers, {@code host:port,...}
 * @param zookeeper HBase's quorum, {@code host:port,...}
 * @param hiveMetastore {@code thrift://host:port}
 * @param hiveServer HiveServer2, {@code host:port}
 * @param thrift HBase Thrift 1 server, {@code host:port}
 * @param thrift2 HBase Thrift 2 server, {@code host:port}
 * @param serving base address of REST and the page, {@code http://host:port}
 */
public record PlatformSettings(
    Path data,
    Path schemas,
    URI hdfs,
    @Default("/anabranch") String root,
    String kafka,
    String zookeeper,
    URI hiveMetastore,
    String hiveServer,
    String thrift,
    String thrift2,
    URI serving) {
  /** The folder of the event logs of Spark's applications, {@code hdfs://...}. */
  public String sparkEvents() {
    return hdfs + root + "/spark-events";
  }
}

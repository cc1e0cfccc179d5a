package io.anabranch.batch;

import io.anabranch.runtime.PlatformSettings;
import io.anabranch.runtime.Problem;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;

/** Spark sessions with little overhead: no page, no events, few shuffle partitions. */
final class Sessions {
  private static final long INTERPRETED = 100_000;

  private Sessions() {}

  /** Without any service. */
  static SparkSession plain(String name) {
    return common(name).config("spark.sql.warehouse.dir", scratch("warehouse")).getOrCreate();
  }

  /** Over our HDFS, without Hive. */
  static SparkSession over(PlatformSettings platform, String name) {
    return onHdfs(platform, name).getOrCreate();
  }

  /** Over our HDFS, with Hive if the settings say so. */
  static SparkSession of(Workplace place, String name) {
    return place.settings().hive()
        ? withHive(place.platform(), name)
        : over(place.platform(), name);
  }

  /** Over our HDFS, with Hive's metastore as the catalog of tables. */
  static SparkSession withHive(PlatformSettings platform, String name) {
    return onHdfs(platform, name)
        .config("spark.hadoop.hive.metastore.uris", platform.hiveMetastore().toString())
        .config("spark.hadoop.hive.metastore.client.socket.timeout", "60s")
        .config("spark.sql.hive.metastore.version", "4.0.1")
        .config("spark.sql.hive.metastore.jars", "path")
        .config("spark.sql.hive.metastore.jars.path", hiveClient().toUri() + "*")
        .enableHiveSupport()
        .getOrCreate();
  }

  /**
   * Makes a session fit for the size of its work: for a few records, compiling a plan to bytecode
   * takes longer than interpreting it.
   *
   * @param records how many will be read
   */
  static void tune(SparkSession session, long records) {
    boolean isSmall = records < INTERPRETED;
    session.conf().set("spark.sql.codegen.wholeStage", !isSmall);
    session.conf().set("spark.sql.codegen.factoryMode", isSmall ? "NO_CODEGEN" : "FALLBACK");
  }

  private static SparkSession.Builder onHdfs(PlatformSettings platform, String name) {
    String hdfs = platform.hdfs().toString();
    return common(name)
        .config("spark.hadoop.fs.defaultFS", hdfs)
        .config("spark.hadoop.dfs.replication", "1")
        .config("spark.sql.warehouse.dir", hdfs + platform.root() + "/hive");
  }

  private static SparkSession.Builder common(String name) {
    SparkSession.Builder builder = SparkSession.builder().appName(name);
    if (System.getProperty("spark.master") == null) {
      builder.master("local[2]");
    }
    return builder
        .config("spark.ui.enabled", "false")
        .config("spark.eventLog.enabled", "false")
        .config("spark.log.level", "WARN")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", "4")
        .config("spark.sql.adaptive.coalescePartitions.parallelismFirst", "false")
        .config("spark.sql.sources.parallelPartitionDiscovery.threshold", "1000000")
        // Files of ingest are small: read many in one task.
        .config("spark.sql.files.openCostInBytes", "262144")
        .config("spark.sql.objectHashAggregate.sortBased.fallbackThreshold", "20000")
        .config("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS")
        .config("spark.sql.parquet.compression.codec", "snappy")
        .config("spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version", "2")
        .config("spark.hadoop.mapreduce.fileoutputcommitter.marksuccessfuljobs", "false");
  }

  /** Beside the folder that our own jar lies in. */
  private static Path hiveClient() {
    try {
      Path jar =
          Path.of(Sessions.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      Path folder = jar.getParent().getParent().resolve("hive-client");
      if (!Files.isDirectory(folder)) {
        throw Problem.unreachable(
            "there is no folder " + folder + " with Hive's client: build the distribution");
      }
      return folder;
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String scratch(String name) {
    return Path.of(System.getProperty("java.io.tmpdir"), "anabranch-" + name).toUri().toString();
  }
}

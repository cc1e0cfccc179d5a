package io.anabranch.batch;

import io.anabranch.runtime.PlatformSettings;
import io.anabranch.runtime.Problem;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.sql.SparkSession;

/** Spark sessions with little overhead: no page, few shuffle partitions. */
final class Sessions {
  private static final long INTERPRETED = 100_000;
  private static final String HIVE_JARS = "spark.sql.hive.metastore.jars";
  private static final String EVENT_LOG = "spark.eventLog.enabled";
  private static final String EXECUTOR_OPTIONS = "spark.executor.extraJavaOptions";
  private static final String ZONE = "-Duser.timezone=";
  private static final String COMMITTER =
      "spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version";

  private static final Map<String, String> DEFAULTS =
      Map.ofEntries(
          Map.entry("spark.master", "local[2]"),
          Map.entry("spark.ui.enabled", "false"),
          Map.entry(EVENT_LOG, "false"),
          Map.entry("spark.log.level", "WARN"),
          Map.entry("spark.sql.shuffle.partitions", "4"),
          Map.entry("spark.sql.adaptive.coalescePartitions.parallelismFirst", "false"),
          Map.entry("spark.sql.sources.parallelPartitionDiscovery.threshold", "1000000"),
          // Files of ingest are small: read many in one task.
          Map.entry("spark.sql.files.openCostInBytes", "262144"),
          Map.entry("spark.sql.objectHashAggregate.sortBased.fallbackThreshold", "20000"),
          Map.entry("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS"),
          Map.entry("spark.sql.parquet.compression.codec", "snappy"),
          Map.entry("spark.hadoop.dfs.replication", "1"),
          Map.entry("spark.hadoop.mapreduce.fileoutputcommitter.marksuccessfuljobs", "false"));

  private Sessions() {}

  /** Without any service. */
  static SparkSession plain(String name) {
    return plain(name, Map.of());
  }

  /** The same with some more options. */
  static SparkSession plain(String name, Map<String, String> options) {
    SparkSession.Builder builder =
        common(name).config("spark.sql.warehouse.dir", scratch("warehouse"));
    options.forEach((option, value) -> choose(builder, option, value));
    return builder.getOrCreate();
  }

  /** Over our HDFS, without Hive. */
  static SparkSession over(Workplace place, String name) {
    return logged(onHdfs(place.platform(), name), place).getOrCreate();
  }

  /** Over our HDFS, with Hive if the settings say so. */
  static SparkSession of(Workplace place, String name) {
    return place.settings().hive() ? withHive(place, name) : over(place, name);
  }

  /** Over our HDFS, with Hive's metastore as the catalog of tables. */
  static SparkSession withHive(Workplace place, String name) {
    return speaking(logged(hive(place.platform(), name), place)).getOrCreate();
  }

  /**
   * As {@link #over}, for what reads personal data on its command line or in its plans: it has no
   * event log, which would keep them for weeks, even if whoever submits the application asks for
   * one. What asks for a session later in the same process gets this one's context.
   */
  static SparkSession unloggedOver(Workplace place, String name) {
    return unlogged(onHdfs(place.platform(), name)).getOrCreate();
  }

  /** As {@link #of}, without an event log like {@link #unloggedOver}. */
  static SparkSession unlogged(Workplace place, String name) {
    return place.settings().hive()
        ? speaking(unlogged(hive(place.platform(), name))).getOrCreate()
        : unloggedOver(place, name);
  }

  private static SparkSession.Builder unlogged(SparkSession.Builder builder) {
    return builder.config(EVENT_LOG, "false");
  }

  /**
   * The same without an event log.
   *
   * @param client the folder of the jars that speak to this metastore
   */
  static SparkSession withHive(PlatformSettings platform, String name, Path client) {
    return speaking(hive(platform, name), client).getOrCreate();
  }

  private static SparkSession.Builder speaking(SparkSession.Builder builder) {
    return isGiven(HIVE_JARS) ? builder : speaking(builder, hiveClient());
  }

  private static SparkSession.Builder speaking(SparkSession.Builder builder, Path client) {
    return builder
        .config("spark.sql.hive.metastore.version", "4.0.1")
        .config(HIVE_JARS, "path")
        .config("spark.sql.hive.metastore.jars.path", client.toUri() + "*");
  }

  /** Events go to the platform's folder, unless the settings say no. */
  private static SparkSession.Builder logged(SparkSession.Builder builder, Workplace place) {
    if (place.settings().eventLog()) {
      new EventLogFolder(place.platform().sparkEvents())
          .prepared(place.settings().eventLogKept(), Instant.now())
          .forEach((option, value) -> choose(builder, option, value));
    }
    return builder;
  }

  private static SparkSession.Builder hive(PlatformSettings platform, String name) {
    return onHdfs(platform, name)
        .config("spark.hadoop.hive.metastore.uris", platform.hiveMetastore().toString())
        .config("spark.hadoop.hive.metastore.client.socket.timeout", "60s")
        .enableHiveSupport();
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
        .config("spark.sql.warehouse.dir", hdfs + platform.root() + "/hive");
  }

  /** What whoever submits the application says counts more than what we say. */
  private static SparkSession.Builder common(String name) {
    Map<String, String> options = new HashMap<>(DEFAULTS);
    String master = System.getProperty("spark.master", "local");
    boolean isLocal = master.startsWith("local");
    if (isLocal || master.contains("127.0.0.1")) {
      options.put("spark.driver.host", "127.0.0.1");
      options.put("spark.driver.bindAddress", "127.0.0.1");
    }
    // One rename for each file is enough where all tasks die with this process. Elsewhere the files
    // come in when the job is done, so that a task that ran twice wrote once.
    options.put(COMMITTER, isLocal ? "2" : "1");
    SparkSession.Builder builder =
        SparkSession.builder().appName(name).config(EXECUTOR_OPTIONS, executorOptions());
    options.forEach((option, value) -> choose(builder, option, value));
    return builder;
  }

  /** Days and months are those of UTC in every process, whatever else is said. */
  private static String executorOptions() {
    String given = System.getProperty(EXECUTOR_OPTIONS, "");
    return given.contains(ZONE) ? given : (given + " " + ZONE + "UTC").strip();
  }

  private static void choose(SparkSession.Builder builder, String option, String value) {
    if (!isGiven(option)) {
      builder.config(option, value);
    }
  }

  /** Whether whoever submitted the application chose a value. */
  private static boolean isGiven(String option) {
    return System.getProperty(option) != null;
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

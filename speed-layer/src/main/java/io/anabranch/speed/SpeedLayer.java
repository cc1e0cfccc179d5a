package io.anabranch.speed;

import io.anabranch.engine.DatasetPlan;
import io.anabranch.hbase.HBaseConnection;
import io.anabranch.kafka.KafkaSchemaLog;
import io.anabranch.runtime.ExitStatus;
import io.anabranch.runtime.HealthServer;
import io.anabranch.runtime.PlatformSettings;
import io.anabranch.runtime.Problem;
import io.anabranch.runtime.Settings;
import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.Datasets;
import io.anabranch.schemas.SchemaLog;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The process: one Spark application with a stream for each dataset. */
final class SpeedLayer {
  private static final Logger LOG = LoggerFactory.getLogger(SpeedLayer.class);
  private static final long POLL_MS = 500;
  private static final long FIRST_PAUSE_MS = 500;
  private static final long LAST_PAUSE_MS = 5_000;

  private final PlatformSettings platform;
  private final SpeedSettings settings;
  private final Datasets datasets;
  private final SparkSession spark;
  private final Checkpoints checkpoints;

  private SpeedLayer(
      PlatformSettings platform,
      SpeedSettings settings,
      Datasets datasets,
      SparkSession spark,
      Checkpoints checkpoints) {
    this.platform = platform;
    this.settings = settings;
    this.datasets = datasets;
    this.spark = spark;
    this.checkpoints = checkpoints;
  }

  /** Runs until the process is ended. */
  static ExitStatus run(Settings file) throws Exception {
    PlatformSettings platform = file.section("platform", PlatformSettings.class);
    SpeedSettings settings = file.section("speed", SpeedSettings.class);
    Datasets datasets = Datasets.load(platform.schemas());
    List<StreamStatus> statuses =
        datasets.all().stream().map(d -> new StreamStatus(d.name(), Clock.systemUTC())).toList();
    HealthServer health =
        HealthServer.listen(settings.healthPort(), () -> SpeedHealth.of(settings.mode(), statuses));
    try (SparkSession spark = session(slots(datasets))) {
      Checkpoints checkpoints = Checkpoints.in(platform.data());
      return new SpeedLayer(platform, settings, datasets, spark, checkpoints).run(statuses);
    } finally {
      health.close();
    }
  }

  /** A task for each partition lives as long as its batch; two more do Spark's other work. */
  private static int slots(Datasets datasets) {
    return 2 + datasets.all().stream().mapToInt(d -> d.topic().partitions()).sum();
  }

  private static SparkSession session(int slots) {
    SparkSession spark =
        SparkSession.builder()
            .appName("anabranch-speed")
            .master(LocalMaster.of(System.getProperty("spark.master", LocalMaster.ANY), slots))
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.sql.streaming.stopTimeout", "20s")
            .config("spark.sql.streaming.numRecentProgressUpdates", "5")
            .getOrCreate();
    // Spark and Kafka tell much that nobody asks for; what we say stays. Spark has read its own
    // logging settings by now, and would undo this before.
    Configurator.setLevel("org.apache", Level.WARN);
    return spark;
  }

  private ExitStatus run(List<StreamStatus> statuses) throws Exception {
    try (HBaseConnection hbase = connect(() -> HBaseConnection.connect(platform), statuses);
        SchemaLog schemas = new KafkaSchemaLog(platform.kafka())) {
      CompletableFuture<Void> fatal = new CompletableFuture<>();
      for (StreamStatus status : statuses) {
        Dataset dataset = datasets.named(status.dataset());
        DatasetPlan.check(spark, dataset, platform.schemas());
        Thread thread =
            new Thread(
                () -> {
                  try {
                    stream(dataset, schemas, hbase, status).run();
                  } catch (RuntimeException | Error e) {
                    fatal.completeExceptionally(e);
                  }
                },
                "stream-" + dataset.name());
        thread.setDaemon(true);
        thread.start();
      }
      return await(fatal);
    }
  }

  /**
   * Tries until the service answers; the streams' health says meanwhile why they wait.
   *
   * @throws Problem of bad input, which no retry cures
   */
  static <T> T connect(Supplier<T> service, List<StreamStatus> statuses)
      throws InterruptedException {
    for (long pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(LAST_PAUSE_MS, 2 * pauseMs)) {
      try {
        return service.get();
      } catch (Problem e) {
        if (e.status() == ExitStatus.BAD_INPUT) {
          throw e;
        }
        LOG.warn("Not connected yet: {}; trying again", e.getMessage());
        statuses.forEach(status -> status.failed(e.getMessage()));
        TimeUnit.MILLISECONDS.sleep(pauseMs);
      }
    }
  }

  private DatasetStream stream(
      Dataset dataset, SchemaLog schemas, HBaseConnection hbase, StreamStatus status) {
    return new DatasetStream(
        new Definition(spark, platform.schemas(), schemas, dataset),
        platform,
        settings,
        hbase.viewStore(datasets),
        hbase::catalog,
        plan -> new MasterReplay(spark, platform, plan),
        this::start,
        status);
  }

  /** Returns never: only an error ends the streams. */
  private ExitStatus await(CompletableFuture<Void> fatal) throws Exception {
    while (!fatal.isDone()) {
      if (spark.sparkContext().isStopped()) {
        throw Problem.failed("Spark has stopped: its log says why; start the layer again");
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MS);
    }
    try {
      fatal.get();
      throw new IllegalStateException("the streams ended");
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }

  private StreamingQuery start(DatasetPlan plan, StreamRun run, Map<Integer, Long> starts)
      throws TimeoutException {
    Dataset dataset = plan.dataset();
    org.apache.spark.sql.Dataset<Row> kafka =
        spark
            .readStream()
            .format("kafka")
            .option("kafka.bootstrap.servers", platform.kafka())
            .option("subscribe", dataset.topic().name())
            .option("startingOffsets", startingOffsets(dataset, starts))
            .option("failOnDataLoss", "true")
            .load();
    return RecordPlan.ofTopic(plan, kafka, EpochProfiles.lookup(run.name()))
        .writeStream()
        .queryName(run.name())
        .option("checkpointLocation", checkpoints.of(run.name()))
        .outputMode("update")
        .trigger(trigger())
        .foreach(new DeltaWriter(run.name(), new RecordPlan(dataset)))
        .start();
  }

  private Trigger trigger() {
    return settings.mode() == SpeedSettings.Mode.REAL_TIME
        ? Trigger.RealTime(settings.batchDuration().toMillis())
        : Trigger.ProcessingTime(0);
  }

  /** {@code {"topic":{"0":12,"1":0}}} */
  private static String startingOffsets(Dataset dataset, Map<Integer, Long> starts) {
    List<String> offsets = new ArrayList<>();
    starts.forEach((partition, offset) -> offsets.add("\"%s\":%s".formatted(partition, offset)));
    return "{\"%s\":{%s}}"
        .formatted(dataset.topic().name(), offsets.stream().collect(Collectors.joining(",")));
  }
}

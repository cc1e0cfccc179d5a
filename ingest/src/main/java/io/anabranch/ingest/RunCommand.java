package io.anabranch.ingest;

import io.anabranch.hbase.HBaseConnection;
import io.anabranch.kafka.KafkaSchemaLog;
import io.anabranch.master.HdfsMasterStore;
import io.anabranch.runtime.ExitStatus;
import io.anabranch.runtime.HealthServer;
import io.anabranch.runtime.PlatformSettings;
import io.anabranch.runtime.Problem;
import io.anabranch.runtime.Settings;
import io.anabranch.schemas.Datasets;
import io.anabranch.schemas.SchemaLog;
import io.anabranch.views.Catalog;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    mixinStandardHelpOptions = true,
    name = "run",
    description = "Puts all topics into the master dataset until it is stopped.")
final class RunCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(RunCommand.class);
  private static final long STOP_SECONDS = 25;
  private static final long LONGEST_PAUSE_MS = 15_000;

  @Option(names = "--config", required = true, description = "The settings file.")
  private Path config;

  private final CountDownLatch stop = new CountDownLatch(1);

  @Override
  public Integer call() throws Exception {
    Settings file = Settings.read(config);
    PlatformSettings platform = file.section("platform", PlatformSettings.class);
    IngestSettings settings = file.section("ingest", IngestSettings.class);
    Datasets datasets = Datasets.load(platform.schemas());
    ArchiveHealth health = new ArchiveHealth(settings.consumers());
    CountDownLatch ended = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stopAndAwait(ended), "stop"));
    HealthServer server = HealthServer.listen(settings.healthPort(), health::health);
    try (HdfsMasterStore store =
            connect(
                health, "HDFS", () -> HdfsMasterStore.connect(platform.hdfs(), platform.root()));
        HBaseConnection hbase = connect(health, "HBase", () -> HBaseConnection.connect(platform));
        Catalog catalog = connect(health, "HBase", hbase::catalog);
        SchemaLog schemas = new KafkaSchemaLog(platform.kafka())) {
      LOG.info("Health on port {}", settings.healthPort());
      Archive archive =
          new Archive(
              datasets,
              platform.kafka(),
              settings,
              store,
              catalog,
              schemas,
              health,
              Clock.systemUTC());
      new ArchiveThreads(archive).runUntil(stop);
      return ExitStatus.DONE.code();
    } finally {
      server.close();
      ended.countDown();
    }
  }

  private void stopAndAwait(CountDownLatch ended) {
    stop.countDown();
    try {
      if (!ended.await(STOP_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("Ended with files unfinished, which the next start reads again");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Tries until the service answers, or until we are stopped. */
  private <T> T connect(ArchiveHealth health, String service, Callable<T> connection)
      throws Exception {
    for (long pauseMs = 500; ; pauseMs = Math.min(LONGEST_PAUSE_MS, 2 * pauseMs)) {
      try {
        T connected = connection.call();
        health.connected(service);
        return connected;
      } catch (IOException | Problem e) {
        health.retrying(service, e);
        LOG.warn("{} does not answer yet: {}", service, e.toString());
        if (stop.await(pauseMs, TimeUnit.MILLISECONDS)) {
          throw Problem.unreachable("Stopped before " + service + " answered", e);
        }
      }
    }
  }
}

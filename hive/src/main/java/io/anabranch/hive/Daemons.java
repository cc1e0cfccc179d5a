package io.anabranch.hive;

import io.anabranch.runtime.HealthServer;
import io.anabranch.runtime.PlatformSettings;
import io.anabranch.runtime.Problem;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CountDownLatch;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hive.metastore.HiveMetaStore;
import org.apache.hive.service.ServiceException;
import org.apache.hive.service.server.HiveServer2;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The life of the metastore and of HiveServer2 in this JVM. */
final class Daemons {
  private static final Logger LOG = LoggerFactory.getLogger(Daemons.class);
  private static final String WARM_UP =
      "select a, count(*) from (select 1 as a union all select 2 as a) t group by a";

  private final Arguments arguments;
  private final PlatformSettings platform;
  private final HiveSettings settings;
  private final HiveConfigurations configurations;
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile HealthServer.Health health = HealthServer.Health.starting();
  private volatile Throwable failure;

  Daemons(Arguments arguments, PlatformSettings platform, HiveSettings settings) {
    this.arguments = arguments;
    this.platform = platform;
    this.settings = settings;
    this.configurations = new HiveConfigurations(platform, settings);
  }

  /** Runs until SIGTERM; returns the failure of a daemon that ended by itself. */
  Throwable run() throws Exception {
    long begin = System.nanoTime();
    requirePorts();
    if (settings.healthPort() != 0) {
      HealthServer.listen(settings.healthPort(), () -> health);
    }
    Readiness.awaitHdfs(platform.hdfs());
    if (arguments.metastore()) {
      startMetastore();
    }
    if (arguments.server()) {
      startServer();
      warmUp();
    }
    health = new HealthServer.Health(true, json());
    LOG.info("ready after {} ms", (System.nanoTime() - begin) / 1_000_000);
    ended.await();
    return failure;
  }

  private void requirePorts() {
    String host = settings.bindHost();
    if (settings.healthPort() != 0) {
      Readiness.requireFree("127.0.0.1", settings.healthPort(), "health check", "hive.health-port");
    }
    if (arguments.metastore()) {
      Readiness.requireFree(host, settings.metastorePort(), "metastore", "hive.metastore-port");
    }
    if (arguments.server()) {
      Readiness.requireFree(host, settings.serverPort(), "HiveServer2", "hive.server-port");
    }
  }

  private void startMetastore() throws InterruptedException {
    MetastoreDatabase database =
        new MetastoreDatabase(configurations.folder().resolve("metastore"));
    database.ensure();
    Configuration conf = configurations.metastore(database);
    Thread metastore =
        new Thread(
            () -> {
              try {
                HiveMetaStore.startMetaStore(settings.metastorePort(), null, conf);
                fail(new IllegalStateException("the metastore ended"));
              } catch (Throwable e) {
                fail(e);
              }
            },
            "metastore");
    metastore.setDaemon(true);
    metastore.start();
    Readiness.awaitPort(
        "the metastore", settings.bindHost(), settings.metastorePort(), this::requireNoFailure);
    LOG.info("metastore serves on {}:{}", settings.bindHost(), settings.metastorePort());
    Runtime.getRuntime().addShutdownHook(new Thread(() -> close(database), "close-database"));
  }

  private static void close(MetastoreDatabase database) {
    try {
      database.close();
    } catch (SQLException e) {
      LOG.warn("The metastore's database was not closed cleanly; the next start recovers it", e);
    }
  }

  private void startServer() throws Exception {
    URI metastore = platform.hiveMetastore();
    Readiness.awaitPort(
        "the metastore", metastore.getHost(), metastore.getPort(), this::requireNoFailure);
    HiveServer2 server = new HiveServer2();
    try {
      server.init(configurations.server());
      server.start();
      Readiness.awaitPort(
          "HiveServer2", settings.bindHost(), settings.serverPort(), this::requireNoFailure);
      ask("show databases");
    } catch (ServiceException | SQLException e) {
      throw Problem.unreachable("HiveServer2 did not start (" + e + "); the log says more", e);
    }
    LOG.info("HiveServer2 serves on {}:{}", settings.bindHost(), settings.serverPort());
  }

  /**
   * The first query loads thousands of classes and copies Hive's jar to HDFS, which two sessions
   * must not do at once: it is ours, and nobody is served before it is done.
   */
  private void warmUp() {
    long begin = System.nanoTime();
    try {
      ask(WARM_UP);
      LOG.info("warm after {} ms", (System.nanoTime() - begin) / 1_000_000);
    } catch (SQLException e) {
      LOG.warn("The first query failed: later ones may, too", e);
    }
  }

  private void ask(String sql) throws SQLException {
    String url = "jdbc:hive2://" + settings.bindHost() + ":" + settings.serverPort() + "/default";
    try (Connection connection = DriverManager.getConnection(url, "anabranch", "");
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        LOG.debug("{}: {}", sql, rows.getObject(1));
      }
    }
  }

  private void requireNoFailure() {
    if (failure != null) {
      throw Problem.unreachable(
          "The metastore did not start (" + failure + "); the log says more", failure);
    }
  }

  private void fail(Throwable error) {
    LOG.error("The metastore ended", error);
    failure = error;
    health = new HealthServer.Health(false, "{\"state\": \"failed\"}");
    ended.countDown();
  }

  private String json() {
    StringBuilder services = new StringBuilder();
    if (arguments.metastore()) {
      services.append(service("metastore", settings.metastorePort()));
    }
    if (arguments.server()) {
      services
          .append(services.isEmpty() ? "" : ", ")
          .append(service("hiveserver2", settings.serverPort()));
    }
    return "{\"state\": \"ready\", \"services\": [" + services + "]}";
  }

  private String service(String name, int port) {
    return "{\"service\": \"%s\", \"state\": \"ready\", \"address\": \"%s:%d\"}"
        .formatted(name, settings.bindHost(), port);
  }
}

package io.anabranch.cluster;

import java.io.File;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.apache.zookeeper.server.DatadirCleanupManager;
import org.apache.zookeeper.server.ServerCnxnFactory;
import org.apache.zookeeper.server.ZKDatabase;
import org.apache.zookeeper.server.ZooKeeperServer;
import org.apache.zookeeper.server.persistence.FileTxnSnapLog;

/** A standalone ZooKeeper. */
final class ZooKeeperService implements Service {
  private static final int TICK_MS = 2000;
  private static final int MIN_SESSION_MS = 4000;
  static final int MAX_SESSION_MS = 120_000;
  private static final int MAX_CONNECTIONS = 300;
  private static final int BACKLOG = 128;
  private static final int SNAPSHOTS_KEPT = 3;

  private final StackSettings settings;
  private ServerCnxnFactory connections;
  private ZooKeeperServer server;
  private DatadirCleanupManager cleanup;

  ZooKeeperService(StackSettings settings) {
    this.settings = settings;
  }

  @Override
  public void start() throws Exception {
    Path folder = settings.stackFolder().resolve("zookeeper");
    File files = folder.toFile();
    FileTxnSnapLog log = new FileTxnSnapLog(files, files);
    server =
        new ZooKeeperServer(
            log, TICK_MS, MIN_SESSION_MS, MAX_SESSION_MS, BACKLOG, new ZKDatabase(log), "");
    connections =
        ServerCnxnFactory.createFactory(
            new InetSocketAddress(settings.bindHost(), settings.port(Endpoint.ZOOKEEPER)),
            MAX_CONNECTIONS,
            BACKLOG);
    connections.startup(server);
    cleanup = new DatadirCleanupManager(files, files, SNAPSHOTS_KEPT, 1);
    cleanup.start();
  }

  @Override
  public boolean isServing() {
    return server.isRunning();
  }

  @Override
  public void stop() {
    if (cleanup != null) {
      cleanup.shutdown();
    }
    if (connections != null) {
      connections.shutdown();
    }
  }
}

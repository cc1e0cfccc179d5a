package io.anabranch.hbase;

import io.anabranch.runtime.PlatformSettings;
import io.anabranch.schemas.Datasets;
import io.anabranch.views.IdentityLog;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hbase.HBaseConfiguration;
import org.apache.hadoop.hbase.client.Connection;
import org.apache.hadoop.hbase.client.ConnectionFactory;

/**
 * A connection to HBase, of which a process opens one and closes it at its end. The catalog and the
 * view store made from it share it: closing them closes nothing. Safe for several threads.
 *
 * <p>A call to an HBase that is away fails with a {@link io.anabranch.runtime.Problem} after about
 * half a minute at most; the connection stays usable and finds HBase when it is back.
 */
public final class HBaseConnection implements AutoCloseable {
  private final Connection connection;

  private HBaseConnection(Connection connection) {
    this.connection = connection;
  }

  /** Connects to the HBase that the settings name. */
  public static HBaseConnection connect(PlatformSettings platform) {
    return connect(configuration(platform.zookeeper()));
  }

  /** Connects with a configuration as it is. */
  public static HBaseConnection connect(Configuration configuration) {
    return new HBaseConnection(
        HBaseCall.ask(() -> ConnectionFactory.createConnection(configuration)));
  }

  /**
   * What a client of HBase needs: where it is, and limits on waiting.
   *
   * @param quorum ZooKeeper's addresses, {@code host:port,...}
   */
  public static Configuration configuration(String quorum) {
    Configuration configuration = HBaseConfiguration.create();
    configuration.set("hbase.zookeeper.quorum", quorum);
    configuration.setInt("zookeeper.session.timeout", 15_000);
    configuration.setInt("zookeeper.recovery.retry", 3);
    configuration.setInt("zookeeper.recovery.retry.intervalmill", 500);
    configuration.setInt("hbase.client.pause", 50);
    configuration.setInt("hbase.client.retries.number", 12);
    configuration.setInt("hbase.rpc.timeout", 10_000);
    configuration.setInt("hbase.client.operation.timeout", 25_000);
    configuration.setInt("hbase.client.meta.operation.timeout", 25_000);
    configuration.setInt("hbase.client.sync.wait.timeout.msec", 60_000);
    configuration.setInt("hbase.client.scanner.timeout.period", 30_000);
    configuration.setInt("hbase.ipc.client.socket.timeout.connect", 3_000);
    return configuration;
  }

  /** The catalog, whose table is made if it is absent. */
  public HBaseCatalog catalog() {
    return HBaseCatalog.open(connection);
  }

  /**
   * The view store; identities are kept for the horizon that the dataset's file says and a week.
   */
  public HBaseViewStore viewStore(Datasets datasets) {
    return viewStore(name -> datasets.named(name).identity().horizon());
  }

  /**
   * The view store.
   *
   * @param horizon how far back a dataset's identities are asked for
   */
  public HBaseViewStore viewStore(Function<String, Duration> horizon) {
    return new HBaseViewStore(connection, horizon);
  }

  /**
   * What was sent to a dataset's topic, kept for the horizon.
   *
   * @param partitions of the topic; the table has a region for each
   */
  public IdentityLog sentLog(String dataset, Duration horizon, int partitions) {
    return HBaseIdentityLog.sent(connection, dataset, horizon, partitions, () -> {});
  }

  /** The same over a connection of its own, which is closed with the log. */
  public static IdentityLog openSentLog(
      PlatformSettings platform, String dataset, Duration horizon, int partitions) {
    HBaseConnection own = connect(platform);
    try {
      return HBaseIdentityLog.sent(own.connection, dataset, horizon, partitions, own::close);
    } catch (RuntimeException e) {
      own.close();
      throw e;
    }
  }

  /** HBase's own connection, for work that the ports do not cover (bulk load, clean rows). */
  public Connection connection() {
    return connection;
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (java.io.IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

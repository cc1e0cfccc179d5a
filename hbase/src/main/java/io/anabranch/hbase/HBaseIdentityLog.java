package io.anabranch.hbase;

import io.anabranch.views.IdentityLog;
import io.anabranch.views.ViewStore.CloseableIterator;
import io.anabranch.views.ViewStore.SeenIdentity;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.hadoop.hbase.client.Connection;
import org.apache.hadoop.hbase.client.Table;

/** An identity log in HBase: a row for each call, with all its records packed into one value. */
final class HBaseIdentityLog implements IdentityLog {
  private final Connection connection;
  private final String dataset;
  private final Runnable closing;

  private HBaseIdentityLog(Connection connection, String dataset, Runnable closing) {
    this.connection = connection;
    this.dataset = dataset;
    this.closing = closing;
  }

  /**
   * The log of what was sent to a dataset's topic, whose table is made if it is absent.
   *
   * @param closing what to do when the log is closed
   */
  static HBaseIdentityLog sent(
      Connection connection, String dataset, Duration horizon, int partitions, Runnable closing) {
    TableMaker.make(connection, Layout.sent(dataset, horizon), IdentityRow.splits(partitions));
    return new HBaseIdentityLog(connection, dataset, closing);
  }

  @Override
  public void append(int partition, List<SeenIdentity> taken) {
    if (taken.isEmpty()) {
      return;
    }
    HBaseCall.run(
        () -> {
          try (Table table = connection.getTable(Tables.sent(dataset))) {
            table.put(IdentityRow.put(partition, taken));
          }
        });
  }

  /** Asks by the time of writing, which is the region server's: older files are not opened. */
  @Override
  public CloseableIterator<SeenIdentity> toldSince(Instant since) {
    return new IdentityIterator(
        new RowIterator<>(
            connection, Tables.sent(dataset), IdentityRow.writtenSince(since), IdentityRow::read),
        Long.MIN_VALUE);
  }

  @Override
  public void close() {
    closing.run();
  }
}

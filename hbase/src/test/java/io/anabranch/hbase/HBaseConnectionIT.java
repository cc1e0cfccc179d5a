package io.anabranch.hbase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.runtime.ExitStatus;
import io.anabranch.runtime.Problem;
import io.anabranch.views.Buckets;
import io.anabranch.views.CellKey;
import io.anabranch.views.EncodedCell;
import io.anabranch.views.ViewId;
import io.anabranch.views.ViewStore;
import io.anabranch.views.ViewStore.BatchRow;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hbase.HConstants;
import org.apache.hadoop.hbase.TableName;
import org.apache.hadoop.hbase.client.ColumnFamilyDescriptor;
import org.apache.hadoop.hbase.client.Put;
import org.apache.hadoop.hbase.client.Table;
import org.junit.jupiter.api.Test;

final class HBaseConnectionIT {
  private static final ViewId VIEW = new ViewId(-2);

  private static HBaseViewStore store(HBaseConnection connection) {
    return connection.viewStore(dataset -> Duration.ofDays(1));
  }

  @Test
  void severalProcessesMakeTheSameTablesAtOnce() throws Exception {
    MiniHBase.cluster();
    ExecutorService processes = Executors.newFixedThreadPool(3);
    List<Future<?>> starts = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      starts.add(
          processes.submit(
              () -> {
                try (HBaseConnection connection =
                    HBaseConnection.connect(MiniHBase.cluster().getConfiguration())) {
                  connection.catalog();
                  store(connection).prepare("contended");
                }
              }));
    }
    for (Future<?> start : starts) {
      start.get(5, TimeUnit.MINUTES);
    }
    processes.shutdown();
    assertThat(MiniHBase.cluster().getAdmin().getRegions(Tables.deltas("contended")))
        .hasSize(CellKey.SALTS);
  }

  @Test
  void aTableThatKeepsTooLittleKeepsAsMuchAsIsWantedFromThenOn() throws Exception {
    MiniHBase.cluster().createTable(Tables.deltas("older"), Tables.DELTA_FAMILY, 16);
    HBaseConnection connection = MiniHBase.connection();
    connection.viewStore(dataset -> Duration.ofDays(1)).prepare("older");
    assertThat(family(Tables.deltas("older")).getMaxVersions()).isEqualTo(ViewStore.HISTORY);
    assertThat(family(Tables.deltas("older")).getTimeToLive()).isEqualTo(HConstants.FOREVER);
    assertThat(family(Tables.identities("older")).getTimeToLive()).isEqualTo(8 * 86_400);

    connection.viewStore(dataset -> Duration.ofDays(30)).prepare("older");
    assertThat(family(Tables.identities("older")).getTimeToLive()).isEqualTo(37 * 86_400);
  }

  @Test
  void aTableThatKeepsMoreStaysAsItIs() throws Exception {
    MiniHBase.cluster()
        .createTable(Tables.deltas("generous"), Tables.DELTA_FAMILY, ViewStore.HISTORY + 1);
    HBaseConnection connection = MiniHBase.connection();
    connection.viewStore(dataset -> Duration.ofDays(30)).prepare("generous");
    connection.viewStore(dataset -> Duration.ofDays(1)).prepare("generous");
    assertThat(family(Tables.deltas("generous")).getMaxVersions()).isEqualTo(ViewStore.HISTORY + 1);
    assertThat(family(Tables.identities("generous")).getTimeToLive()).isEqualTo(37 * 86_400);
  }

  private static ColumnFamilyDescriptor family(TableName table) throws Exception {
    return MiniHBase.cluster().getAdmin().getDescriptor(table).getColumnFamilies()[0];
  }

  @Test
  void readsTheCellsThatABatchRunLoaded() throws Exception {
    CellKey key = CellKey.of(VIEW, 3600, new String[] {"a", null});
    try (Table table =
        MiniHBase.cluster().createTable(Tables.batchCells("loaded", 7), Tables.BATCH_FAMILY)) {
      table.put(
          new Put(key.bytes())
              .addColumn(Tables.BATCH_FAMILY, Tables.BATCH_QUALIFIER, new byte[] {9}));
    }
    try (var cells =
        store(MiniHBase.connection()).scanBatch("loaded", 7, VIEW, Buckets.ALL, key.bytes()[0])) {
      assertThat(cells)
          .toIterable()
          .containsExactly(new BatchRow(key, EncodedCell.of(new byte[] {9})));
    }
  }

  @Test
  void tellsWhichTableIsMissing() {
    try (var cells = store(MiniHBase.connection()).scanBatch("absent", 3, VIEW, Buckets.ALL, 0)) {
      assertThatThrownBy(cells::hasNext)
          .isInstanceOf(Problem.class)
          .hasMessageContaining("anabranch:absent_v3");
    }
  }

  @Test
  void givesUpOnAStoppedHBaseInsteadOfHanging() throws Exception {
    int free;
    try (ServerSocket socket = new ServerSocket(0)) {
      free = socket.getLocalPort();
    }
    Configuration nowhere = HBaseConnection.configuration("127.0.0.1:" + free);
    long begin = System.nanoTime();
    try (HBaseConnection connection = HBaseConnection.connect(nowhere)) {
      assertThatThrownBy(connection::catalog)
          .isInstanceOfSatisfying(
              Problem.class, p -> assertThat(p.status()).isEqualTo(ExitStatus.UNREACHABLE))
          .hasMessageContaining("anabranch up");
    }
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(60));
  }
}

package io.anabranch.batch;

import io.anabranch.runtime.Problem;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.hbase.TableName;
import org.apache.hadoop.hbase.client.Admin;
import org.apache.hadoop.hbase.client.CompactionState;
import org.apache.hadoop.hbase.client.Connection;

/**
 * Makes HBase write a table's files anew, without what was deleted. The old files go to HBase's
 * archive, whose cleaner deletes them minutes later.
 */
final class TableRewrite {
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final Connection connection;

  TableRewrite(Connection connection) {
    this.connection = connection;
  }

  /** Whether HBase was done with all of those that exist before our patience ended. */
  boolean run(List<TableName> tables) throws IOException {
    try (Admin admin = connection.getAdmin()) {
      long end = System.nanoTime() + PATIENCE.toNanos();
      boolean done = true;
      for (TableName table : tables) {
        if (admin.tableExists(table)) {
          admin.flush(table);
          admin.majorCompact(table);
          done &= await(admin, table, end);
        }
      }
      return done;
    }
  }

  private static boolean await(Admin admin, TableName table, long end) throws IOException {
    while (admin.getCompactionState(table) != CompactionState.NONE) {
      if (System.nanoTime() > end) {
        return false;
      }
      try {
        TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw Problem.failed("interrupted while HBase rewrote " + table);
      }
    }
    return true;
  }
}

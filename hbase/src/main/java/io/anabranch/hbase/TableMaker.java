package io.anabranch.hbase;

import io.anabranch.runtime.Problem;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.hbase.NamespaceDescriptor;
import org.apache.hadoop.hbase.NamespaceExistException;
import org.apache.hadoop.hbase.TableExistsException;
import org.apache.hadoop.hbase.TableName;
import org.apache.hadoop.hbase.client.Admin;
import org.apache.hadoop.hbase.client.ColumnFamilyDescriptor;
import org.apache.hadoop.hbase.client.ColumnFamilyDescriptorBuilder;
import org.apache.hadoop.hbase.client.Connection;
import org.apache.hadoop.hbase.client.TableDescriptor;

/**
 * Makes tables that are absent, and lets those that are there keep as much as is wanted; several
 * processes may do so at the same time.
 */
final class TableMaker {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long POLL_MS = 100;

  private TableMaker() {}

  /** Returns once the table takes reads and writes, whoever made it. */
  static void make(Connection connection, TableDescriptor table, byte[][] splits) {
    HBaseCall.run(
        () -> {
          try (Admin admin = connection.getAdmin()) {
            if (!admin.tableExists(table.getTableName())) {
              makeNamespace(admin);
              create(admin, table, splits);
            }
            awaitAvailable(admin, table.getTableName());
            keepAsMuch(admin, table);
          }
        });
  }

  /**
   * A table of an earlier release, or of a shorter horizon, may keep less than is wanted. One that
   * keeps more stays as it is: another process may be the one that wants it.
   */
  private static void keepAsMuch(Admin admin, TableDescriptor wanted) throws IOException {
    TableDescriptor table = admin.getDescriptor(wanted.getTableName());
    for (ColumnFamilyDescriptor family : wanted.getColumnFamilies()) {
      ColumnFamilyDescriptor present = table.getColumnFamily(family.getName());
      int versions = Math.max(present.getMaxVersions(), family.getMaxVersions());
      int seconds = Math.max(present.getTimeToLive(), family.getTimeToLive());
      if (versions > present.getMaxVersions() || seconds > present.getTimeToLive()) {
        admin.modifyColumnFamily(
            wanted.getTableName(),
            ColumnFamilyDescriptorBuilder.newBuilder(present)
                .setMaxVersions(versions)
                .setTimeToLive(seconds)
                .build());
      }
    }
  }

  private static void makeNamespace(Admin admin) throws IOException {
    for (String name : admin.listNamespaces()) {
      if (name.equals(Tables.NAMESPACE)) {
        return;
      }
    }
    try {
      admin.createNamespace(NamespaceDescriptor.create(Tables.NAMESPACE).build());
    } catch (NamespaceExistException another) {
      // Another process made it between the two calls.
    }
  }

  private static void create(Admin admin, TableDescriptor table, byte[][] splits)
      throws IOException {
    try {
      admin.createTable(table, splits);
    } catch (TableExistsException another) {
      // Another process is making it; awaitAvailable waits until it is done.
    }
  }

  private static void awaitAvailable(Admin admin, TableName table) throws IOException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!admin.isTableAvailable(table)) {
      if (System.nanoTime() > end) {
        throw Problem.unreachable(
            "The HBase table %s is still not available after %s s: see the stack's log"
                .formatted(table, PATIENCE.toSeconds()));
      }
      try {
        TimeUnit.MILLISECONDS.sleep(POLL_MS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new java.io.InterruptedIOException("interrupted while waiting for " + table);
      }
    }
  }
}

package io.anabranch.batch;

import io.anabranch.hbase.Tables;
import io.anabranch.runtime.Problem;
import io.anabranch.views.CellKey;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.hbase.KeyValue;
import org.apache.hadoop.hbase.TableName;
import org.apache.hadoop.hbase.client.Admin;
import org.apache.hadoop.hbase.client.ColumnFamilyDescriptorBuilder;
import org.apache.hadoop.hbase.client.Result;
import org.apache.hadoop.hbase.client.ResultScanner;
import org.apache.hadoop.hbase.client.Scan;
import org.apache.hadoop.hbase.client.Table;
import org.apache.hadoop.hbase.client.TableDescriptorBuilder;
import org.apache.hadoop.hbase.filter.FilterList;
import org.apache.hadoop.hbase.filter.FirstKeyOnlyFilter;
import org.apache.hadoop.hbase.filter.KeyOnlyFilter;
import org.apache.hadoop.hbase.io.ImmutableBytesWritable;
import org.apache.hadoop.hbase.io.encoding.DataBlockEncoding;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import scala.Tuple2;

/** The table of a version's batch cells. */
final class BatchCells {
  private final Workplace place;
  private final long version;
  private final TableName table;

  BatchCells(Workplace place, long version) {
    this.place = place;
    this.version = version;
    this.table = Tables.batchCells(place.dataset().name(), version);
  }

  /** Makes the table. */
  void make() throws IOException {
    byte[][] splits = new byte[CellKey.SALTS - 1][];
    for (int salt = 1; salt < CellKey.SALTS; salt++) {
      splits[salt - 1] = new byte[] {(byte) salt};
    }
    try (Admin admin = place.hbase().connection().getAdmin()) {
      admin.createTable(
          TableDescriptorBuilder.newBuilder(table)
              .setColumnFamily(
                  ColumnFamilyDescriptorBuilder.newBuilder(Tables.BATCH_FAMILY)
                      .setMaxVersions(1)
                      .setDataBlockEncoding(DataBlockEncoding.FAST_DIFF)
                      .build())
              .build(),
          splits);
    }
  }

  /** Makes the table out of the base's, by reference to its files. */
  void makeOver(long base) throws IOException {
    String snapshot = snapshotName(base);
    try (Admin admin = place.hbase().connection().getAdmin()) {
      admin.snapshot(snapshot, Tables.batchCells(place.dataset().name(), base));
      admin.cloneSnapshot(snapshot, table);
      admin.deleteSnapshot(snapshot);
    }
  }

  /**
   * Loads all cells and counts what HBase has.
   *
   * @return bytes of the files
   * @throws Problem if HBase has another number of cells than there are
   */
  long load(org.apache.spark.sql.Dataset<Row> cells, long expected) throws IOException {
    long bytes = load(cells);
    long loaded = count();
    if (loaded != expected) {
      throw wrong(loaded, expected);
    }
    return bytes;
  }

  /**
   * Loads changed cells over those of the base and reads them back.
   *
   * @return bytes of the new files
   * @throws Problem if HBase has not all of the cells as they were loaded
   */
  long loadOver(org.apache.spark.sql.Dataset<Row> changed, long expected) throws IOException {
    long bytes = load(changed);
    long found =
        new Lookup(place, table)
            .each(changed, row -> row.getAs(0), BatchCells::same, Encoders.BOOLEAN())
            .count();
    if (found != expected) {
      throw wrong(found, expected);
    }
    return bytes;
  }

  private String snapshotName(long base) {
    return "%s_v%s_from_v%s".formatted(place.dataset().name(), version, base);
  }

  /** True, or nothing. */
  private static Boolean same(Row row, Result found) {
    byte[] stored = found.getValue(Tables.BATCH_FAMILY, Tables.BATCH_QUALIFIER);
    return Arrays.equals(stored, row.<byte[]>getAs(1)) ? Boolean.TRUE : null;
  }

  private Problem wrong(long found, long expected) {
    return Problem.failed(
        "HBase's table %s has %s cells, expected %s: nothing was published, start the run again"
            .formatted(table, found, expected));
  }

  private long load(org.apache.spark.sql.Dataset<Row> cells) throws IOException {
    byte[] family = Tables.BATCH_FAMILY;
    byte[] qualifier = Tables.BATCH_QUALIFIER;
    long timestamp = version;
    return new HFileLoad(place, table, place.staging(version) + "/cells")
        .load(
            cells,
            row -> {
              byte[] key = row.getAs(0);
              byte[] cell = row.getAs(1);
              return List.of(
                      new Tuple2<ImmutableBytesWritable, org.apache.hadoop.hbase.Cell>(
                          new ImmutableBytesWritable(key),
                          new KeyValue(key, family, qualifier, timestamp, cell)))
                  .iterator();
            });
  }

  private long count() throws IOException {
    Scan scan =
        new Scan()
            .setCaching(10_000)
            .setCacheBlocks(false)
            .setFilter(new FilterList(new FirstKeyOnlyFilter(), new KeyOnlyFilter()));
    long count = 0;
    try (Table open = place.hbase().connection().getTable(table);
        ResultScanner results = open.getScanner(scan)) {
      while (results.next() != null) {
        count++;
      }
    }
    return count;
  }
}

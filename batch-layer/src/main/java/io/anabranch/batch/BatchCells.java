package io.anabranch.batch;

import io.anabranch.hbase.Tables;
import io.anabranch.runtime.Problem;
import io.anabranch.views.CellKey;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.hbase.KeyValue;
import org.apache.hadoop.hbase.TableName;
import org.apache.hadoop.hbase.client.Admin;
import org.apache.hadoop.hbase.client.ColumnFamilyDescriptorBuilder;
import org.apache.hadoop.hbase.client.ResultScanner;
import org.apache.hadoop.hbase.client.Scan;
import org.apache.hadoop.hbase.client.Table;
import org.apache.hadoop.hbase.client.TableDescriptorBuilder;
import org.apache.hadoop.hbase.filter.FilterList;
import org.apache.hadoop.hbase.filter.FirstKeyOnlyFilter;
import org.apache.hadoop.hbase.filter.KeyOnlyFilter;
import org.apache.hadoop.hbase.io.ImmutableBytesWritable;
import org.apache.hadoop.hbase.io.encoding.DataBlockEncoding;
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

  /**
   * Makes the table, loads the cells and counts what HBase has.
   *
   * @return bytes of the files
   * @throws Problem if HBase has another number of cells than there are
   */
  long load(org.apache.spark.sql.Dataset<Row> cells, long expected) throws IOException {
    make();
    byte[] family = Tables.BATCH_FAMILY;
    byte[] qualifier = Tables.BATCH_QUALIFIER;
    long timestamp = version;
    long bytes =
        new HFileLoad(place, table, place.staging(version) + "/cells")
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
    long loaded = count();
    if (loaded != expected) {
      throw Problem.failed(
          "HBase's table %s has %s cells, expected %s: nothing was published, start the run again"
              .formatted(table, loaded, expected));
    }
    return bytes;
  }

  private void make() throws IOException {
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

package io.anabranch.batch;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.octet_length;

import io.anabranch.engine.DatasetPlan;
import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.FieldType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.hbase.Cell;
import org.apache.hadoop.hbase.KeyValue;
import org.apache.hadoop.hbase.TableName;
import org.apache.hadoop.hbase.client.Admin;
import org.apache.hadoop.hbase.client.ColumnFamilyDescriptorBuilder;
import org.apache.hadoop.hbase.client.Delete;
import org.apache.hadoop.hbase.client.Table;
import org.apache.hadoop.hbase.client.TableDescriptorBuilder;
import org.apache.hadoop.hbase.io.ImmutableBytesWritable;
import org.apache.hadoop.hbase.io.encoding.DataBlockEncoding;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import scala.Tuple2;

/**
 * Clean rows in the HBase table that the dataset file names: readable UTF-8 texts, a missing value
 * is an absent cell. The cells' timestamp is the version, so that a newer one covers an older.
 */
final class CleanRowTable {
  private static final int SAMPLE = 10_000;
  private static final int REGIONS = 4;

  /** A column of the table, in the order of (family, qualifier). */
  private record Target(String family, String qualifier) implements java.io.Serializable {}

  private final Workplace place;
  private final DatasetPlan plan;
  private final TableName table;

  CleanRowTable(Workplace place, DatasetPlan plan) {
    this.place = place;
    this.plan = plan;
    this.table = TableName.valueOf(place.dataset().hbase().table());
  }

  /** Loads all rows; makes the table at its first use, split by a sample of their keys. */
  void load(org.apache.spark.sql.Dataset<Row> clean, long rows, long version) throws IOException {
    Dataset dataset = place.dataset();
    Map<String, FieldType> types = dataset.cleanColumns();
    List<Column> columns = new ArrayList<>(List.of(plan.rowKey().cast("binary").as("key")));
    ArrayList<Target> targets = new ArrayList<>();
    dataset.hbase().families().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(
            family ->
                family.getValue().stream()
                    .sorted()
                    .forEach(
                        column -> {
                          targets.add(new Target(family.getKey(), column));
                          columns.add(
                              DatasetPlan.text(col(column), types.get(column)).cast("binary"));
                        }));
    org.apache.spark.sql.Dataset<Row> texts =
        clean.select(columns.toArray(Column[]::new)).where(col("key").isNotNull());
    make(texts, rows);
    new HFileLoad(place, table, place.staging(version) + "/rows")
        .load(texts, row -> cells(row, targets, version).iterator());
  }

  /**
   * Deletes rows as they stood before a run: what that run or a later one wrote under the same key
   * stays.
   *
   * @param keys a binary column {@code key}
   * @return how many of the rows were there
   */
  long delete(org.apache.spark.sql.Dataset<Row> keys, long run) throws IOException {
    try (Admin admin = place.hbase().connection().getAdmin()) {
      if (!admin.tableExists(table)) {
        return 0;
      }
    }
    String zookeeper = place.platform().zookeeper();
    String name = table.getNameAsString();
    MapPartitionsFunction<byte[], Long> delete =
        part -> {
          List<Delete> deletes = new ArrayList<>();
          part.forEachRemaining(key -> deletes.add(new Delete(key, run - 1)));
          long count = deletes.size();
          try (Table open = Lookup.connection(zookeeper).getTable(TableName.valueOf(name))) {
            open.delete(deletes);
          }
          return List.of(count).iterator();
        };
    Lookup.Answer<byte[]> older =
        (row, found) ->
            !found.isEmpty() && found.listCells().stream().anyMatch(c -> c.getTimestamp() < run)
                ? row.<byte[]>getAs(0)
                : null;
    return new Lookup(place, table)
            .each(lookedUp(keys), row -> row.getAs(0), older, Encoders.BINARY())
            .mapPartitions(delete, Encoders.LONG())
            .collectAsList()
            .stream()
            .mapToLong(Long::longValue)
            .sum();
  }

  /** HBase refuses to look for an empty key, which erasures of former releases may have noted. */
  static org.apache.spark.sql.Dataset<Row> lookedUp(org.apache.spark.sql.Dataset<Row> keys) {
    return keys.where(octet_length(col("key")).gt(0));
  }

  private static List<Tuple2<ImmutableBytesWritable, Cell>> cells(
      Row row, List<Target> targets, long version) {
    byte[] key = row.getAs(0);
    ImmutableBytesWritable writable = new ImmutableBytesWritable(key);
    List<Tuple2<ImmutableBytesWritable, Cell>> cells = new ArrayList<>(targets.size());
    for (int i = 0; i < targets.size(); i++) {
      byte[] value = row.getAs(i + 1);
      if (value != null) {
        Target target = targets.get(i);
        cells.add(
            new Tuple2<>(
                writable,
                new KeyValue(
                    key, bytes(target.family()), bytes(target.qualifier()), version, value)));
      }
    }
    return cells;
  }

  private void make(org.apache.spark.sql.Dataset<Row> texts, long rows) throws IOException {
    try (Admin admin = place.hbase().connection().getAdmin()) {
      if (admin.tableExists(table)) {
        return;
      }
      TableDescriptorBuilder descriptor = TableDescriptorBuilder.newBuilder(table);
      for (String family : place.dataset().hbase().families().keySet()) {
        descriptor.setColumnFamily(
            ColumnFamilyDescriptorBuilder.newBuilder(bytes(family))
                .setMaxVersions(1)
                .setDataBlockEncoding(DataBlockEncoding.FAST_DIFF)
                .build());
      }
      admin.createTable(descriptor.build(), splits(texts, rows));
    }
  }

  /** Keys that cut a sample into equal parts. */
  private static byte[][] splits(org.apache.spark.sql.Dataset<Row> texts, long rows) {
    double fraction = Math.min(1.0, (double) SAMPLE / Math.max(1, rows));
    List<byte[]> keys = new ArrayList<>();
    for (Row row : texts.select("key").sample(fraction, 1L).collectAsList()) {
      keys.add(row.getAs(0));
    }
    keys.sort(Arrays::compareUnsigned);
    List<byte[]> splits = new ArrayList<>();
    for (int i = 1; i < REGIONS && !keys.isEmpty(); i++) {
      byte[] split = keys.get(keys.size() * i / REGIONS);
      boolean isNew = splits.isEmpty() || !Arrays.equals(splits.get(splits.size() - 1), split);
      if (split.length > 0 && isNew) {
        splits.add(split);
      }
    }
    return splits.isEmpty() ? null : splits.toArray(byte[][]::new);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

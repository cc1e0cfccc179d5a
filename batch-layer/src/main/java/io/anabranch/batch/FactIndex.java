package io.anabranch.batch;

import static org.apache.spark.sql.functions.col;

import io.anabranch.engine.DatasetPlan;
import io.anabranch.hbase.Tables;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.hbase.KeyValue;
import org.apache.hadoop.hbase.TableName;
import org.apache.hadoop.hbase.client.Admin;
import org.apache.hadoop.hbase.client.ColumnFamilyDescriptorBuilder;
import org.apache.hadoop.hbase.client.Result;
import org.apache.hadoop.hbase.client.TableDescriptorBuilder;
import org.apache.hadoop.hbase.io.ImmutableBytesWritable;
import org.apache.hadoop.hbase.regionserver.BloomType;
import org.apache.hadoop.hbase.util.Bytes;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.Tuple2;

/**
 * Where each fact stands first: identity (16 bytes) and partition (4 bytes) to an offset (8 bytes).
 * An incremental run asks it for its new records alone, however long the history is. What stands
 * here is a property of the log and of the dataset's rules, which have an index each, so runs that
 * died or were rolled back leave nothing wrong behind.
 */
final class FactIndex {
  private static final byte[] FAMILY = Bytes.toBytes("f");
  private static final byte[] OFFSET = Bytes.toBytes("o");
  private static final int KEY = 20;
  private static final byte[][] SPLITS = {{0x40}, {(byte) 0x80}, {(byte) 0xC0}};
  private static final StructType POSITIONS =
      new StructType()
          .add("_repeat_partition", DataTypes.IntegerType)
          .add("_repeat_offset", DataTypes.LongType);
  private static final StructType FACTS =
      new StructType().add("key", DataTypes.BinaryType).add("offset", DataTypes.LongType);

  private final Workplace place;
  private final TableName table;

  FactIndex(Workplace place) {
    this.place = place;
    this.table = Tables.facts(place.dataset().name(), place.dataset().fingerprint());
  }

  boolean exists() throws IOException {
    try (Admin admin = place.hbase().connection().getAdmin()) {
      return admin.tableExists(table);
    }
  }

  /**
   * Adds accepted records that are no repeats.
   *
   * @param erased facts that count no more, and may be repeated all the same
   */
  void load(
      org.apache.spark.sql.Dataset<Row> records,
      Optional<org.apache.spark.sql.Dataset<Row>> erased,
      long run)
      throws IOException {
    make();
    org.apache.spark.sql.Dataset<Row> added = positions(records);
    org.apache.spark.sql.Dataset<Row> all =
        erased.map(FactIndex::positions).map(added::union).orElse(added);
    MapFunction<Row, Row> fact =
        row ->
            RowFactory.create(key(row.getLong(2), row.getLong(3), row.getInt(0)), row.getLong(1));
    var unused =
        new HFileLoad(place, table, place.staging(run) + "/facts")
            .load(
                all.map(fact, Encoders.row(FACTS)),
                row -> {
                  byte[] key = row.getAs(0);
                  KeyValue cell =
                      new KeyValue(key, FAMILY, OFFSET, 1, Bytes.toBytes(row.getLong(1)));
                  return List.of(
                          new Tuple2<ImmutableBytesWritable, org.apache.hadoop.hbase.Cell>(
                              new ImmutableBytesWritable(key), cell))
                      .iterator();
                });
  }

  private void make() throws IOException {
    try (Admin admin = place.hbase().connection().getAdmin()) {
      if (!admin.tableExists(table)) {
        admin.createTable(
            TableDescriptorBuilder.newBuilder(table)
                .setColumnFamily(
                    ColumnFamilyDescriptorBuilder.newBuilder(FAMILY)
                        .setMaxVersions(1)
                        .setBloomFilterType(BloomType.ROW)
                        .build())
                .build(),
            SPLITS);
      }
    }
  }

  /**
   * Which of the records repeat a fact that stands earlier in their partition.
   *
   * @param judged with the columns that {@link DatasetPlan#judge} adds
   * @return their positions, {@code _repeat_partition} and {@code _repeat_offset}
   */
  org.apache.spark.sql.Dataset<Row> repeats(org.apache.spark.sql.Dataset<Row> judged) {
    return new Lookup(place, table)
        .each(
            positions(judged.where(DatasetPlan.accepted())),
            row -> key(row.getLong(2), row.getLong(3), row.getInt(0)),
            FactIndex::repeat,
            Encoders.row(POSITIONS));
  }

  private static Row repeat(Row row, Result found) {
    byte[] first = found.getValue(FAMILY, OFFSET);
    return first != null && Bytes.toLong(first) < row.getLong(1)
        ? RowFactory.create(row.getInt(0), row.getLong(1))
        : null;
  }

  private static org.apache.spark.sql.Dataset<Row> positions(
      org.apache.spark.sql.Dataset<Row> records) {
    return records.select(
        col("_partition"), col("_offset"), col("_identity_high"), col("_identity_low"));
  }

  private static byte[] key(long high, long low, int partition) {
    return ByteBuffer.allocate(KEY).putLong(high).putLong(low).putInt(partition).array();
  }
}

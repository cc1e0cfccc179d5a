package io.anabranch.batch;

import io.anabranch.engine.DatasetPlan;
import io.anabranch.engine.PortableView;
import io.anabranch.hbase.HBaseConnection;
import io.anabranch.hbase.Tables;
import io.anabranch.schemas.View;
import io.anabranch.views.CellLayout;
import io.anabranch.views.EncodedCell;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.hbase.TableName;
import org.apache.hadoop.hbase.client.Get;
import org.apache.hadoop.hbase.client.Result;
import org.apache.hadoop.hbase.client.Table;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The cells that new records change: the base version's cell and the fold of the new records,
 * merged as the serving layer merges a batch cell and deltas. Only those cells are read.
 */
final class CellMerge {
  private static final int ASKED_AT_ONCE = 1_000;
  private static final StructType MERGED =
      new StructType()
          .add("key", DataTypes.BinaryType)
          .add("cell", DataTypes.BinaryType)
          .add("is_new", DataTypes.BooleanType);

  private final Workplace place;
  private final TableName base;

  /**
   * @param base number of the version that the new records are added to
   */
  CellMerge(Workplace place, long base) {
    this.place = place;
    this.base = Tables.batchCells(place.dataset().name(), base);
  }

  /**
   * Merges.
   *
   * @param added what {@link DatasetPlan#aggregate} made of the new records
   * @return {@code key}, {@code cell}, and {@code is_new} where the base has no such cell
   */
  org.apache.spark.sql.Dataset<Row> with(View view, org.apache.spark.sql.Dataset<Row> added) {
    PortableView portable = PortableView.of(view);
    String zookeeper = place.platform().zookeeper();
    String table = base.getNameAsString();
    MapPartitionsFunction<Row, Row> merge =
        rows -> merge(zookeeper, TableName.valueOf(table), portable.layout(), rows);
    return added.mapPartitions(merge, Encoders.row(MERGED));
  }

  private static Iterator<Row> merge(
      String zookeeper, TableName table, CellLayout layout, Iterator<Row> rows) throws IOException {
    List<Row> merged = new ArrayList<>();
    try (HBaseConnection hbase = HBaseConnection.connect(HBaseConnection.configuration(zookeeper));
        Table cells = hbase.connection().getTable(table)) {
      List<Row> asked = new ArrayList<>(ASKED_AT_ONCE);
      while (rows.hasNext()) {
        asked.add(rows.next());
        if (asked.size() == ASKED_AT_ONCE || !rows.hasNext()) {
          merge(cells, layout, asked, merged);
          asked.clear();
        }
      }
    }
    return merged.iterator();
  }

  private static void merge(Table cells, CellLayout layout, List<Row> asked, List<Row> merged)
      throws IOException {
    List<Get> gets = new ArrayList<>(asked.size());
    for (Row row : asked) {
      gets.add(new Get(row.<byte[]>getAs(0)));
    }
    Result[] results = cells.get(gets);
    for (int i = 0; i < results.length; i++) {
      byte[] key = asked.get(i).getAs(0);
      byte[] added = asked.get(i).getAs(1);
      byte[] before = results[i].getValue(Tables.BATCH_FAMILY, Tables.BATCH_QUALIFIER);
      merged.add(
          RowFactory.create(
              key, before == null ? added : merge(layout, before, added), before == null));
    }
  }

  private static byte[] merge(CellLayout layout, byte[] before, byte[] added) {
    Object[] cell = layout.decode(EncodedCell.of(before));
    layout.merge(cell, layout.decode(EncodedCell.of(added)));
    return layout.encode(cell).bytes();
  }
}

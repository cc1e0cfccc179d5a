package io.anabranch.batch;

import io.anabranch.engine.DatasetPlan;
import io.anabranch.engine.PortableView;
import io.anabranch.hbase.Tables;
import io.anabranch.schemas.View;
import io.anabranch.views.CellLayout;
import io.anabranch.views.EncodedCell;
import org.apache.hadoop.hbase.TableName;
import org.apache.hadoop.hbase.client.Result;
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
    return new Lookup(place, base)
        .each(
            added,
            row -> row.getAs(0),
            (row, found) -> merged(portable.layout(), row, found),
            Encoders.row(MERGED));
  }

  private static Row merged(CellLayout layout, Row row, Result found) {
    byte[] added = row.getAs(1);
    byte[] before = found.getValue(Tables.BATCH_FAMILY, Tables.BATCH_QUALIFIER);
    byte[] cell = before == null ? added : merge(layout, before, added);
    return RowFactory.create(row.<byte[]>getAs(0), cell, before == null);
  }

  private static byte[] merge(CellLayout layout, byte[] before, byte[] added) {
    Object[] cell = layout.decode(EncodedCell.of(before));
    layout.merge(cell, layout.decode(EncodedCell.of(added)));
    return layout.encode(cell).bytes();
  }
}

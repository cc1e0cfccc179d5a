package io.anabranch.batch;

import io.anabranch.engine.PortableView;
import io.anabranch.hbase.Tables;
import io.anabranch.schemas.View;
import io.anabranch.views.CellKey;
import io.anabranch.views.ViewId;
import java.io.IOException;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.hbase.client.Result;
import org.apache.hadoop.hbase.client.ResultScanner;
import org.apache.hadoop.hbase.client.Scan;
import org.apache.hadoop.hbase.client.Table;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Batch cells as HBase has them. */
final class StoredCells {
  private static final int ROWS_PER_CALL = 2_000;
  private static final StructType CELLS =
      new StructType().add("key", DataTypes.BinaryType).add("cell", DataTypes.BinaryType);
  private static final StructType SLICES =
      new StructType()
          .add("salt", DataTypes.IntegerType)
          .add("from", DataTypes.LongType)
          .add("to", DataTypes.LongType);

  private final SparkSession session;
  private final Workplace place;
  private final long version;

  StoredCells(SparkSession session, Workplace place, long version) {
    this.session = session;
    this.place = place;
    this.version = version;
  }

  /** All cells of a view whose buckets begin in one of the months, UTC. */
  org.apache.spark.sql.Dataset<Row> of(View view, Collection<YearMonth> months) {
    List<Row> slices = new ArrayList<>();
    for (YearMonth month : months) {
      for (int salt = 0; salt < CellKey.SALTS; salt++) {
        slices.add(
            RowFactory.create(
                salt,
                month.atDay(1).atStartOfDay().toEpochSecond(ZoneOffset.UTC),
                month.plusMonths(1).atDay(1).atStartOfDay().toEpochSecond(ZoneOffset.UTC)));
      }
    }
    PortableView portable = PortableView.of(view);
    String zookeeper = place.platform().zookeeper();
    String dataset = place.dataset().name();
    long number = version;
    FlatMapFunction<Row, Row> scan =
        slice -> scan(zookeeper, dataset, number, portable.layout().id(), slice);
    return session
        .createDataFrame(slices, SLICES)
        .repartition(Math.max(1, Math.min(slices.size(), CellKey.SALTS)))
        .flatMap(scan, Encoders.row(CELLS));
  }

  private static Iterator<Row> scan(
      String zookeeper, String dataset, long version, ViewId view, Row slice) throws IOException {
    int salt = slice.getInt(0);
    Scan scan =
        new Scan()
            .withStartRow(CellKey.scanBound(salt, view, slice.getLong(1)))
            .withStopRow(CellKey.scanBound(salt, view, slice.getLong(2)))
            .addColumn(Tables.BATCH_FAMILY, Tables.BATCH_QUALIFIER)
            .setCaching(ROWS_PER_CALL);
    List<Row> cells = new ArrayList<>();
    try (Table table = Lookup.connection(zookeeper).getTable(Tables.batchCells(dataset, version));
        ResultScanner results = table.getScanner(scan)) {
      for (Result result : results) {
        cells.add(RowFactory.create(result.getRow(), result.value()));
      }
    }
    return cells.iterator();
  }
}

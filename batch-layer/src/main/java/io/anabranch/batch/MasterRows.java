package io.anabranch.batch;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.anabranch.master.Listing;
import io.anabranch.master.MasterFile;
import io.anabranch.master.MasterSchema;
import io.anabranch.schemas.Dataset;
import io.anabranch.views.Offsets;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** The records of the master dataset before a cut. */
final class MasterRows {
  private final SparkSession session;
  private final Workplace place;

  MasterRows(SparkSession session, Workplace place) {
    this.session = session;
    this.place = place;
  }

  /** Exactly the rows before the offsets: files are chosen by their names, then rows by offset. */
  org.apache.spark.sql.Dataset<Row> before(Offsets cut) throws IOException {
    Dataset dataset = place.dataset();
    Listing listing = place.master().list(dataset.name());
    List<MasterFile> files = new ArrayList<>();
    Column covered = lit(false);
    for (Map.Entry<Integer, Long> end : cut.byPartition().entrySet()) {
      listing.cover(end.getKey()).files().stream()
          .filter(file -> file.first() < end.getValue())
          .forEach(files::add);
      covered =
          covered.or(
              col(MasterSchema.PARTITION)
                  .equalTo(end.getKey())
                  .and(col(MasterSchema.OFFSET).lt(end.getValue())));
    }
    if (files.isEmpty()) {
      return session.createDataFrame(List.of(), schema(dataset));
    }
    String[] locations = place.master().locations(dataset.name(), files).toArray(String[]::new);
    return session.read().schema(schema(dataset)).parquet(locations).where(covered);
  }

  private static StructType schema(Dataset dataset) {
    StructType schema = new StructType();
    for (var field : dataset.fields().entrySet()) {
      schema = schema.add(field.getKey(), DataType.fromDDL(field.getValue().sqlName()));
    }
    return schema
        .add(MasterSchema.PARTITION, DataTypes.IntegerType)
        .add(MasterSchema.OFFSET, DataTypes.LongType)
        .add(MasterSchema.TIMESTAMP, DataTypes.TimestampType);
  }
}

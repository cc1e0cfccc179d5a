package io.anabranch.batch;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;

import io.anabranch.engine.DatasetPlan;
import io.anabranch.master.Listing;
import io.anabranch.master.MasterFile;
import io.anabranch.master.MasterSchema;
import io.anabranch.runtime.Problem;
import io.anabranch.views.Offsets;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** The records of the master dataset. */
final class MasterRows {
  private final SparkSession session;
  private final DatasetPlan plan;
  private final Workplace place;

  MasterRows(SparkSession session, DatasetPlan plan, Workplace place) {
    this.session = session;
    this.plan = plan;
    this.place = place;
  }

  /**
   * Exactly the rows from some offsets, inclusive, to others, exclusive: files are chosen by their
   * names, then rows by offset.
   *
   * @param from a partition that it does not name begins at 0
   */
  org.apache.spark.sql.Dataset<Row> between(Offsets from, Offsets to) throws IOException {
    Column within = lit(false);
    for (Map.Entry<Integer, Long> end : to.byPartition().entrySet()) {
      Column offset = col(MasterSchema.OFFSET);
      within =
          within.or(
              col(MasterSchema.PARTITION)
                  .equalTo(end.getKey())
                  .and(offset.geq(from.of(end.getKey()).orElse(0)))
                  .and(offset.lt(end.getValue())));
    }
    return rows(files(from, to)).where(within);
  }

  /**
   * Reads the positions of all rows.
   *
   * @throws Problem if a file holds other rows than its name says
   */
  void requireWhatNamesSay(Offsets cut) throws IOException {
    List<MasterFile> files = files(Offsets.NONE, cut);
    if (files.isEmpty()) {
      return;
    }
    Map<String, MasterFile> byName = new HashMap<>();
    files.forEach(file -> byName.put(new Path(file.name()).getName(), file));
    List<Row> found =
        rows(files)
            .groupBy(col("_metadata.file_name"))
            .agg(
                min(MasterSchema.PARTITION),
                max(MasterSchema.PARTITION),
                min(MasterSchema.OFFSET),
                max(MasterSchema.OFFSET))
            .collectAsList();
    for (Row row : found) {
      MasterFile file = byName.get(row.getString(0));
      boolean isTrue =
          row.getInt(1) == file.partition()
              && row.getInt(2) == file.partition()
              && row.getLong(3) >= file.first()
              && row.getLong(4) < file.end();
      if (!isTrue) {
        throw Problem.failed(
            ("the master file %s holds offsets %s to %s of partitions %s to %s: somebody changed"
                    + " it; restore it from a copy")
                .formatted(
                    file.name(), row.getLong(3), row.getLong(4), row.getInt(1), row.getInt(2)));
      }
    }
  }

  private List<MasterFile> files(Offsets from, Offsets to) throws IOException {
    Listing listing = place.master().list(place.dataset().name());
    List<MasterFile> files = new ArrayList<>();
    for (int partition : to.byPartition().keySet()) {
      listing.cover(partition).files().stream()
          .filter(file -> file.meets(from, to))
          .forEach(files::add);
    }
    return files;
  }

  private org.apache.spark.sql.Dataset<Row> rows(List<MasterFile> files) {
    return plan.stored(session, place.master().locations(place.dataset().name(), files));
  }
}

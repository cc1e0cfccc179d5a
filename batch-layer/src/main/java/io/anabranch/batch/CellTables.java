package io.anabranch.batch;

import io.anabranch.engine.DatasetPlan;
import io.anabranch.schemas.View;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/** The cells of all views, computed once and kept while they are written to several places. */
final class CellTables implements AutoCloseable {
  private final Map<View, org.apache.spark.sql.Dataset<Row>> byView = new LinkedHashMap<>();
  private long count;

  CellTables(DatasetPlan plan, org.apache.spark.sql.Dataset<Row> clean) {
    for (View view : plan.dataset().views().values()) {
      org.apache.spark.sql.Dataset<Row> cells =
          plan.aggregate(clean, view).persist(StorageLevel.MEMORY_AND_DISK());
      byView.put(view, cells);
      long size = cells.count();
      Progress.say("%s: %s cells".formatted(view.name(), size));
      count += size;
    }
  }

  Map<View, org.apache.spark.sql.Dataset<Row>> byView() {
    return byView;
  }

  /** Columns {@code key} and {@code cell} of all views. */
  org.apache.spark.sql.Dataset<Row> all() {
    return byView.values().stream()
        .reduce(org.apache.spark.sql.Dataset::union)
        .orElseThrow(() -> new IllegalStateException("a dataset without views"));
  }

  long count() {
    return count;
  }

  @Override
  public void close() {
    byView.values().forEach(org.apache.spark.sql.Dataset::unpersist);
  }
}

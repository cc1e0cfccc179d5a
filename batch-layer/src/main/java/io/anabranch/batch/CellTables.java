package io.anabranch.batch;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.anabranch.engine.DatasetPlan;
import io.anabranch.schemas.View;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * The cells of all views that a run made or changed, computed once and kept while they are written
 * to several places.
 */
final class CellTables implements AutoCloseable {
  private final Map<View, org.apache.spark.sql.Dataset<Row>> byView = new LinkedHashMap<>();
  private long changed;
  private long added;

  /**
   * Computes them.
   *
   * @param clean the run's rows
   * @param base merges with the cells of the version that they are added to; empty for a full run
   */
  CellTables(DatasetPlan plan, org.apache.spark.sql.Dataset<Row> clean, Optional<CellMerge> base) {
    for (View view : plan.dataset().views().values()) {
      org.apache.spark.sql.Dataset<Row> own = plan.aggregate(clean, view);
      org.apache.spark.sql.Dataset<Row> cells =
          base.map(merge -> merge.with(view, own))
              .orElseGet(() -> own.withColumn("is_new", lit(true)))
              .persist(StorageLevel.MEMORY_AND_DISK());
      byView.put(view, cells);
      long size = cells.count();
      changed += size;
      added += base.isEmpty() ? size : cells.where(col("is_new")).count();
      Progress.say("%s: %s cells".formatted(view.name(), size));
    }
  }

  /** Columns {@code key} and {@code cell}. */
  org.apache.spark.sql.Dataset<Row> of(View view) {
    return byView.get(view).select("key", "cell");
  }

  /** Columns {@code key} and {@code cell} of all views. */
  org.apache.spark.sql.Dataset<Row> all() {
    return byView.keySet().stream()
        .map(this::of)
        .reduce(org.apache.spark.sql.Dataset::union)
        .orElseThrow(() -> new IllegalStateException("a dataset without views"));
  }

  /** How many cells there are. */
  long changed() {
    return changed;
  }

  /** How many of them the base does not have. */
  long added() {
    return added;
  }

  @Override
  public void close() {
    byView.values().forEach(org.apache.spark.sql.Dataset::unpersist);
  }
}

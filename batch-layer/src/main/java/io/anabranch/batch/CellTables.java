package io.anabranch.batch;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.anabranch.engine.DatasetPlan;
import io.anabranch.schemas.View;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
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
      byView.put(
          view,
          base.map(merge -> merge.with(view, own))
              .orElseGet(() -> own.withColumn("is_new", lit(true)))
              .persist(StorageLevel.MEMORY_AND_DISK()));
    }
    count();
  }

  /** One job, whose tasks make the cells of all views. */
  private void count() {
    for (Row row :
        union(view -> byView.get(view).select(lit(view.name()).as("view"), col("is_new")))
            .groupBy("view")
            .agg(functions.count(lit(1)), functions.count_if(col("is_new")))
            .collectAsList()) {
      changed += row.getLong(1);
      added += row.getLong(2);
      Progress.say("%s: %s cells".formatted(row.getString(0), row.getLong(1)));
    }
  }

  /** Columns {@code key} and {@code cell}. */
  org.apache.spark.sql.Dataset<Row> of(View view) {
    return byView.get(view).select("key", "cell");
  }

  /** Columns {@code key} and {@code cell} of all views. */
  org.apache.spark.sql.Dataset<Row> all() {
    return union(this::of);
  }

  private org.apache.spark.sql.Dataset<Row> union(
      Function<View, org.apache.spark.sql.Dataset<Row>> part) {
    return byView.keySet().stream()
        .map(part)
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

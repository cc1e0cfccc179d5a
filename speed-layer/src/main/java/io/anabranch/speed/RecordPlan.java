package io.anabranch.speed;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.unix_millis;

import io.anabranch.engine.DatasetPlan;
import io.anabranch.engine.PortableView;
import io.anabranch.engine.ProfileLookup;
import io.anabranch.schemas.Marker;
import io.anabranch.schemas.View;
import io.anabranch.views.CellKey;
import io.anabranch.views.CellLayout;
import io.anabranch.views.FoldRecord;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What the fold takes of a Kafka record, as one flat row: position, marker, verdict, identity and
 * schema, then for each view the bucket, the dimensions and the inputs. {@link #ofTopic} and {@link
 * #ofMaster} make the columns, {@link #record} reads them back by their places.
 */
final class RecordPlan implements Serializable {
  /** The column of the offset. */
  static final String OFFSET = "c1";

  private static final int UNKNOWN = 8;
  private static final int FIRST_VIEW = 9;

  private final ArrayList<PortableView> views = new ArrayList<>();

  RecordPlan(io.anabranch.schemas.Dataset dataset) {
    dataset.views().values().forEach(view -> views.add(PortableView.of(view)));
  }

  /** Every Kafka record is a row, also markers, undecodable and rejected ones. */
  static Dataset<Row> ofTopic(DatasetPlan plan, Dataset<Row> kafka, ProfileLookup profiles) {
    return rows(plan, plan.decode(kafka), profiles);
  }

  /** Every row of master files is a row, also rejected ones. */
  static Dataset<Row> ofMaster(DatasetPlan plan, Dataset<Row> stored, ProfileLookup profiles) {
    Dataset<Row> decoded =
        stored
            .withColumn("_marker", lit(null).cast("struct<number:bigint,profile:bigint>"))
            .withColumn("_undecodable", lit(null).cast("string"))
            .withColumn("_unknown", lit(null).cast("bigint"));
    return rows(plan, decoded, profiles);
  }

  private static Dataset<Row> rows(DatasetPlan plan, Dataset<Row> decoded, ProfileLookup profiles) {
    List<Column> columns = new ArrayList<>();
    columns.add(col("_partition"));
    columns.add(col("_offset"));
    columns.add(unix_millis(col("_timestamp")));
    columns.add(col("_marker.number"));
    columns.add(col("_marker.profile"));
    columns.add(DatasetPlan.accepted());
    columns.add(col("_identity_high"));
    columns.add(col("_identity_low"));
    columns.add(col("_unknown"));
    for (View view : plan.dataset().views().values()) {
      columns.add(plan.bucket(view));
      columns.addAll(List.of(plan.dimensions(view)));
      columns.addAll(List.of(plan.inputs(view)));
    }
    Column[] named = new Column[columns.size()];
    for (int i = 0; i < named.length; i++) {
      named[i] = columns.get(i).as("c" + i);
    }
    return plan.clean(plan.judge(decoded), profiles).select(named);
  }

  static int partition(Row row) {
    return row.getInt(0);
  }

  /** The marker that the row is, or null. */
  static Marker marker(Row row) {
    return row.isNullAt(3) ? null : new Marker(row.getLong(3), row.getLong(4));
  }

  /** The fingerprint of the value's schema, if the plan was made without that schema. */
  static OptionalLong unknownSchema(Row row) {
    return row.isNullAt(UNKNOWN) ? OptionalLong.empty() : OptionalLong.of(row.getLong(UNKNOWN));
  }

  /** The row for the fold. */
  FoldRecord record(Row row) {
    long offset = row.getLong(1);
    long appendedMs = row.getLong(2);
    Marker marker = marker(row);
    if (marker != null) {
      return FoldRecord.marker(offset, appendedMs, marker);
    } else if (!row.getBoolean(5)) {
      return FoldRecord.skipped(offset, appendedMs);
    }
    // All views cut by the same event time: if cleaning left none, the record is in no cell.
    int parts = row.isNullAt(FIRST_VIEW) ? 0 : views.size();
    CellKey[] keys = new CellKey[parts];
    Object[][] inputs = new Object[parts][];
    int at = FIRST_VIEW;
    for (int i = 0; i < parts; i++) {
      CellLayout layout = views.get(i).layout();
      String[] dimensions = new String[layout.view().dimensions().size()];
      inputs[i] = layout.empty();
      keys[i] = key(layout, row, at, dimensions);
      at += 1 + dimensions.length;
      for (int k = 0; k < inputs[i].length; k++) {
        inputs[i][k] = row.get(at++);
      }
    }
    return FoldRecord.accepted(offset, appendedMs, row.getLong(6), row.getLong(7), keys, inputs);
  }

  private static CellKey key(CellLayout layout, Row row, int at, String[] dimensions) {
    for (int k = 0; k < dimensions.length; k++) {
      dimensions[k] = row.getString(at + 1 + k);
    }
    return CellKey.of(layout.id(), row.getLong(at), dimensions);
  }
}

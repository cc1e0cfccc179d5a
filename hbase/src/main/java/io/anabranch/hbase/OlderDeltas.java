package io.anabranch.hbase;

import io.anabranch.views.CellKey;
import io.anabranch.views.Offsets;
import io.anabranch.views.SnapshotLostException;
import io.anabranch.views.ViewStore;
import io.anabranch.views.ViewStore.Delta;
import io.anabranch.views.ViewStore.DeltaId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.hbase.TableName;
import org.apache.hadoop.hbase.client.Connection;
import org.apache.hadoop.hbase.client.Get;
import org.apache.hadoop.hbase.client.Result;
import org.apache.hadoop.hbase.client.Table;

/** The values that deltas had at an earlier moment, looked up for those that have moved on. */
final class OlderDeltas {
  private record Column(CellKey key, int partition) {}

  private final Connection connection;
  private final TableName deltas;
  private final Offsets ends;

  OlderDeltas(Connection connection, TableName deltas, Offsets ends) {
    this.connection = connection;
    this.deltas = deltas;
    this.ends = ends;
  }

  /**
   * The greatest values that are not beyond the ends; a delta that was not there yet is absent.
   *
   * @throws SnapshotLostException if that cannot be told any more
   */
  Map<DeltaId, Delta> of(Collection<DeltaId> ids) {
    Map<DeltaId, Delta> found = new HashMap<>();
    if (ids.isEmpty()) {
      return found;
    }
    HBaseCall.run(
        () -> {
          try (Table table = connection.getTable(deltas)) {
            for (Result result : table.get(upToTheEnds(ids))) {
              if (!result.isEmpty()) {
                HBaseViewStore.deltaRow(result).deltas().forEach(d -> found.put(d.id(), d));
              }
            }
            List<DeltaId> absent = ids.stream().filter(id -> !found.containsKey(id)).toList();
            requireNew(table, absent);
          }
        });
    return found;
  }

  private List<Get> upToTheEnds(Collection<DeltaId> ids) throws IOException {
    Map<Column, Get> gets = new LinkedHashMap<>();
    for (DeltaId id : ids) {
      long end = ends.of(id.partition()).orElse(0);
      Column column = new Column(id.key(), id.partition());
      if (!gets.containsKey(column)) {
        gets.put(column, new Get(id.key().bytes()).setTimeRange(0, end + 1));
      }
      gets.get(column).addColumn(Tables.DELTA_FAMILY, HBaseViewStore.column(id));
    }
    return List.copyOf(gets.values());
  }

  /** A delta with fewer values than are kept never lost one. */
  private void requireNew(Table table, List<DeltaId> absent) throws IOException {
    List<Get> gets = new ArrayList<>();
    for (DeltaId id : absent) {
      gets.add(
          new Get(id.key().bytes())
              .addColumn(Tables.DELTA_FAMILY, HBaseViewStore.column(id))
              .readVersions(ViewStore.HISTORY));
    }
    Result[] histories = gets.isEmpty() ? new Result[0] : table.get(gets);
    for (int i = 0; i < histories.length; i++) {
      if (histories[i].size() >= ViewStore.HISTORY) {
        DeltaId id = absent.get(i);
        throw new SnapshotLostException(id, ends.of(id.partition()).orElse(0));
      }
    }
  }
}

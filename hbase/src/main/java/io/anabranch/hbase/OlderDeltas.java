package io.anabranch.hbase;

import io.anabranch.views.CellKey;
import io.anabranch.views.Offsets;
import io.anabranch.views.SnapshotLostException;
import io.anabranch.views.ViewStore;
import io.anabranch.views.ViewStore.Delta;
import io.anabranch.views.ViewStore.DeltaId;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.hbase.Cell;
import org.apache.hadoop.hbase.TableName;
import org.apache.hadoop.hbase.client.Connection;
import org.apache.hadoop.hbase.client.Get;
import org.apache.hadoop.hbase.client.Result;
import org.apache.hadoop.hbase.client.Table;
import org.apache.hadoop.hbase.filter.KeyOnlyFilter;

/** The values that deltas had at an earlier moment, looked up for those that have moved on. */
final class OlderDeltas {
  private record Column(CellKey key, int partition) {}

  /** Which values a call asks for, as seen from an end. */
  @FunctionalInterface
  private interface Span {
    Get of(Get get, long end) throws IOException;
  }

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
   * @param ids of deltas whose newest value is beyond its end
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
            for (Result result : table.get(gets(ids, (get, end) -> get.setTimeRange(0, end + 1)))) {
              if (!result.isEmpty()) {
                HBaseViewStore.deltaRow(result).deltas().forEach(d -> found.put(d.id(), d));
              }
            }
            requireKept(table, ids);
          }
        });
    return found;
  }

  /**
   * HBase drops a value where enough newer ones stand beside it, in a memstore or in some of the
   * files, and may keep one in another file that is older still; asked by time it gives that one.
   * So what was found is the right value only if fewer newer ones than are kept exist. They are
   * counted after the values were read: what is dropped in between had as many newer ones.
   */
  private void requireKept(Table table, Collection<DeltaId> ids) throws IOException {
    List<Get> gets = gets(ids, (get, end) -> get.setTimeRange(end + 1, Long.MAX_VALUE));
    for (Get get : gets) {
      get.readVersions(ViewStore.HISTORY).setFilter(new KeyOnlyFilter());
    }
    for (Result result : table.get(gets)) {
      Map<DeltaId, Integer> newer = new HashMap<>();
      for (Cell cell : result.rawCells()) {
        DeltaId id = HBaseViewStore.id(CellKey.ofBytes(result.getRow()), cell);
        if (newer.merge(id, 1, Integer::sum) >= ViewStore.HISTORY) {
          throw new SnapshotLostException(id, end(id.partition()));
        }
      }
    }
  }

  /** A partition's columns of a row are one call: they share the end. */
  private List<Get> gets(Collection<DeltaId> ids, Span span) throws IOException {
    Map<Column, Get> gets = new LinkedHashMap<>();
    for (DeltaId id : ids) {
      Column column = new Column(id.key(), id.partition());
      if (!gets.containsKey(column)) {
        gets.put(column, span.of(new Get(id.key().bytes()), end(id.partition())));
      }
      gets.get(column).addColumn(Tables.DELTA_FAMILY, HBaseViewStore.column(id));
    }
    return List.copyOf(gets.values());
  }

  private long end(int partition) {
    return ends.of(partition).orElse(0);
  }
}

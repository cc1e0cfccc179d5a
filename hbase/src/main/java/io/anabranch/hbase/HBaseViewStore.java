package io.anabranch.hbase;

import io.anabranch.views.Buckets;
import io.anabranch.views.CellKey;
import io.anabranch.views.Cut;
import io.anabranch.views.EncodedCell;
import io.anabranch.views.Offsets;
import io.anabranch.views.ViewId;
import io.anabranch.views.ViewStore;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.hadoop.hbase.Cell;
import org.apache.hadoop.hbase.CellUtil;
import org.apache.hadoop.hbase.client.Connection;
import org.apache.hadoop.hbase.client.Delete;
import org.apache.hadoop.hbase.client.Get;
import org.apache.hadoop.hbase.client.Put;
import org.apache.hadoop.hbase.client.Result;
import org.apache.hadoop.hbase.client.Scan;
import org.apache.hadoop.hbase.client.Table;
import org.apache.hadoop.hbase.filter.KeyOnlyFilter;
import org.apache.hadoop.hbase.util.Bytes;

/**
 * The view store in HBase.
 *
 * <p>A delta's HBase timestamp is its {@code next}: HBase itself never shows a smaller one over a
 * greater, and its older versions are what readers of an earlier moment see. Such a timestamp is no
 * time, so that family has no TTL, and deltas are deleted by exact versions only.
 */
public final class HBaseViewStore implements ViewStore {
  private static final int ROWS_PER_SCAN_CALL = 2_000;

  /** Values that one call deletes: a delta may have {@link ViewStore#HISTORY} and more. */
  private static final int VALUES_PER_DELETE_CALL = 10_000;

  private final Connection connection;
  private final Function<String, Duration> horizon;

  HBaseViewStore(Connection connection, Function<String, Duration> horizon) {
    this.connection = connection;
    this.horizon = horizon;
  }

  @Override
  public void prepare(String dataset) {
    TableMaker.make(connection, Layout.deltas(dataset), Layout.splits());
    TableMaker.make(connection, Layout.identities(dataset, horizon.apply(dataset)), null);
  }

  @Override
  public void writeDeltas(String dataset, Collection<Delta> deltas) {
    Map<CellKey, Put> puts = new LinkedHashMap<>();
    for (Delta delta : deltas) {
      if (delta.next() < 1) {
        throw new IllegalArgumentException(
            "Invalid next of a delta: %s (must be >= 1)".formatted(delta.next()));
      }
      puts.computeIfAbsent(delta.id().key(), key -> new Put(key.bytes()))
          .addColumn(Tables.DELTA_FAMILY, column(delta.id()), delta.next(), delta.cell().bytes());
    }
    HBaseCall.run(
        () -> {
          try (Table table = connection.getTable(Tables.deltas(dataset))) {
            table.put(List.copyOf(puts.values()));
          }
        });
  }

  @Override
  public Map<DeltaId, StoredDelta> readDeltas(String dataset, Collection<DeltaId> ids) {
    Map<CellKey, Get> gets = new LinkedHashMap<>();
    ids.forEach(
        id ->
            gets.computeIfAbsent(id.key(), key -> new Get(key.bytes()))
                .addColumn(Tables.DELTA_FAMILY, column(id)));
    Result[] results =
        HBaseCall.ask(
            () -> {
              try (Table table = connection.getTable(Tables.deltas(dataset))) {
                return table.get(List.copyOf(gets.values()));
              }
            });
    Map<DeltaId, StoredDelta> stored = new HashMap<>();
    for (Result result : results) {
      if (!result.isEmpty()) {
        deltaRow(result)
            .deltas()
            .forEach(d -> stored.put(d.id(), new StoredDelta(d.next(), d.cell())));
      }
    }
    return stored;
  }

  /** Deletes exact versions only: a marker over a column would hide what is written after it. */
  @Override
  public long expireDeltas(String dataset, Cut oldest) {
    Scan all =
        new Scan().addFamily(Tables.DELTA_FAMILY).readAllVersions().setCaching(ROWS_PER_SCAN_CALL);
    all.setFilter(new KeyOnlyFilter()).setCacheBlocks(false);
    long expired = 0;
    int values = 0;
    List<Delete> deletes = new ArrayList<>();
    try (RowIterator<Delete> rows =
        new RowIterator<>(
            connection, Tables.deltas(dataset), all, result -> expired(result, oldest))) {
      while (rows.hasNext()) {
        Delete delete = rows.next();
        expired += columns(delete);
        if (!delete.isEmpty()) {
          deletes.add(delete);
          values += delete.size();
        }
        if (values >= VALUES_PER_DELETE_CALL) {
          delete(dataset, deletes);
          values = 0;
        }
      }
    }
    delete(dataset, deletes);
    return expired;
  }

  private static Delete expired(Result row, Cut oldest) {
    Delete delete = new Delete(row.getRow());
    for (Cell cell : row.rawCells()) {
      byte[] column = CellUtil.cloneQualifier(cell);
      long epoch = Bytes.toLong(column, Integer.BYTES);
      if (!oldest.leavesToSpeed(Bytes.toInt(column), epoch)) {
        delete.addColumn(Tables.DELTA_FAMILY, column, cell.getTimestamp());
      }
    }
    return delete;
  }

  private static long columns(Delete delete) {
    return delete.getFamilyCellMap().values().stream()
        .flatMap(List::stream)
        .map(cell -> ByteBuffer.wrap(CellUtil.cloneQualifier(cell)))
        .distinct()
        .count();
  }

  private void delete(String dataset, List<Delete> deletes) {
    HBaseCall.run(
        () -> {
          try (Table table = connection.getTable(Tables.deltas(dataset))) {
            table.delete(deletes);
          }
        });
    deletes.clear();
  }

  @Override
  public CloseableIterator<DeltaRow> scanDeltas(
      String dataset, ViewId view, Buckets range, int salt, Offsets ends, long until) {
    return new SnapshotIterator(
        new RowIterator<>(
                connection,
                Tables.deltas(dataset),
                cells(view, range, salt).addFamily(Tables.DELTA_FAMILY),
                HBaseViewStore::deltaRow)
            .mapped(row -> before(row, until)),
        new OlderDeltas(connection, Tables.deltas(dataset), ends),
        ends);
  }

  /** Before older values are looked up: those of a later epoch may be kept no longer. */
  private static DeltaRow before(DeltaRow row, long until) {
    List<Delta> deltas = row.deltas().stream().filter(d -> d.id().epoch() < until).toList();
    return deltas.isEmpty() ? null : new DeltaRow(row.key(), deltas);
  }

  @Override
  public CloseableIterator<BatchRow> scanBatch(
      String dataset, long version, ViewId view, Buckets range, int salt) {
    return new RowIterator<>(
        connection,
        Tables.batchCells(dataset, version),
        cells(view, range, salt).addColumn(Tables.BATCH_FAMILY, Tables.BATCH_QUALIFIER),
        result -> new BatchRow(CellKey.ofBytes(result.getRow()), EncodedCell.of(result.value())));
  }

  private static Scan cells(ViewId view, Buckets range, int salt) {
    return new Scan()
        .withStartRow(CellKey.scanBound(salt, view, range.from()))
        .withStopRow(CellKey.scanBound(salt, view, range.to()))
        .setCaching(ROWS_PER_SCAN_CALL);
  }

  @Override
  public void appendIdentities(String dataset, int partition, List<SeenIdentity> identities) {
    if (identities.isEmpty()) {
      return;
    }
    HBaseCall.run(
        () -> {
          try (Table table = connection.getTable(Tables.identities(dataset))) {
            table.put(IdentityRow.put(partition, identities));
          }
        });
  }

  @Override
  public CloseableIterator<SeenIdentity> identities(String dataset, int partition, Instant since) {
    return new IdentityIterator(
        new RowIterator<>(
            connection,
            Tables.identities(dataset),
            IdentityRow.scan(partition, since),
            IdentityRow::read),
        since.toEpochMilli());
  }

  /** Does nothing: the connection is closed by who opened it. */
  @Override
  public void close() {}

  static byte[] column(DeltaId id) {
    return ByteBuffer.allocate(12).putInt(id.partition()).putLong(id.epoch()).array();
  }

  static DeltaId id(CellKey key, Cell cell) {
    return new DeltaId(
        key,
        Bytes.toInt(cell.getQualifierArray(), cell.getQualifierOffset()),
        Bytes.toLong(cell.getQualifierArray(), cell.getQualifierOffset() + Integer.BYTES));
  }

  static DeltaRow deltaRow(Result result) {
    CellKey key = CellKey.ofBytes(result.getRow());
    List<Delta> deltas = new ArrayList<>(result.size());
    for (Cell cell : result.rawCells()) {
      EncodedCell value = EncodedCell.of(CellUtil.cloneValue(cell));
      deltas.add(new Delta(id(key, cell), cell.getTimestamp(), value));
    }
    return new DeltaRow(key, deltas);
  }
}

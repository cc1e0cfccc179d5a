package io.anabranch.views;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** A view store in memory, for tests and for the simulation. */
public final class MemoryViewStore implements ViewStore {
  private record Column(int partition, long epoch) {}

  /** The values of a delta by their {@code next}. */
  private static final class History extends TreeMap<Long, EncodedCell> {
    private static final long serialVersionUID = 1L;
  }

  private final int kept;
  private final Map<String, NavigableMap<CellKey, Map<Column, History>>> deltas = new HashMap<>();
  private final Map<String, NavigableMap<CellKey, EncodedCell>> batch = new HashMap<>();
  private final Map<String, Map<Integer, List<SeenIdentity>>> identities = new HashMap<>();

  public MemoryViewStore() {
    this(HISTORY);
  }

  /**
   * @param kept how many values of a delta are kept
   */
  MemoryViewStore(int kept) {
    this.kept = kept;
  }

  @Override
  public synchronized void prepare(String dataset) {
    deltas.computeIfAbsent(dataset, name -> new TreeMap<>());
    identities.computeIfAbsent(dataset, name -> new HashMap<>());
  }

  @Override
  public synchronized void writeDeltas(String dataset, Collection<Delta> written) {
    for (Delta delta : written) {
      History history =
          deltas
              .get(dataset)
              .computeIfAbsent(delta.id().key(), key -> new HashMap<>())
              .computeIfAbsent(
                  new Column(delta.id().partition(), delta.id().epoch()), id -> new History());
      history.put(delta.next(), delta.cell());
      if (history.size() > kept) {
        history.pollFirstEntry();
      }
    }
  }

  @Override
  public synchronized Map<DeltaId, StoredDelta> readDeltas(
      String dataset, Collection<DeltaId> ids) {
    Map<DeltaId, StoredDelta> found = new HashMap<>();
    for (DeltaId id : ids) {
      History history =
          deltas
              .get(dataset)
              .getOrDefault(id.key(), Map.of())
              .get(new Column(id.partition(), id.epoch()));
      if (history != null) {
        found.put(id, new StoredDelta(history.lastKey(), history.lastEntry().getValue()));
      }
    }
    return found;
  }

  @Override
  public synchronized long expireDeltas(String dataset, Cut oldest) {
    long before = count(dataset);
    for (Map<Column, History> row : deltas.get(dataset).values()) {
      row.keySet().removeIf(column -> !oldest.leavesToSpeed(column.partition(), column.epoch()));
    }
    deltas.get(dataset).values().removeIf(Map::isEmpty);
    return before - count(dataset);
  }

  private long count(String dataset) {
    return deltas.get(dataset).values().stream().mapToLong(Map::size).sum();
  }

  @Override
  public synchronized CloseableIterator<DeltaRow> scanDeltas(
      String dataset, ViewId view, Buckets range, int salt, Offsets ends, long until) {
    List<DeltaRow> rows = new ArrayList<>();
    within(deltas.getOrDefault(dataset, new TreeMap<>()), view, range, salt)
        .forEach(
            (key, columns) -> {
              List<Delta> row = at(key, columns, ends, until);
              if (!row.isEmpty()) {
                rows.add(new DeltaRow(key, row));
              }
            });
    return iterator(rows);
  }

  private List<Delta> at(CellKey key, Map<Column, History> columns, Offsets ends, long until) {
    List<Delta> row = new ArrayList<>();
    columns.forEach(
        (column, history) -> {
          if (column.epoch() < until) {
            DeltaId id = new DeltaId(key, column.partition(), column.epoch());
            at(id, history, ends.of(column.partition()).orElse(0)).ifPresent(row::add);
          }
        });
    return row;
  }

  private Optional<Delta> at(DeltaId id, History history, long end) {
    if (history.tailMap(end, false).size() >= kept) {
      throw new SnapshotLostException(id, end);
    }
    Map.Entry<Long, EncodedCell> value = history.floorEntry(end);
    return Optional.ofNullable(value).map(v -> new Delta(id, v.getKey(), v.getValue()));
  }

  /** Puts batch cells of a version; a batch run's bulk load, in memory. */
  public synchronized void loadBatch(
      String dataset, long version, Map<CellKey, EncodedCell> cells) {
    batch.computeIfAbsent(dataset + "_v" + version, name -> new TreeMap<>()).putAll(cells);
  }

  @Override
  public synchronized CloseableIterator<BatchRow> scanBatch(
      String dataset, long version, ViewId view, Buckets range, int salt) {
    List<BatchRow> rows = new ArrayList<>();
    within(batch.getOrDefault(dataset + "_v" + version, new TreeMap<>()), view, range, salt)
        .forEach((key, cell) -> rows.add(new BatchRow(key, cell)));
    return iterator(rows);
  }

  private static <T> NavigableMap<CellKey, T> within(
      NavigableMap<CellKey, T> cells, ViewId view, Buckets range, int salt) {
    byte[] from = CellKey.scanBound(salt, view, range.from());
    byte[] to = CellKey.scanBound(salt, view, range.to());
    NavigableMap<CellKey, T> found = new TreeMap<>();
    cells.forEach(
        (key, value) -> {
          if (Arrays.compareUnsigned(key.bytes(), from) >= 0
              && Arrays.compareUnsigned(key.bytes(), to) < 0) {
            found.put(key, value);
          }
        });
    return found;
  }

  @Override
  public synchronized void appendIdentities(
      String dataset, int partition, List<SeenIdentity> seen) {
    identities.get(dataset).computeIfAbsent(partition, p -> new ArrayList<>()).addAll(seen);
  }

  @Override
  public synchronized CloseableIterator<SeenIdentity> identities(
      String dataset, int partition, Instant since) {
    return iterator(
        identities.getOrDefault(dataset, Map.of()).getOrDefault(partition, List.of()).stream()
            .filter(identity -> identity.appendedMs() >= since.toEpochMilli())
            .distinct()
            .toList());
  }

  static <T> CloseableIterator<T> iterator(List<T> items) {
    Iterator<T> iterator = items.iterator();
    return new CloseableIterator<>() {
      @Override
      public boolean hasNext() {
        return iterator.hasNext();
      }

      @Override
      public T next() {
        return iterator.next();
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public void close() {}
}

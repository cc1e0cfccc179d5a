package io.anabranch.master;

import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.FieldType;
import io.anabranch.schemas.Wire;
import io.anabranch.views.Offsets;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** A master dataset in memory, for tests. Safe for several threads. */
public final class MemoryMasterStore implements MasterStore {
  private record Key(String dataset, MasterFile file) {}

  private final Map<Key, List<MasterRow>> files = new ConcurrentHashMap<>();
  private final Map<Key, List<Undecodable>> undecodable = new ConcurrentHashMap<>();
  private final Map<Key, Map<String, FieldType>> columns = new ConcurrentHashMap<>();
  private final Map<Key, Instant> committed = new ConcurrentHashMap<>();
  private final Map<Writer, Boolean> open = new ConcurrentHashMap<>();

  @Override
  public Listing list(String dataset) {
    return new Listing(
        files.keySet().stream().filter(k -> k.dataset().equals(dataset)).map(Key::file).toList(),
        List.of());
  }

  @Override
  public MasterWriter open(Dataset dataset, int partition, long first, LocalDate day) {
    Writer writer = new Writer(dataset, partition, first, day);
    open.put(writer, true);
    return writer;
  }

  @Override
  public int removeLeftovers(String dataset, int partition) {
    List<Writer> leftovers =
        open.keySet().stream()
            .filter(w -> w.dataset.name().equals(dataset) && w.partition == partition)
            .toList();
    leftovers.forEach(open::remove);
    return leftovers.size();
  }

  @Override
  public List<Compacted> compact(String dataset, List<MasterFile> of) {
    Compaction.requireJoined(of);
    return Compaction.alike(of, file -> columns.get(new Key(dataset, file))).stream()
        .map(alike -> join(dataset, alike))
        .toList();
  }

  private Compacted join(String dataset, List<MasterFile> of) {
    MasterFile joined = Compaction.joined(of);
    List<MasterRow> rows =
        of.stream().flatMap(file -> files.get(new Key(dataset, file)).stream()).toList();
    files.putIfAbsent(new Key(dataset, joined), rows);
    columns.put(new Key(dataset, joined), columns.get(new Key(dataset, of.get(0))));
    committed.putIfAbsent(new Key(dataset, joined), Instant.now());
    return new Compacted(joined, rows.size(), rows.stream().mapToLong(MasterRow::hashCode).sum());
  }

  @Override
  public int removeCovered(String dataset, Instant before) {
    Listing listing = list(dataset);
    int removed = 0;
    for (MasterFile file : listing.files()) {
      boolean isCovered =
          listing.cover(file.partition()).files().stream()
              .filter(wide -> committed.get(new Key(dataset, wide)).isBefore(before))
              .anyMatch(wide -> Compaction.isCovered(file, wide));
      removed += isCovered && files.remove(new Key(dataset, file)) != null ? 1 : 0;
    }
    return removed;
  }

  @Override
  public Optional<Erased> erase(String dataset, MasterFile file, long[] offsets) {
    List<MasterRow> before = files.get(new Key(dataset, file));
    List<MasterRow> kept =
        before.stream().filter(row -> Arrays.binarySearch(offsets, row.offset()) < 0).toList();
    if (kept.size() == before.size()) {
      return Optional.empty();
    }
    files.put(new Key(dataset, file), kept);
    return Optional.of(
        new Erased(
            file,
            before.size() - kept.size(),
            kept.size(),
            kept.stream().mapToLong(MasterRow::hashCode).sum()));
  }

  @Override
  public int removeRewritten(String dataset) {
    return 0;
  }

  @Override
  public List<MasterRow> rows(String dataset, MasterFile file) throws IOException {
    List<MasterRow> rows = files.get(new Key(dataset, file));
    if (rows == null) {
      throw new IOException("There is no file " + file.name() + " of " + dataset);
    }
    return rows;
  }

  @Override
  public List<Undecodable> undecodable(String dataset, Offsets from, Offsets to) {
    return Undecodable.eachOnce(
        undecodable.entrySet().stream()
            .filter(entry -> entry.getKey().dataset().equals(dataset))
            .flatMap(entry -> entry.getValue().stream())
            .filter(value -> value.isBetween(from, to)));
  }

  @Override
  public List<String> locations(String dataset, Collection<MasterFile> of) {
    return of.stream().map(file -> "memory:/" + dataset + "/" + file.name()).toList();
  }

  @Override
  public void close() {}

  private final class Writer implements MasterWriter {
    private final Dataset dataset;
    private final int partition;
    private final long first;
    private final LocalDate day;
    private final List<MasterRow> rows = new ArrayList<>();
    private final List<Undecodable> refused = new ArrayList<>();
    private long bytes;

    private Writer(Dataset dataset, int partition, long first, LocalDate day) {
      this.dataset = dataset;
      this.partition = partition;
      this.first = first;
      this.day = day;
    }

    @Override
    public void append(Row row, long offset, long timestampMs) {
      long schema = Wire.fingerprint(dataset.schema());
      rows.add(new MasterRow(row.values(), partition, offset, timestampMs, schema));
      bytes += 100;
    }

    @Override
    public void appendUndecodable(long offset, long timestampMs, byte[] value, String reason) {
      refused.add(
          new Undecodable(partition, offset, timestampMs, ByteBuffer.wrap(value.clone()), reason));
      bytes += value.length;
    }

    @Override
    public long bytes() {
      return bytes;
    }

    @Override
    public MasterFile commit(long end) throws IOException {
      if (open.remove(this) == null) {
        throw new IOException("The file was removed, or committed before");
      }
      MasterFile file = new MasterFile(day, partition, first, end);
      Key key = new Key(dataset.name(), file);
      if (!refused.isEmpty()) {
        undecodable.put(key, List.copyOf(refused));
      }
      columns.putIfAbsent(key, dataset.fields());
      files.putIfAbsent(key, List.copyOf(rows));
      committed.putIfAbsent(key, Instant.now());
      return file;
    }

    @Override
    public void close() {
      open.remove(this);
    }
  }
}

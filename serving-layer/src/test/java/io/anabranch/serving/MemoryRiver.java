package io.anabranch.serving;

import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.Datasets;
import io.anabranch.schemas.Marker;
import io.anabranch.schemas.View;
import io.anabranch.serving.standing.MasterEnds;
import io.anabranch.serving.standing.TopicOffsets;
import io.anabranch.views.Buckets;
import io.anabranch.views.CellKey;
import io.anabranch.views.CellLayout;
import io.anabranch.views.Cut;
import io.anabranch.views.EncodedCell;
import io.anabranch.views.EpochTimeline;
import io.anabranch.views.FoldRecord;
import io.anabranch.views.MemoryCatalog;
import io.anabranch.views.MemoryViewStore;
import io.anabranch.views.OffsetRange;
import io.anabranch.views.Offsets;
import io.anabranch.views.PartitionFold;
import io.anabranch.views.RepeatFilter;
import io.anabranch.views.Version;
import io.anabranch.views.Version.Publication;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A dataset's way through both layers, in memory: records are appended to a log, folded into speed
 * deltas, and folded once more, naively, into batch versions.
 */
public final class MemoryRiver implements TopicOffsets {
  public static final Datasets DATASETS = Datasets.load(Path.of("../schemas/src/main"));
  public static final Instant APPENDED = Instant.parse("2026-01-02T00:00:00Z");

  private record Entry(Marker marker, Instant eventTime, Map<String, Object> columns) {}

  public final MemoryCatalog catalog;
  public final MemoryViewStore store;
  public final MemoryReports quality = new MemoryReports();
  public final MasterEnds master =
      new MasterEnds() {
        @Override
        public Optional<Offsets> of(Dataset any) {
          return Optional.empty();
        }

        @Override
        public void close() {}
      };
  private final Dataset dataset;
  private final List<CellLayout> layouts;
  private final Map<Integer, List<Entry>> log = new TreeMap<>();
  private final Map<Integer, PartitionFold> folds = new TreeMap<>();
  private final EpochTimeline timeline = EpochTimeline.of(List.of());
  private volatile boolean away;

  public MemoryRiver(String name) {
    this(name, new MemoryCatalog(), new MemoryViewStore());
  }

  /** A river whose stores hold other datasets too. */
  public MemoryRiver(String name, MemoryCatalog catalog, MemoryViewStore store) {
    this.catalog = catalog;
    this.store = store;
    dataset = DATASETS.named(name);
    layouts = dataset.views().values().stream().map(CellLayout::of).toList();
    store.prepare(name);
    for (int partition = 0; partition < dataset.topic().partitions(); partition++) {
      log.put(partition, new ArrayList<>());
    }
  }

  public Dataset dataset() {
    return dataset;
  }

  /** Appends a record; values are as {@link CellLayout#update} takes them. */
  public synchronized void append(int partition, String eventTime, Map<String, Object> columns) {
    log.get(partition).add(new Entry(null, Instant.parse(eventTime), columns));
  }

  /** Appends a marker to all partitions; answers its number. */
  public synchronized long mark() {
    Marker marker = new Marker(catalog.nextMarker(dataset.name()), 0);
    log.values().forEach(entries -> entries.add(new Entry(marker, null, null)));
    return marker.number();
  }

  /** The speed layer reads all partitions to their ends. */
  public synchronized void flow() {
    log.keySet().forEach(this::flow);
  }

  /** The speed layer reads one partition to its end. */
  public synchronized void flow(int partition) {
    PartitionFold fold =
        folds.computeIfAbsent(
            partition,
            p ->
                new PartitionFold(
                    dataset.name(),
                    new RepeatFilter(Duration.ofHours(1)),
                    layouts,
                    p,
                    store,
                    catalog,
                    timeline,
                    0));
    List<Entry> entries = log.get(partition);
    for (long offset = fold.next(); offset < entries.size(); offset++) {
      fold.add(record(partition, offset, entries.get((int) offset)));
    }
    fold.flush();
  }

  private FoldRecord record(int partition, long offset, Entry entry) {
    if (entry.marker() != null) {
      return FoldRecord.marker(offset, APPENDED.toEpochMilli(), entry.marker());
    }
    CellKey[] keys = layouts.stream().map(l -> key(l, entry)).toArray(CellKey[]::new);
    Object[][] inputs = layouts.stream().map(l -> inputs(l, entry)).toArray(Object[][]::new);
    return FoldRecord.accepted(offset, APPENDED.toEpochMilli(), partition, offset, keys, inputs);
  }

  private static CellKey key(CellLayout layout, Entry entry) {
    View view = layout.view();
    return CellKey.of(
        layout.id(),
        Buckets.startOf(entry.eventTime().getEpochSecond(), view.grain()),
        view.dimensions().stream()
            .map(d -> (String) entry.columns().get(d))
            .toArray(String[]::new));
  }

  private static Object[] inputs(CellLayout layout, Entry entry) {
    return layout.storedValues().stream()
        .map(v -> v.column() == null ? null : entry.columns().get(v.column()))
        .toArray();
  }

  /** All cells of the records before a marker, by view, computed from scratch. */
  public synchronized Map<String, SortedMap<CellKey, EncodedCell>> recompute(long marker) {
    return recompute(ends(marker));
  }

  private Offsets ends(long marker) {
    Map<Integer, Long> ends = new TreeMap<>();
    log.forEach((partition, entries) -> ends.put(partition, end(entries, marker)));
    return new Offsets(ends);
  }

  private static long end(List<Entry> entries, long marker) {
    int offset = 0;
    while (offset < entries.size()
        && (entries.get(offset).marker() == null
            || entries.get(offset).marker().number() < marker)) {
      offset++;
    }
    return offset;
  }

  /** All cells of the records before some offsets, by view, computed from scratch. */
  public synchronized Map<String, SortedMap<CellKey, EncodedCell>> recompute(Offsets ends) {
    Map<String, SortedMap<CellKey, EncodedCell>> all = new TreeMap<>();
    for (CellLayout layout : layouts) {
      Map<CellKey, Object[]> cells = new HashMap<>();
      log.forEach(
          (partition, entries) ->
              fold(layout, entries.subList(0, (int) ends.of(partition).orElse(0)), cells));
      TreeMap<CellKey, EncodedCell> encoded = new TreeMap<>();
      cells.forEach((key, cell) -> encoded.put(key, layout.encode(cell)));
      all.put(layout.view().name(), encoded);
    }
    return all;
  }

  private static void fold(CellLayout layout, List<Entry> entries, Map<CellKey, Object[]> cells) {
    for (Entry entry : entries) {
      if (entry.marker() == null) {
        layout.update(
            cells.computeIfAbsent(key(layout, entry), k -> layout.empty()), inputs(layout, entry));
      }
    }
  }

  /** A batch run up to a marker, published. */
  public synchronized void batch(long marker) {
    Map<CellKey, EncodedCell> cells = new HashMap<>();
    recompute(marker).values().forEach(cells::putAll);
    store.loadBatch(dataset.name(), marker, cells);
    Map<String, String> fingerprints =
        dataset.views().values().stream().collect(Collectors.toMap(View::name, View::fingerprint));
    catalog.publish(
        new Version(
            dataset.name(),
            new Cut(marker, ends(marker)),
            List.of(marker),
            Map.of(),
            fingerprints,
            "",
            new Version.Counts(0, 0, 0, Map.of(), cells.size(), 0),
            APPENDED,
            Duration.ofSeconds(1),
            Optional.empty()),
        catalog.published(dataset.name()).map(Version::number).orElse(0L),
        new Publication("test", APPENDED));
  }

  /** Whether Kafka is away. */
  public void away(boolean isAway) {
    away = isAway;
  }

  @Override
  public synchronized Optional<Map<Integer, OffsetRange>> of(String topic) {
    if (away || !topic.equals(dataset.topic().name())) {
      return Optional.empty();
    }
    Map<Integer, OffsetRange> held = new TreeMap<>();
    log.forEach((p, entries) -> held.put(p, new OffsetRange(p, 0, entries.size())));
    return Optional.of(held);
  }

  @Override
  public void close() {}
}

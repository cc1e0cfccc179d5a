package io.anabranch.views;

import io.anabranch.views.Catalog.Applied;
import io.anabranch.views.ViewStore.Delta;
import io.anabranch.views.ViewStore.DeltaId;
import io.anabranch.views.ViewStore.SeenIdentity;
import io.anabranch.views.ViewStore.StoredDelta;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Folds the records of one partition into speed deltas. Records are taken in in the order of their
 * offsets and become visible with {@link #flush}, which writes, in this order: the starts of new
 * epochs, deltas (absolute values whose {@code next} is the end of the flush), identities, and how
 * far the partition is applied. A crash between any two of these loses nothing: a new fold starts
 * at the applied end, skips for each cell the records that its stored delta already holds, and
 * writes the same bytes again.
 *
 * <p>Not safe for several threads. After an exception from {@link #flush} the fold must be thrown
 * away and a new one built.
 */
public final class PartitionFold {
  /** Open cells beyond which all are dropped after a flush and read again at their next record. */
  private static final int MAX_OPEN_CELLS = 500_000;

  private final String dataset;
  private final int partition;
  private final List<CellLayout> layouts;
  private final ViewStore store;
  private final Catalog catalog;
  private final EpochTimeline timeline;
  private final RepeatFilter repeats;
  private final long from;
  private final Map<DeltaId, OpenCell> open = new HashMap<>();
  private final List<FoldRecord> buffer = new ArrayList<>();
  private long next;

  private static final class OpenCell {
    final CellLayout layout;
    final Object[] values;

    /** First offset that the values do not hold yet. */
    final long appliedTo;

    OpenCell(CellLayout layout, Object[] values, long appliedTo) {
      this.layout = layout;
      this.values = values;
      this.appliedTo = appliedTo;
    }
  }

  /**
   * A fold that goes on where the catalog says that the partition is applied.
   *
   * @param horizon how far back repeats are looked for
   * @param layouts one for each view, in the order in which records name their cells
   * @param timeline knows the epochs recorded in the catalog; markers are told to it
   * @param start first offset that will be added: the applied end, or later if the topic does not
   *     reach back to it; a start beyond the applied end begins a new range and so shows the gap
   */
  public PartitionFold(
      String dataset,
      Duration horizon,
      List<CellLayout> layouts,
      int partition,
      ViewStore store,
      Catalog catalog,
      EpochTimeline timeline,
      long start) {
    this.dataset = dataset;
    this.partition = partition;
    this.layouts = List.copyOf(layouts);
    this.store = store;
    this.catalog = catalog;
    this.timeline = timeline;
    this.next = start;
    Applied applied = catalog.applied(dataset).get(partition);
    this.from = applied == null || applied.end() < start ? start : applied.from();
    this.repeats = new RepeatFilter(horizon);
    if (applied != null) {
      remember(applied.appended().minus(horizon), start);
    }
  }

  /**
   * Where the speed layer must go on reading the partition: the applied end, 0 if there is none.
   */
  public static long start(Catalog catalog, String dataset, int partition) {
    Applied applied = catalog.applied(dataset).get(partition);
    return applied == null ? 0 : applied.end();
  }

  private void remember(Instant since, long end) {
    try (var seen = store.identities(dataset, partition, since)) {
      while (seen.hasNext()) {
        SeenIdentity identity = seen.next();
        if (identity.offset() < end) {
          repeats.isRepeat(identity.high(), identity.low(), identity.appendedMs());
        }
      }
    }
  }

  /** First offset that was not yet added. */
  public long next() {
    return next;
  }

  /** Records that wait for a flush. */
  public int buffered() {
    return buffer.size();
  }

  /** Takes in a record; one that was added before is passed over. */
  public void add(FoldRecord record) {
    if (record.offset() < next) {
      return;
    }
    buffer.add(record);
    next = record.offset() + 1;
  }

  /** Makes all added records readable. Answers how many of them were repeats. */
  public int flush() {
    if (buffer.isEmpty()) {
      return 0;
    }
    List<SeenIdentity> identities = new ArrayList<>();
    List<FoldRecord> counted = new ArrayList<>(buffer.size());
    for (FoldRecord record : buffer) {
      if (record.marker != null) {
        timeline
            .observe(partition, record.offset, record.marker)
            .ifPresent(start -> catalog.recordEpoch(dataset, start));
      } else if (record.accepted) {
        identities.add(
            new SeenIdentity(
                record.identityHigh, record.identityLow, record.offset, record.appendedMs));
        if (!repeats.isRepeat(record.identityHigh, record.identityLow, record.appendedMs)) {
          counted.add(record);
        }
      }
    }
    openCells(counted);
    store.writeDeltas(dataset, fold(counted));
    store.appendIdentities(dataset, partition, identities);
    Instant appended = Instant.ofEpochMilli(buffer.get(buffer.size() - 1).appendedMs);
    catalog.advanceApplied(dataset, partition, new Applied(from, next, appended));
    buffer.clear();
    if (open.size() > MAX_OPEN_CELLS) {
      open.clear();
    }
    return identities.size() - counted.size();
  }

  private DeltaId id(FoldRecord record, int layout) {
    return new DeltaId(
        record.keys[layout], partition, timeline.at(partition, record.offset).number());
  }

  /** Reads, in one go, the stored deltas of cells that are met for the first time. */
  private void openCells(List<FoldRecord> records) {
    Map<DeltaId, CellLayout> unknown = new HashMap<>();
    for (FoldRecord record : records) {
      for (int i = 0; i < record.keys.length; i++) {
        DeltaId id = id(record, i);
        if (!open.containsKey(id)) {
          unknown.put(id, layouts.get(i));
        }
      }
    }
    if (unknown.isEmpty()) {
      return;
    }
    Map<DeltaId, StoredDelta> stored = store.readDeltas(dataset, unknown.keySet());
    unknown.forEach(
        (id, layout) -> {
          StoredDelta delta = stored.get(id);
          open.put(
              id,
              delta == null
                  ? new OpenCell(layout, layout.empty(), 0)
                  : new OpenCell(layout, layout.decode(delta.cell()), delta.next()));
        });
  }

  private List<Delta> fold(List<FoldRecord> records) {
    Set<DeltaId> dirty = new LinkedHashSet<>();
    for (FoldRecord record : records) {
      for (int i = 0; i < record.keys.length; i++) {
        DeltaId id = id(record, i);
        OpenCell cell = open.get(id);
        // The stored value already holds the records before its next offset: a replay.
        if (record.offset >= cell.appliedTo) {
          cell.layout.update(cell.values, record.inputs[i]);
          dirty.add(id);
        }
      }
    }
    List<Delta> deltas = new ArrayList<>(dirty.size());
    for (DeltaId id : dirty) {
      OpenCell cell = open.get(id);
      deltas.add(new Delta(id, next, cell.layout.encode(cell.values)));
    }
    return deltas;
  }
}

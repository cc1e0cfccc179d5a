package io.anabranch.views;

import io.anabranch.views.Catalog.Applied;
import io.anabranch.views.ViewStore.Delta;
import io.anabranch.views.ViewStore.DeltaId;
import io.anabranch.views.ViewStore.SeenIdentity;
import io.anabranch.views.ViewStore.StoredDelta;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Folds the records of one partition into speed deltas. Records are taken in in the order of their
 * offsets and become visible with {@link #flush}, which writes, in this order: the starts of new
 * epochs, deltas (absolute values whose {@code next} is the end of the flush), identities, and how
 * far the partition is applied. A crash between any two of these loses nothing: a new fold starts
 * at the applied end, skips for each cell the records that its stored delta already holds, and
 * writes the same bytes again. It does not say that anything is applied before it has come to where
 * those deltas end, so that what is applied can be read without what came later.
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
  private final long start;
  private final long from;

  /** What this fold is the first to fold begins with it. */
  private final Map<ViewId, Long> views = new HashMap<>();

  /**
   * Whether the range begins behind records that were never applied, or others have folded other
   * views before, and nobody was told yet.
   */
  private boolean untold;

  /** The cells of the epoch that is being folded; no record of an earlier one can come any more. */
  private final Map<CellKey, OpenCell> open = new HashMap<>();

  private long epoch = -1;

  /**
   * Whether all records of the epoch come through this fold and are in its cells. A delta that an
   * earlier writer left is then not needed: the fold of the whole epoch makes the same bytes, or
   * newer ones.
   */
  private boolean wholeEpoch;

  /** The greatest {@code next} of a stored delta that this fold goes on from. */
  private long reached;

  private final List<FoldRecord> buffer = new ArrayList<>();
  private final List<Delta> deltas = new ArrayList<>();
  private final List<SeenIdentity> identities = new ArrayList<>();
  private long next;

  private static final class OpenCell {
    final DeltaId id;
    final CellLayout layout;
    Object[] values;

    /** First offset that the values do not hold yet. */
    long appliedTo;

    boolean isChanged;

    OpenCell(DeltaId id, CellLayout layout) {
      this.id = id;
      this.layout = layout;
      this.values = layout.empty();
    }

    void restore(StoredDelta stored) {
      values = layout.decode(stored.cell());
      appliedTo = stored.next();
    }
  }

  /**
   * A fold that goes on where the catalog says that the partition is applied.
   *
   * @param repeats empty; what was seen within its horizon is told to it
   * @param layouts one for each view, in the order in which records name their cells
   * @param timeline knows the epochs recorded in the catalog; markers are told to it
   * @param start first offset that will be added: the applied end, or later if the topic does not
   *     reach back to it; a start beyond the applied end begins a new range and so shows the gap
   */
  public PartitionFold(
      String dataset,
      RepeatFilter repeats,
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
    this.start = start;
    this.next = start;
    Applied applied = catalog.applied(dataset).get(partition);
    boolean goesOn = applied != null && applied.end() >= start;
    this.from = goesOn ? applied.from() : start;
    layouts.forEach(layout -> views.put(layout.id(), start));
    boolean changes = applied != null && !applied.views().keySet().equals(views.keySet());
    this.untold = (!goesOn && start > 0) || changes;
    this.repeats = repeats;
    if (applied != null) {
      remember(applied.appended().minus(repeats.horizon()), start);
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

  /**
   * Makes all added records readable; while the fold is still behind a delta that an earlier writer
   * left, they wait for a later flush. Answers how many of them were repeats.
   */
  public int flush() {
    if (buffer.isEmpty()) {
      return 0;
    }
    tellBegin();
    int accepted = 0;
    List<FoldRecord> counted = new ArrayList<>(buffer.size());
    for (FoldRecord record : buffer) {
      if (record.marker != null) {
        timeline
            .observe(partition, record.offset, record.marker)
            .ifPresent(begun -> catalog.recordEpoch(dataset, begun));
      } else if (record.accepted) {
        accepted++;
        identities.add(
            new SeenIdentity(
                record.identityHigh, record.identityLow, record.offset, record.appendedMs));
        if (!repeats.isRepeat(record.identityHigh, record.identityLow, record.appendedMs)) {
          counted.add(record);
        }
      }
    }
    fold(counted);
    Instant appended = Instant.ofEpochMilli(buffer.get(buffer.size() - 1).appendedMs);
    buffer.clear();
    if (next >= reached) {
      write(appended);
    }
    return accepted - counted.size();
  }

  private void write(Instant appended) {
    store.writeDeltas(dataset, deltas);
    store.appendIdentities(dataset, partition, identities);
    catalog.advanceApplied(dataset, partition, new Applied(from, next, appended, views));
    deltas.clear();
    identities.clear();
    if (open.size() > MAX_OPEN_CELLS) {
      open.clear();
      wholeEpoch = false;
    }
  }

  /** Before the first delta that lacks what came before. */
  private void tellBegin() {
    if (untold) {
      catalog.beginFold(dataset, partition, new Applied(from, start, Instant.EPOCH, views));
      untold = false;
    }
  }

  /** Makes the deltas of all cells that the records change, epoch by epoch. */
  private void fold(List<FoldRecord> records) {
    int begin = 0;
    while (begin < records.size()) {
      EpochStart begun = timeline.at(partition, records.get(begin).offset);
      int end = begin + 1;
      while (end < records.size()
          && timeline.at(partition, records.get(end).offset).number() == begun.number()) {
        end++;
      }
      enter(begun);
      foldOneEpoch(records.subList(begin, end));
      begin = end;
    }
  }

  private void enter(EpochStart begun) {
    if (begun.number() != epoch) {
      open.clear();
      epoch = begun.number();
      wholeEpoch = begun.offset() + 1 >= start;
    }
  }

  private void foldOneEpoch(List<FoldRecord> records) {
    OpenCell[][] cells = open(records);
    List<OpenCell> changed = new ArrayList<>();
    for (int r = 0; r < cells.length; r++) {
      FoldRecord record = records.get(r);
      for (int i = 0; i < cells[r].length; i++) {
        OpenCell cell = cells[r][i];
        // The stored value already holds the records before its next offset: a replay.
        if (record.offset >= cell.appliedTo) {
          cell.layout.update(cell.values, record.inputs[i]);
          if (!cell.isChanged) {
            cell.isChanged = true;
            changed.add(cell);
          }
        }
      }
    }
    for (OpenCell cell : changed) {
      cell.isChanged = false;
      deltas.add(new Delta(cell.id, next, cell.layout.encode(cell.values)));
    }
  }

  /** The cells of each record; those met for the first time are read in one go, if they may be. */
  private OpenCell[][] open(List<FoldRecord> records) {
    OpenCell[][] cells = new OpenCell[records.size()][];
    Map<DeltaId, OpenCell> unknown = new HashMap<>();
    for (int r = 0; r < cells.length; r++) {
      CellKey[] keys = records.get(r).keys;
      cells[r] = new OpenCell[keys.length];
      for (int i = 0; i < keys.length; i++) {
        OpenCell cell = open.get(keys[i]);
        if (cell == null) {
          cell = new OpenCell(new DeltaId(keys[i], partition, epoch), layouts.get(i));
          open.put(keys[i], cell);
          if (!wholeEpoch) {
            unknown.put(cell.id, cell);
          }
        }
        cells[r][i] = cell;
      }
    }
    if (!unknown.isEmpty()) {
      store
          .readDeltas(dataset, unknown.keySet())
          .forEach(
              (id, stored) -> {
                unknown.get(id).restore(stored);
                reached = Math.max(reached, stored.next());
              });
    }
    return cells;
  }
}

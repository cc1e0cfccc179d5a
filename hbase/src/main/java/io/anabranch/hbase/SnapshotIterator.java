package io.anabranch.hbase;

import io.anabranch.views.Offsets;
import io.anabranch.views.ViewStore.CloseableIterator;
import io.anabranch.views.ViewStore.Delta;
import io.anabranch.views.ViewStore.DeltaId;
import io.anabranch.views.ViewStore.DeltaRow;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;

/**
 * Rows of deltas as they stood at one moment: where the newest value lies beyond it, the older one
 * is looked up, for many rows in one call.
 */
final class SnapshotIterator implements CloseableIterator<DeltaRow> {
  private static final int CHUNK = 1_000;

  private final CloseableIterator<DeltaRow> newest;
  private final OlderDeltas older;
  private final Offsets ends;
  private final Deque<DeltaRow> ready = new ArrayDeque<>();

  SnapshotIterator(CloseableIterator<DeltaRow> newest, OlderDeltas older, Offsets ends) {
    this.newest = newest;
    this.older = older;
    this.ends = ends;
  }

  @Override
  public boolean hasNext() {
    while (ready.isEmpty() && newest.hasNext()) {
      readChunk();
    }
    return !ready.isEmpty();
  }

  @Override
  public DeltaRow next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return ready.remove();
  }

  private void readChunk() {
    List<DeltaRow> rows = new ArrayList<>();
    List<DeltaId> ahead = new ArrayList<>();
    while (rows.size() < CHUNK && newest.hasNext()) {
      DeltaRow row = newest.next();
      rows.add(row);
      row.deltas().stream().filter(this::isAhead).map(Delta::id).forEach(ahead::add);
    }
    Map<DeltaId, Delta> before = older.of(ahead);
    for (DeltaRow row : rows) {
      DeltaRow then = ahead.isEmpty() ? row : asOf(row, before);
      if (!then.deltas().isEmpty()) {
        ready.add(then);
      }
    }
  }

  private DeltaRow asOf(DeltaRow row, Map<DeltaId, Delta> before) {
    List<Delta> deltas = new ArrayList<>(row.deltas().size());
    for (Delta delta : row.deltas()) {
      Delta then = isAhead(delta) ? before.get(delta.id()) : delta;
      if (then != null) {
        deltas.add(then);
      }
    }
    return new DeltaRow(row.key(), deltas);
  }

  private boolean isAhead(Delta delta) {
    return delta.next() > ends.of(delta.id().partition()).orElse(0);
  }

  @Override
  public void close() {
    newest.close();
  }
}

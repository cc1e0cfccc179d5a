package io.anabranch.views;

import io.anabranch.views.ViewStore.CloseableIterator;
import io.anabranch.views.ViewStore.Delta;
import io.anabranch.views.ViewStore.DeltaRow;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * The merge: cell(batch version n) + the sum of the speed deltas of all epochs that its cut leaves
 * to the speed layer. Cells come in the order of their keys, one salt at a time.
 */
public final class MergedView {
  /** No pin: every epoch that is there. */
  public static final long NOW = Long.MAX_VALUE;

  private final ViewStore store;
  private final CellLayout layout;
  private final Optional<Version> version;
  private final Offsets applied;

  /**
   * @param version the version to build on, as published or pinned; empty for speed alone
   * @param applied how far the speed layer had come at the moment that is read: later records stay
   *     out
   */
  public MergedView(
      ViewStore store, CellLayout layout, Optional<Version> version, Offsets applied) {
    this.store = store;
    this.layout = layout;
    this.applied = applied;
    this.version = version.filter(v -> madeByThisDefinition(v, layout));
  }

  private static boolean madeByThisDefinition(Version version, CellLayout layout) {
    return layout.view().fingerprint().equals(version.views().get(layout.view().name()));
  }

  /**
   * Merged cells of one salt.
   *
   * @param until only epochs numbered less than this marker; {@link #NOW} for all
   */
  public CloseableIterator<Cell> cells(Buckets range, int salt, long until) {
    return new MergeJoin(batch(range, salt), speed(range, salt, until), layout);
  }

  /** The batch part alone; it never changes. */
  public CloseableIterator<Cell> batch(Buckets range, int salt) {
    if (version.isEmpty()) {
      return new Nothing<>();
    }
    Version base = version.get();
    return store
        .scanBatch(base.dataset(), base.number(), layout.id(), range, salt)
        .mapped(row -> new Cell(row.key(), layout.decode(row.cell())));
  }

  /** The speed part alone: the deltas of the epochs that the version leaves to speed. */
  public CloseableIterator<Cell> speed(Buckets range, int salt, long until) {
    return store
        .scanDeltas(layout.view().dataset(), layout.id(), range, salt, applied, until)
        .mapped(this::sum);
  }

  private Cell sum(DeltaRow row) {
    Object[] values = null;
    for (Delta delta : row.deltas()) {
      long epoch = delta.id().epoch();
      boolean left =
          version.map(v -> v.cut().leavesToSpeed(delta.id().partition(), epoch)).orElse(true);
      if (left) {
        values = values == null ? layout.empty() : values;
        layout.merge(values, layout.decode(delta.cell()));
      }
    }
    return values == null ? null : new Cell(row.key(), values);
  }

  private static final class Nothing<T> implements CloseableIterator<T> {
    @Override
    public boolean hasNext() {
      return false;
    }

    @Override
    public T next() {
      throw new NoSuchElementException();
    }

    @Override
    public void close() {}
  }

  /** Joins two iterators in key order; cells that stand in both are merged. */
  private static final class MergeJoin implements CloseableIterator<Cell> {
    private final CloseableIterator<Cell> left;
    private final CloseableIterator<Cell> right;
    private final CellLayout layout;
    private Cell leftHead;
    private Cell rightHead;

    MergeJoin(CloseableIterator<Cell> left, CloseableIterator<Cell> right, CellLayout layout) {
      this.left = left;
      this.right = right;
      this.layout = layout;
    }

    @Override
    public boolean hasNext() {
      leftHead = leftHead == null && left.hasNext() ? left.next() : leftHead;
      rightHead = rightHead == null && right.hasNext() ? right.next() : rightHead;
      return leftHead != null || rightHead != null;
    }

    @Override
    public Cell next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      int order =
          leftHead == null ? 1 : rightHead == null ? -1 : leftHead.key().compareTo(rightHead.key());
      Cell cell = order <= 0 ? leftHead : rightHead;
      if (order == 0) {
        layout.merge(cell.values(), rightHead.values());
      }
      leftHead = order <= 0 ? null : leftHead;
      rightHead = order >= 0 ? null : rightHead;
      return cell;
    }

    @Override
    public void close() {
      left.close();
      right.close();
    }
  }
}

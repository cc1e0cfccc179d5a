package io.anabranch.views;

import java.time.Instant;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Where cells are kept: speed deltas, and the batch cells of versions. Limited to what the river
 * needs.
 */
public interface ViewStore extends AutoCloseable {
  /**
   * How many values of a delta are kept at least: the newest ones. A delta that grows all the time
   * has ten more a second where the speed layer flushes as often as usual, so that a reader may
   * take some 25 seconds.
   */
  int HISTORY = 256;

  /** Makes the dataset's tables if they are absent. */
  void prepare(String dataset);

  /**
   * Writes deltas: absolute values. A value never covers one with a greater {@code next}; writing
   * the same delta again changes nothing.
   */
  void writeDeltas(String dataset, Collection<Delta> deltas);

  /** The stored deltas of those ids; ids without one are absent from the answer. */
  Map<DeltaId, StoredDelta> readDeltas(String dataset, Collection<DeltaId> ids);

  /**
   * Deletes the deltas of all epochs that no version from this cut on leaves to the speed layer. A
   * delta that is written meanwhile may stay; nobody reads it.
   *
   * @param oldest the cut of the oldest version that is kept
   * @return how many were deleted
   */
  long expireDeltas(String dataset, Cut oldest);

  /**
   * The deltas of one salt of a view as they stood at one moment, in the order of their keys: of
   * each delta the greatest value whose {@code next} is not beyond its partition's end. Whatever is
   * written meanwhile changes nothing, as long as the ends were applied before.
   *
   * @param ends how far each partition was applied at that moment; a partition that is not named
   *     has no deltas
   * @param until only epochs numbered less than this marker
   * @throws SnapshotLostException from the iterator, if {@link #HISTORY} values of a delta or more
   *     of those epochs lie beyond the ends: the one that is asked for may no longer be kept
   */
  CloseableIterator<DeltaRow> scanDeltas(
      String dataset, ViewId view, Buckets range, int salt, Offsets ends, long until);

  /** The batch cells of one salt of a view, in the order of their keys. */
  CloseableIterator<BatchRow> scanBatch(
      String dataset, long version, ViewId view, Buckets range, int salt);

  /**
   * Keeps identities, so that repeats are known after a restart. Writing them again is harmless.
   */
  void appendIdentities(String dataset, int partition, List<SeenIdentity> identities);

  /** Identities of a partition that were appended to the log at {@code since} or later. */
  CloseableIterator<SeenIdentity> identities(String dataset, int partition, Instant since);

  /**
   * The column of a delta.
   *
   * @param epoch number of the greatest marker before its records
   */
  record DeltaId(CellKey key, int partition, long epoch) {}

  /**
   * The fold of all of the epoch's records of a cell, up to some offset.
   *
   * @param next first offset not yet applied
   * @param cell as {@link CellLayout#encode} wrote it
   */
  record Delta(DeltaId id, long next, EncodedCell cell) {}

  /** What stands in a delta's column. */
  record StoredDelta(long next, EncodedCell cell) {}

  /** All deltas of one cell. */
  record DeltaRow(CellKey key, List<Delta> deltas) {}

  /** One batch cell. */
  record BatchRow(CellKey key, EncodedCell cell) {}

  /**
   * An accepted record's identity.
   *
   * @param high first half of its 128-bit hash
   * @param low second half
   * @param appendedMs log-append time, epoch milliseconds
   */
  record SeenIdentity(long high, long low, long offset, long appendedMs) {}

  /** An iterator over something that must be closed. */
  interface CloseableIterator<T> extends Iterator<T>, AutoCloseable {
    @Override
    void close();

    /** What a function makes of each; those for which it gives null are passed over. */
    default <R> CloseableIterator<R> mapped(Function<? super T, ? extends R> function) {
      return new MappedIterator<>(this, function);
    }
  }

  @Override
  void close();
}

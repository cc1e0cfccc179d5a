package io.anabranch.views;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.views.ViewStore.CloseableIterator;
import io.anabranch.views.ViewStore.Delta;
import io.anabranch.views.ViewStore.DeltaId;
import io.anabranch.views.ViewStore.DeltaRow;
import io.anabranch.views.ViewStore.SeenIdentity;
import io.anabranch.views.ViewStore.StoredDelta;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every view store does; a backend runs it by a subclass that gives a store. */
public abstract class ViewStoreContract {
  private static final AtomicInteger DATASETS = new AtomicInteger();
  private static final ViewId VIEW = new ViewId(0x12345678);

  private final String dataset = "contract_" + DATASETS.incrementAndGet();
  private ViewStore store;

  /** The store under test; the datasets that the contract writes are its own. */
  protected abstract ViewStore store();

  /** Drops what the store need not keep, where it does so by itself some time. */
  protected abstract void tidy(String dataset);

  @BeforeEach
  void prepare() {
    store = store();
    store.prepare(dataset);
    store.prepare(dataset);
  }

  private static CellKey key(long bucket, String... dimensions) {
    return CellKey.of(VIEW, bucket, dimensions);
  }

  private static DeltaId id(CellKey key, int partition, long epoch) {
    return new DeltaId(key, partition, epoch);
  }

  private static EncodedCell cell(int value) {
    return EncodedCell.of(new byte[] {1, 0, 0, 0, 0, 0, 0, 0, (byte) value});
  }

  private List<DeltaRow> scan(Buckets range) {
    return scan(range, new Offsets(Map.of(0, 1_000L, 1, 1_000L)));
  }

  private List<DeltaRow> scan(Buckets range, Offsets ends) {
    return scan(range, ends, MergedView.NOW);
  }

  private List<DeltaRow> scan(Buckets range, Offsets ends, long until) {
    List<DeltaRow> rows = new ArrayList<>();
    for (int salt = 0; salt < CellKey.SALTS; salt++) {
      try (CloseableIterator<DeltaRow> iterator =
          store.scanDeltas(dataset, VIEW, range, salt, ends, until)) {
        iterator.forEachRemaining(rows::add);
      }
    }
    return rows;
  }

  @Test
  void readsBackWhatWasWritten() {
    Delta delta = new Delta(id(key(3600, "a", null), 1, 7), 100, cell(1));
    store.writeDeltas(dataset, List.of(delta));
    assertThat(
            store.readDeltas(
                dataset,
                List.of(delta.id(), id(key(3600, "a", null), 1, 8), id(key(0, "b"), 1, 7))))
        .containsOnly(Map.entry(delta.id(), new StoredDelta(100, cell(1))));
  }

  @Test
  void neverCoversANewerValueWithAnOlderOne() {
    DeltaId id = id(key(3600, "a"), 0, 0);
    store.writeDeltas(dataset, List.of(new Delta(id, 200, cell(2))));
    store.writeDeltas(dataset, List.of(new Delta(id, 150, cell(1))));
    assertThat(store.readDeltas(dataset, List.of(id)))
        .containsEntry(id, new StoredDelta(200, cell(2)));
  }

  @Test
  void writesTheSameDeltaTwiceAsOnce() {
    Delta delta = new Delta(id(key(3600, "a"), 0, 0), 200, cell(2));
    store.writeDeltas(dataset, List.of(delta));
    store.writeDeltas(dataset, List.of(delta));
    assertThat(scan(Buckets.ALL)).containsExactly(new DeltaRow(delta.id().key(), List.of(delta)));
  }

  @Test
  void keepsPartitionsAndEpochsOfACellApart() {
    CellKey key = key(7200, "x");
    List<Delta> deltas =
        List.of(
            new Delta(id(key, 0, 0), 5, cell(1)),
            new Delta(id(key, 0, 3), 9, cell(2)),
            new Delta(id(key, 1, 3), 4, cell(3)));
    store.writeDeltas(dataset, deltas);
    assertThat(scan(Buckets.ALL)).hasSize(1);
    assertThat(scan(Buckets.ALL).get(0).deltas()).containsExactlyInAnyOrderElementsOf(deltas);
  }

  @Test
  void expiresTheDeltasThatTheCutDoesNotLeaveToSpeed() {
    CellKey mixed = key(3600, "mixed");
    CellKey old = key(3600, "old");
    Delta atMarker = new Delta(id(mixed, 0, 5), 90, cell(2));
    Delta ofLaterPartition = new Delta(id(mixed, 1, 0), 7, cell(4));
    store.writeDeltas(
        dataset,
        List.of(
            new Delta(id(mixed, 0, 4), 50, cell(1)),
            atMarker,
            ofLaterPartition,
            new Delta(id(old, 0, 0), 10, cell(3))));
    Cut cut = new Cut(5, new Offsets(Map.of(0, 60L)));
    assertThat(store.expireDeltas(dataset, cut)).isEqualTo(2);
    assertThat(store.expireDeltas(dataset, cut)).isZero();
    assertThat(scan(Buckets.ALL)).hasSize(1);
    assertThat(scan(Buckets.ALL).get(0).deltas())
        .containsExactlyInAnyOrder(atMarker, ofLaterPartition);
  }

  @Test
  void takesADeltaBeforeOneThatExpired() {
    DeltaId id = id(key(3600, "a"), 0, 0);
    Cut cut = new Cut(5, new Offsets(Map.of(0, 60L)));
    store.writeDeltas(dataset, List.of(new Delta(id, 40, cell(1))));
    store.writeDeltas(dataset, List.of(new Delta(id, 50, cell(1))));
    assertThat(store.expireDeltas(dataset, cut)).isEqualTo(1);
    assertThat(store.readDeltas(dataset, List.of(id))).isEmpty();
    store.writeDeltas(dataset, List.of(new Delta(id, 49, cell(2))));
    assertThat(store.readDeltas(dataset, List.of(id)))
        .containsEntry(id, new StoredDelta(49, cell(2)));
  }

  @Test
  void scansWhatStoodThereWhenThePartitionsWereAppliedSoFar() {
    CellKey both = key(3600, "both");
    Delta old = new Delta(id(both, 0, 0), 10, cell(1));
    Delta ofAnother = new Delta(id(both, 1, 0), 30, cell(4));
    store.writeDeltas(
        dataset,
        List.of(
            old,
            new Delta(old.id(), 20, cell(2)),
            new Delta(old.id(), 21, cell(3)),
            ofAnother,
            new Delta(id(key(3600, "new"), 0, 0), 21, cell(5))));
    assertThat(scan(Buckets.ALL, new Offsets(Map.of(0, 19L, 1, 30L))))
        .singleElement()
        .satisfies(row -> assertThat(row.deltas()).containsExactlyInAnyOrder(old, ofAnother));
    assertThat(scan(Buckets.ALL, new Offsets(Map.of(0, 10L))))
        .containsExactly(new DeltaRow(both, List.of(old)));
    assertThat(scan(Buckets.ALL, new Offsets(Map.of(0, 9L, 1, 29L)))).isEmpty();
  }

  @Test
  void refusesToShowWhatIsNoLongerKept() {
    DeltaId id = id(key(3600, "a"), 0, 0);
    for (int next = 1; next <= ViewStore.HISTORY + 1; next++) {
      store.writeDeltas(dataset, List.of(new Delta(id, next, cell(next))));
    }
    tidy(dataset);
    assertThat(scan(Buckets.ALL, new Offsets(Map.of(0, 2L))))
        .containsExactly(new DeltaRow(id.key(), List.of(new Delta(id, 2, cell(2)))));
    assertThatThrownBy(() -> scan(Buckets.ALL, new Offsets(Map.of(0, 1L))))
        .isInstanceOf(SnapshotLostException.class);
  }

  /** Where the older value lies in a file of its own, nothing drops it. */
  @Test
  void refusesToShowAnOlderValueForOneThatIsNoLongerKept() {
    DeltaId id = id(key(3600, "a"), 0, 0);
    store.writeDeltas(dataset, List.of(new Delta(id, 1, cell(1))));
    tidy(dataset);
    for (int next = 2; next <= ViewStore.HISTORY + 2; next++) {
      store.writeDeltas(dataset, List.of(new Delta(id, next, cell(next))));
    }
    tidy(dataset);
    for (long end = 1; end <= 2; end++) {
      Offsets ends = new Offsets(Map.of(0, end));
      assertThatThrownBy(() -> scan(Buckets.ALL, ends)).isInstanceOf(SnapshotLostException.class);
    }
    assertThat(scan(Buckets.ALL, new Offsets(Map.of(0, 3L))))
        .containsExactly(new DeltaRow(id.key(), List.of(new Delta(id, 3, cell(3)))));
  }

  @Test
  void tellsTheDeltasOfARowApartThatAreNoLongerKept() {
    CellKey key = key(3600, "a");
    Delta calm = new Delta(id(key, 0, 0), 1, cell(1));
    Delta ofAnother = new Delta(id(key, 1, 0), 1, cell(2));
    store.writeDeltas(dataset, List.of(calm, ofAnother));
    for (int next = 2; next <= ViewStore.HISTORY; next++) {
      store.writeDeltas(
          dataset,
          List.of(
              new Delta(calm.id(), next, cell(3)),
              new Delta(id(key, 0, 1), next, cell(4)),
              new Delta(ofAnother.id(), next, cell(5))));
    }
    tidy(dataset);
    assertThat(scan(Buckets.ALL, new Offsets(Map.of(0, 1L, 1, 1L))))
        .singleElement()
        .satisfies(row -> assertThat(row.deltas()).containsExactlyInAnyOrder(calm, ofAnother));
  }

  /** What came before an applied marker never changes, however often the cell is written after. */
  @Test
  void showsWhatCameBeforeAMarkerHoweverMuchIsWrittenAfterIt() {
    CellKey key = key(3600, "a");
    Delta before = new Delta(id(key, 0, 0), 10, cell(1));
    store.writeDeltas(dataset, List.of(before));
    for (int next = 12; next < 312; next++) {
      store.writeDeltas(
          dataset,
          List.of(
              new Delta(id(key, 0, 4), next, cell(2)),
              new Delta(id(key(3600, "later"), 0, 4), next, cell(3))));
    }
    tidy(dataset);
    Offsets ends = new Offsets(Map.of(0, 12L));
    assertThat(scan(Buckets.ALL, ends, 4)).containsExactly(new DeltaRow(key, List.of(before)));
    assertThatThrownBy(() -> scan(Buckets.ALL, ends, 5)).isInstanceOf(SnapshotLostException.class);
  }

  @Test
  void expiresAllValuesOfADelta() {
    DeltaId id = id(key(3600, "a"), 0, 0);
    for (int next = 1; next <= 2 * ViewStore.HISTORY; next++) {
      store.writeDeltas(dataset, List.of(new Delta(id, next, cell(1))));
    }
    tidy(dataset);
    Cut cut = new Cut(5, new Offsets(Map.of(0, 60L)));
    assertThat(store.expireDeltas(dataset, cut)).isEqualTo(1);
    assertThat(store.readDeltas(dataset, List.of(id))).isEmpty();
    assertThat(scan(Buckets.ALL)).isEmpty();
  }

  @Test
  void scansBucketsFromInclusiveToExclusive() {
    List<Delta> deltas = new ArrayList<>();
    for (long bucket : new long[] {-3600, 0, 3600, 7200}) {
      deltas.add(new Delta(id(key(bucket, "a"), 0, 0), 1, cell(1)));
    }
    store.writeDeltas(dataset, deltas);
    assertThat(scan(new Buckets(0, 7200)))
        .extracting(row -> row.key().bucket())
        .containsExactlyInAnyOrder(0L, 3600L);
    assertThat(scan(Buckets.ALL)).hasSize(4);
  }

  @Test
  void scansASaltInTheOrderOfItsKeys() {
    List<Delta> deltas = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      deltas.add(new Delta(id(key(3600L * (i % 7), "d" + i), 0, 0), 1, cell(1)));
    }
    store.writeDeltas(dataset, deltas);
    int rows = 0;
    for (int salt = 0; salt < CellKey.SALTS; salt++) {
      List<CellKey> keys = new ArrayList<>();
      try (var iterator =
          store.scanDeltas(
              dataset, VIEW, Buckets.ALL, salt, new Offsets(Map.of(0, 1L)), MergedView.NOW)) {
        iterator.forEachRemaining(row -> keys.add(row.key()));
      }
      assertThat(keys).isSorted();
      rows += keys.size();
    }
    assertThat(rows).isEqualTo(500);
  }

  @Test
  void scansAVersionThatWasNeverLoadedAsEmpty() {
    try (var iterator =
        store.scanDeltas(dataset, new ViewId(1), Buckets.ALL, 0, Offsets.NONE, MergedView.NOW)) {
      assertThat(iterator.hasNext()).isFalse();
    }
  }

  @Test
  void remembersIdentitiesSinceATime() {
    Instant noon = Instant.parse("2026-01-01T12:00:00Z");
    SeenIdentity before = new SeenIdentity(1, 2, 10, noon.toEpochMilli() - 1);
    SeenIdentity after = new SeenIdentity(3, -4, 11, noon.toEpochMilli());
    SeenIdentity other = new SeenIdentity(5, 6, 12, noon.toEpochMilli());
    store.appendIdentities(dataset, 0, List.of(before, after));
    store.appendIdentities(dataset, 1, List.of(other));
    store.appendIdentities(dataset, 0, List.of(after));
    List<SeenIdentity> found = new ArrayList<>();
    try (var iterator = store.identities(dataset, 0, noon)) {
      iterator.forEachRemaining(found::add);
    }
    assertThat(found).containsOnly(after);
  }
}

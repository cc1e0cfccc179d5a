package io.anabranch.views;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.schemas.Marker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PartitionFoldTest {
  private static final String DATASET = "orders";
  private static final Duration HORIZON = Duration.ofHours(1);
  private static final CellLayout LAYOUT = CellLayout.of(TestViews.everyMeasure());
  private static final CellLayout OTHER = CellLayout.of(TestViews.exactMeasures("other"));

  private final MemoryCatalog catalog = new MemoryCatalog();
  private final MemoryViewStore store = new MemoryViewStore();

  /** A crash that a test wants. */
  private static final class Crash extends RuntimeException {}

  private static FoldRecord sale(
      long offset, long appendedMs, long identity, String country, long price) {
    Object[] inputs =
        LAYOUT.storedValues().stream()
            .map(
                v ->
                    "price".equals(v.column())
                        ? (Object) price
                        : "customer".equals(v.column()) ? "c" + identity % 5 : null)
            .toArray();
    CellKey key = CellKey.of(LAYOUT.id(), 3600 * (identity % 3), new String[] {country});
    return FoldRecord.accepted(
        offset, appendedMs, identity, ~identity, new CellKey[] {key}, new Object[][] {inputs});
  }

  private PartitionFold fold(ViewStore views, Catalog cat) {
    return fold(List.of(LAYOUT), views, cat);
  }

  private PartitionFold fold(List<CellLayout> layouts, ViewStore views, Catalog cat) {
    return new PartitionFold(
        DATASET,
        new RepeatFilter(HORIZON),
        layouts,
        0,
        views,
        cat,
        EpochTimeline.of(catalog.epochs(DATASET)),
        PartitionFold.start(catalog, DATASET, 0));
  }

  private Map<CellKey, Map<String, Object>> served(Optional<Version> version) {
    Map<CellKey, Map<String, Object>> cells = new HashMap<>();
    MergedView view =
        new MergedView(
            store,
            LAYOUT,
            version,
            new Offsets(Map.of(0, PartitionFold.start(catalog, DATASET, 0))));
    for (int salt = 0; salt < CellKey.SALTS; salt++) {
      try (var iterator = view.cells(Buckets.ALL, salt, MergedView.NOW)) {
        iterator.forEachRemaining(cell -> cells.put(cell.key(), LAYOUT.measures(cell.values())));
      }
    }
    return cells;
  }

  private static Map<CellKey, Map<String, Object>> naive(List<FoldRecord> records) {
    Map<CellKey, Object[]> cells = new HashMap<>();
    Map<Long, Long> seen = new HashMap<>();
    for (FoldRecord record : records) {
      if (!record.accepted) {
        continue;
      }
      Long before = seen.put(record.identityHigh, record.appendedMs);
      if (before == null || record.appendedMs - before > HORIZON.toMillis()) {
        LAYOUT.update(
            cells.computeIfAbsent(record.keys[0], key -> LAYOUT.empty()), record.inputs[0]);
      }
    }
    Map<CellKey, Map<String, Object>> measures = new HashMap<>();
    cells.forEach((key, cell) -> measures.put(key, LAYOUT.measures(cell)));
    return measures;
  }

  private static List<FoldRecord> log(Random random, int length) {
    List<FoldRecord> log = new ArrayList<>();
    long appended = 1_700_000_000_000L;
    long marker = 0;
    for (long offset = 0; offset < length; offset++) {
      appended += random.nextInt(120_000);
      int kind = random.nextInt(20);
      if (kind == 0) {
        // now and then twice or late
        long number =
            random.nextInt(4) == 0 ? Math.max(1, marker - 1) : (marker += 1 + random.nextInt(2));
        log.add(FoldRecord.marker(offset, appended, new Marker(number, 0)));
      } else if (kind == 1) {
        log.add(FoldRecord.skipped(offset, appended));
      } else {
        log.add(
            sale(
                offset,
                appended,
                random.nextInt(length),
                random.nextBoolean() ? "a" : "b",
                random.nextInt(1000) - 100));
      }
    }
    return log;
  }

  /** Lets a number of writes through, then crashes after, or instead of, one. */
  private static Consumer<Runnable> crashing(int[] writesLeft, boolean before) {
    return write -> {
      boolean crash = writesLeft[0]-- == 0;
      if (crash && before) {
        throw new Crash();
      }
      write.run();
      if (crash) {
        throw new Crash();
      }
    };
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void equalsTheNaiveFoldAfterCrashesAtAnyWriteAndReplays(long seed) {
    Random random = new Random(seed);
    store.prepare(DATASET);
    List<FoldRecord> log = log(random, 400);
    for (int crashes = 0; crashes < 25; crashes++) {
      int[] writesLeft = {random.nextInt(6)};
      boolean before = random.nextBoolean();
      run(
          log,
          random,
          Crashing.port(ViewStore.class, store, crashing(writesLeft, before)),
          Crashing.port(Catalog.class, catalog, crashing(writesLeft, before)));
    }
    run(log, random, store, catalog);
    assertThat(catalog.applied(DATASET).get(0).end()).isEqualTo(400);
    assertThat(served(Optional.empty())).as("seed %s", seed).isEqualTo(naive(log));
    assertThat(new HashSet<>(catalog.epochs(DATASET))).isEqualTo(epochs(log));
  }

  private static Set<EpochStart> epochs(List<FoldRecord> log) {
    Set<EpochStart> starts = new HashSet<>();
    long greatest = 0;
    for (FoldRecord record : log) {
      if (record.marker != null && record.marker.number() > greatest) {
        greatest = record.marker.number();
        starts.add(new EpochStart(0, greatest, record.offset, 0));
      }
    }
    return starts;
  }

  private void run(List<FoldRecord> log, Random random, ViewStore views, Catalog cat) {
    try {
      PartitionFold fold = fold(views, cat);
      // a replay may begin before what is applied
      long start = Math.max(0, fold.next() - random.nextInt(20));
      for (FoldRecord record : log.subList((int) start, log.size())) {
        fold.add(record);
        if (random.nextInt(15) == 0) {
          fold.flush();
        }
      }
      fold.flush();
    } catch (Crash crash) {
      // the next run goes on
    }
  }

  @Test
  void aForgottenWriterChangesNothing() {
    store.prepare(DATASET);
    List<FoldRecord> log = log(new Random(99), 300);
    PartitionFold forgotten = fold(store, catalog);
    log.subList(0, 120).forEach(forgotten::add);
    run(log, new Random(1), store, catalog);
    forgotten.flush();
    assertThat(served(Optional.empty())).isEqualTo(naive(log));
    assertThat(catalog.applied(DATASET).get(0).end()).isEqualTo(300);
  }

  @Test
  void batchPlusSpeedEqualsTheNaiveFoldAtEveryCut() {
    store.prepare(DATASET);
    List<FoldRecord> log = log(new Random(5), 400);
    run(log, new Random(1), store, catalog);
    Set<Long> markers = new HashSet<>();
    log.stream().filter(r -> r.marker != null).forEach(r -> markers.add(r.marker.number()));
    for (long marker : markers) {
      Version version = batch(marker, log);
      assertThat(served(Optional.of(version))).as("marker %s", marker).isEqualTo(naive(log));
    }
  }

  private Version batch(long marker, List<FoldRecord> log) {
    Cut cut = EpochTimeline.of(catalog.epochs(DATASET)).cut(marker);
    Map<CellKey, Object[]> cells = new TreeMap<>();
    Map<Long, Long> seen = new HashMap<>();
    for (FoldRecord record : log) {
      if (record.accepted && cut.covers(0, record.offset)) {
        Long before = seen.put(record.identityHigh, record.appendedMs);
        if (before == null || record.appendedMs - before > HORIZON.toMillis()) {
          LAYOUT.update(
              cells.computeIfAbsent(record.keys[0], k -> LAYOUT.empty()), record.inputs[0]);
        }
      }
    }
    Map<CellKey, EncodedCell> encoded = new HashMap<>();
    cells.forEach((key, cell) -> encoded.put(key, LAYOUT.encode(cell)));
    store.loadBatch(DATASET, marker, encoded);
    return new Version(
        DATASET,
        cut,
        List.of(marker),
        Map.of(),
        Map.of("every", LAYOUT.view().fingerprint()),
        "",
        Version.Counts.NONE,
        java.time.Instant.EPOCH,
        Duration.ZERO,
        Optional.empty());
  }

  @Test
  void aStartBeyondTheAppliedEndShowsTheGap() {
    store.prepare(DATASET);
    run(log(new Random(3), 50), new Random(1), store, catalog);
    PartitionFold late =
        new PartitionFold(
            DATASET,
            new RepeatFilter(HORIZON),
            List.of(LAYOUT),
            0,
            store,
            catalog,
            new EpochTimeline(),
            80);
    late.add(sale(80, 1_700_000_000_000L, 1, "a", 1));
    late.flush();
    assertThat(catalog.applied(DATASET).get(0).from()).isEqualTo(80);
    assertThat(catalog.applied(DATASET).get(0).end()).isEqualTo(81);
  }

  @Test
  void aViewThatIsNewBeginsWithTheWriterThatFoldsItFirst() {
    store.prepare(DATASET);
    foldOne(0, LAYOUT);
    foldOne(1, LAYOUT, OTHER);
    assertThat(begin(LAYOUT)).isZero();
    assertThat(begin(OTHER)).isEqualTo(1);
    foldOne(2, LAYOUT, OTHER);
    assertThat(begin(OTHER)).isEqualTo(1);
    foldOne(3, OTHER);
    assertThat(begin(LAYOUT)).isEqualTo(4);
    foldOne(4, LAYOUT, OTHER);
    assertThat(begin(LAYOUT)).isEqualTo(4);
    assertThat(begin(OTHER)).isEqualTo(1);
  }

  @Test
  void aForgottenWriterOfOtherViewsAdvancesNothing() {
    store.prepare(DATASET);
    PartitionFold forgotten = fold(store, catalog);
    forgotten.add(sale(0, 1_700_000_000_000L, 0, "a", 1));
    forgotten.flush();
    forgotten.add(sale(1, 1_700_000_000_000L, 1, "a", 1));
    foldOne(1, LAYOUT, OTHER);
    forgotten.add(sale(2, 1_700_000_000_000L, 2, "a", 1));
    assertThatThrownBy(forgotten::flush).isInstanceOf(OtherViewsException.class);
    assertThat(catalog.applied(DATASET).get(0).end()).isEqualTo(2);
  }

  /** A writer of its own folds one record into cells of all those views. */
  private void foldOne(long offset, CellLayout... layouts) {
    PartitionFold fold = fold(List.of(layouts), store, catalog);
    CellKey[] keys = new CellKey[layouts.length];
    Object[][] inputs = new Object[layouts.length][];
    for (int i = 0; i < layouts.length; i++) {
      keys[i] = CellKey.of(layouts[i].id(), 0, new String[] {"a"});
      inputs[i] = new Object[layouts[i].storedValues().size()];
    }
    fold.add(FoldRecord.accepted(offset, 1_700_000_000_000L, offset, ~offset, keys, inputs));
    fold.flush();
  }

  private long begin(CellLayout layout) {
    return catalog.applied(DATASET).get(0).of(layout.id()).from();
  }

  @Test
  void tellsHowManyRepeatsItDropped() {
    store.prepare(DATASET);
    PartitionFold fold = fold(store, catalog);
    fold.add(sale(0, 1_700_000_000_000L, 7, "a", 1));
    fold.add(sale(1, 1_700_000_000_000L, 7, "a", 1));
    fold.add(sale(2, 1_700_000_000_000L + HORIZON.toMillis(), 7, "a", 1));
    fold.add(sale(3, 1_700_000_000_001L + 3 * HORIZON.toMillis(), 7, "a", 1));
    assertThat(fold.flush()).isEqualTo(2);
  }
}

package io.anabranch.views;

import io.anabranch.schemas.Marker;
import io.anabranch.views.Catalog.Applied;
import io.anabranch.views.Version.Publication;
import io.anabranch.views.ViewStore.CloseableIterator;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A whole river in memory: the log, ingest, two speed writers, batch runs, readers. The log, the
 * master files and the naive fold are plain lists of the test; folding, epochs, cuts, merge, gaps
 * and expiry are the real ones.
 */
final class River {
  static final String DATASET = "orders";
  static final Duration HORIZON = Duration.ofMinutes(5);
  private static final CellLayout BY_COUNTRY = CellLayout.of(TestViews.exactMeasures("by_country"));
  private static final CellLayout TOTAL = CellLayout.of(TestViews.exactMeasures("total"));
  private static final List<CellLayout> LAYOUTS = List.of(BY_COUNTRY, TOTAL);
  private static final int MAX_PARTITIONS = 4;
  private static final int WRITERS = 2;
  private static final int BUCKETS = 3;
  private static final String[] COUNTRIES = {"a", "b"};
  private static final CellKey[][] KEYS = keys();

  /** A crash that a story wants. */
  private static final class Crash extends RuntimeException {
    Crash() {
      super("crash", null, false, false);
    }
  }

  /** What a story showed, beside that nothing was wrong. */
  static final class Tally {
    long exactReads;
    long refusedReads;
    long pinnedReads;
    long slowReads;
    long lostReads;
    long cells;
    long crashes;
    long versions;
    long incremental;
    long rebuilt;
    long expiredDeltas;
    long forgottenEpochs;
    long erased;

    void add(Tally other) {
      exactReads += other.exactReads;
      refusedReads += other.refusedReads;
      pinnedReads += other.pinnedReads;
      slowReads += other.slowReads;
      lostReads += other.lostReads;
      cells += other.cells;
      crashes += other.crashes;
      versions += other.versions;
      incremental += other.incremental;
      rebuilt += other.rebuilt;
      expiredDeltas += other.expiredDeltas;
      forgottenEpochs += other.forgottenEpochs;
      erased += other.erased;
    }

    @Override
    public String toString() {
      return ("%,d exact reads of %,d cells, %,d pinned, %,d slow, %,d lost, %,d refused; %,d"
              + " crashes, %,d versions (%,d incremental runs), %,d rebuilds from the master"
              + " dataset, %,d deltas expired, %,d epoch starts forgotten, %,d records erased")
          .formatted(
              exactReads,
              cells,
              pinnedReads,
              slowReads,
              lostReads,
              refusedReads,
              crashes,
              versions,
              incremental,
              rebuilt,
              expiredDeltas,
              forgottenEpochs,
              erased);
    }
  }

  /**
   * A batch run between its marker and its end.
   *
   * @param expected the version that was published when it began
   */
  private record Run(long marker, long expected, Offsets appended) {}

  /**
   * An erasure that waits until the master dataset covers its marker; of three kinds of records.
   */
  private record Wanted(long marker, Offsets appended, long kind) {}

  /**
   * A recorded erasure.
   *
   * @param positions partition and offset of its records
   */
  private record Erasure(long number, Set<List<Long>> positions) {}

  /** A speed writer's fold of a partition, into those views. */
  private record Writer(PartitionFold fold, List<CellLayout> layouts) {
    /** What a process that declares only those views makes of a record. */
    void add(FoldRecord record) {
      if (!record.accepted || layouts.size() == LAYOUTS.size()) {
        fold.add(record);
        return;
      }
      CellKey[] keys = new CellKey[layouts.size()];
      Object[][] inputs = new Object[layouts.size()][];
      for (int i = 0; i < keys.length; i++) {
        keys[i] = record.keys[LAYOUTS.indexOf(layouts.get(i))];
        inputs[i] = record.inputs[LAYOUTS.indexOf(layouts.get(i))];
      }
      fold.add(
          FoldRecord.accepted(
              record.offset(),
              record.appendedMs,
              record.identityHigh,
              record.identityLow,
              keys,
              inputs));
    }
  }

  /** A master file: offsets [first, end). */
  private record File(long first, long end) {}

  /** What a reader knows before it reads cells. */
  private record Standing(
      Optional<Version> version,
      Map<Integer, Applied> applied,
      Map<CellLayout, List<OffsetRange>> missing,
      Instant at) {
    Offsets cut() {
      return version.map(v -> v.cut().offsets()).orElse(Offsets.NONE);
    }

    boolean holds(int partition, long offset) {
      Applied of = applied.get(partition);
      return of != null && offset < of.end();
    }
  }

  private final MemoryCatalog catalog = new MemoryCatalog();
  private final MemoryViewStore store = new MemoryViewStore(2);
  private final Tally tally = new Tally();

  /** All that was ever appended, by partition. */
  private final List<List<FoldRecord>> log = new ArrayList<>();

  /** First offset that the topic still holds, by partition. */
  private final List<Long> heads = new ArrayList<>();

  private final List<List<File>> master = new ArrayList<>();
  private final List<Long> markers = new ArrayList<>();
  private final Map<List<Integer>, Writer> writers = new HashMap<>();
  private final List<Run> runs = new ArrayList<>();
  private final List<Wanted> wanted = new ArrayList<>();
  private final List<Erasure> erasures = new ArrayList<>();

  /** Positions that are in no master file any more. */
  private final Set<List<Long>> gone = new HashSet<>();

  private final List<Standing> slowReaders = new ArrayList<>();
  private EpochTimeline ingestEpochs = new EpochTimeline();
  private String topicId = "first";
  private long nowMs = 1_700_000_000_000L;

  private River() {
    store.prepare(DATASET);
    addPartition();
    addPartition();
    catalog.bindTopic(DATASET, topicId);
  }

  private static CellKey[][] keys() {
    CellKey[][] keys = new CellKey[BUCKETS * COUNTRIES.length][];
    for (int i = 0; i < keys.length; i++) {
      long bucket = 3600L * (i / COUNTRIES.length);
      String country = COUNTRIES[i % COUNTRIES.length];
      keys[i] =
          new CellKey[] {
            CellKey.of(BY_COUNTRY.id(), bucket, new String[] {country}),
            CellKey.of(TOTAL.id(), bucket, new String[] {null})
          };
    }
    return keys;
  }

  /**
   * Plays a story.
   *
   * @throws AssertionError if a read was wrong
   */
  static Tally play(Story story) {
    River river = new River();
    for (Story.Step step : story.steps()) {
      river.play(step);
    }
    river.read(MergedView.NOW);
    river.slowReaders.forEach(standing -> river.read(standing, MergedView.NOW));
    return river.tally;
  }

  private void play(Story.Step step) {
    try {
      switch (step.kind()) {
        case APPEND -> append(step);
        case MARK -> mark(step);
        case MARK_LATE -> markLate(step);
        case ADD_PARTITION -> addPartition();
        case INGEST -> ingestSome(step);
        case COMPACT -> compact(step);
        case FOLD -> foldSome(step);
        case RESTART -> restart(step);
        case RETAIN -> retain(step);
        case RECREATE -> recreate(step);
        case BEGIN_RUN -> beginRun(step);
        case END_RUN -> endRun(step);
        case ROLLBACK -> rollback(step);
        case BEGIN_ERASURE -> beginErasure(step);
        case RECORD_ERASURE -> recordErasure(step);
        case END_ERASURE -> endErasure(step);
        case EXPIRE -> expire(step);
        case READ -> read(MergedView.NOW);
        case BEGIN_READ -> slowReaders.add(standing());
        case END_READ -> endRead(step);
        case READ_PINNED -> readPinned(step);
        default -> throw new AssertionError(step.kind());
      }
    } catch (Crash crash) {
      tally.crashes++;
    }
  }

  // ---- the log

  private int partition(int chance) {
    return chance % log.size();
  }

  private void addPartition() {
    if (log.size() < MAX_PARTITIONS) {
      log.add(new ArrayList<>());
      heads.add(0L);
      master.add(new ArrayList<>());
    }
  }

  private boolean isAlive() {
    return topicId.equals(catalog.bindTopic(DATASET, topicId));
  }

  /** a: partition, b: identity, c: bucket and country (so event times come in any order), d, e. */
  private void append(Story.Step step) {
    nowMs += step.e() % 100_000;
    List<FoldRecord> partition = log.get(partition(step.a()));
    long offset = partition.size();
    if (!isAlive()) {
      return;
    } else if (step.b() % 20 == 0) {
      partition.add(FoldRecord.skipped(offset, nowMs));
      return;
    }
    long identity = step.b() % 12;
    Object[] inputs = new Object[BY_COUNTRY.storedValues().size()];
    for (int i = 0; i < inputs.length; i++) {
      boolean priced = BY_COUNTRY.storedValues().get(i).column() != null;
      inputs[i] = priced && step.d() % 9 != 0 ? (Object) (long) (step.d() % 1000 - 100) : null;
    }
    partition.add(
        FoldRecord.accepted(
            offset,
            nowMs,
            identity,
            ~identity,
            KEYS[step.c() % KEYS.length],
            new Object[][] {inputs, inputs}));
  }

  /** a: what is wrong; b: where. Answers where the marker stands. */
  private Offsets mark(Story.Step step) {
    long number = catalog.nextMarker(DATASET);
    markers.add(number);
    Map<Integer, Long> offsets = new TreeMap<>();
    for (int p = 0; p < log.size() && isAlive(); p++) {
      boolean here = p == partition(step.b());
      if (here && step.a() % 5 == 0) {
        continue;
      }
      offsets.put(p, (long) log.get(p).size());
      appendMarker(p, number);
      if (here && step.a() % 5 == 1) {
        appendMarker(p, number);
      }
    }
    return new Offsets(offsets);
  }

  /** a: which marker; b: where. */
  private void markLate(Story.Step step) {
    if (!markers.isEmpty() && isAlive()) {
      appendMarker(partition(step.b()), markers.get(step.a() % markers.size()));
    }
  }

  private void appendMarker(int partition, long number) {
    List<FoldRecord> records = log.get(partition);
    records.add(FoldRecord.marker(records.size(), nowMs, new Marker(number, 0)));
  }

  /** a: partition; b: how far; c: whether beyond what ingest has. */
  private void retain(Story.Step step) {
    int p = partition(step.a());
    long end = step.c() % 4 == 0 ? log.get(p).size() : masterEnd(p);
    long head = heads.get(p) + step.b() % (log.get(p).size() + 1);
    heads.set(p, Math.max(heads.get(p), Math.min(head, end)));
  }

  /** a: whether at all, since nothing more happens after it. */
  private void recreate(Story.Step step) {
    if (step.a() % 4 == 0) {
      topicId = "second";
    }
  }

  // ---- ingest

  private long masterEnd(int partition) {
    return master.get(partition).stream().mapToLong(File::end).max().orElse(0);
  }

  /** a: partition; b: how many; c: a crash; d: whether all there is, in all partitions. */
  private void ingestSome(Story.Step step) {
    int[] crash = crash(step.c(), 2);
    if (step.d() % 3 != 0) {
      ingest(partition(step.a()), step.b() % 12, crash);
      return;
    }
    for (int p = 0; p < log.size(); p++) {
      long before = -1;
      while (before < masterEnd(p)) {
        before = masterEnd(p);
        ingest(p, log.get(p).size(), crash);
      }
    }
  }

  /** The catalog learns of an epoch before the file that ends there is seen. */
  private void ingest(int p, int most, int[] crash) {
    long first = masterEnd(p);
    if (!isAlive() || heads.get(p) > first) {
      return;
    }
    try {
      long end = Math.min(log.get(p).size(), first + most);
      for (long offset = first; offset < end; offset++) {
        Marker marker = log.get(p).get((int) offset).marker;
        Optional<EpochStart> start =
            marker == null ? Optional.empty() : ingestEpochs.observe(p, offset, marker);
        if (start.isPresent()) {
          write(crash, () -> catalog.recordEpoch(DATASET, start.get()));
          end = offset + 1;
        }
      }
      File file = new File(first, end);
      if (end > first) {
        write(crash, () -> master.get(p).add(file));
      }
    } catch (Crash crashed) {
      ingestEpochs = EpochTimeline.of(catalog.epochs(DATASET));
      throw crashed;
    }
  }

  /** a: partition; b: which; c: whether the small ones go now or stay for a while. */
  private void compact(Story.Step step) {
    List<File> files = cover(partition(step.a()));
    if (files.size() > 1) {
      int at = step.b() % (files.size() - 1);
      List<File> all = master.get(partition(step.a()));
      all.add(new File(files.get(at).first(), files.get(at + 1).end()));
      if (step.c() % 2 == 0) {
        all.remove(files.get(at));
        all.remove(files.get(at + 1));
      }
    }
  }

  /** The widest files that join up, from the first offset. */
  private List<File> cover(int partition) {
    List<File> cover = new ArrayList<>();
    long end = 0;
    while (true) {
      File widest = null;
      for (File file : master.get(partition)) {
        boolean joins = file.first() == end && file.end() > end;
        widest = joins && (widest == null || file.end() > widest.end()) ? file : widest;
      }
      if (widest == null) {
        return cover;
      }
      cover.add(widest);
      end = widest.end();
    }
  }

  // ---- the speed layer

  /**
   * a: writer and partition; b: how many records; c: whether to flush; d: a crash; e: whether all
   * there is, in all partitions.
   */
  private void foldSome(Story.Step step) {
    int writer = step.a() / MAX_PARTITIONS % WRITERS;
    crashNext = crash(step.d(), 5);
    try {
      if (step.e() % 4 == 0) {
        for (int p = 0; p < log.size(); p++) {
          fold(List.of(writer, p), log.get(p).size(), true);
        }
      } else {
        fold(List.of(writer, partition(step.a())), step.b() % 10, step.c() % 3 != 0);
      }
    } finally {
      crashNext = new int[] {-1, 0};
    }
  }

  private void fold(List<Integer> writer, int most, boolean flush) {
    int p = writer.get(1);
    try {
      Writer at = writers.containsKey(writer) ? writers.get(writer) : open(p, 0, LAYOUTS);
      if (at == null || heads.get(p) > at.fold().next()) {
        writers.remove(writer);
        return;
      }
      writers.put(writer, at);
      long next = at.fold().next();
      long end = Math.min(log.get(p).size(), next + most);
      log.get(p).subList((int) Math.min(next, end), (int) end).forEach(at::add);
      if (flush) {
        at.fold().flush();
      }
    } catch (OtherViewsException told) {
      writers.remove(writer);
    } catch (Crash crash) {
      writers.remove(writer);
      throw crash;
    }
  }

  /** a: writer and partition; b: how far back the replay begins; e: which views it declares. */
  private void restart(Story.Step step) {
    int p = partition(step.a());
    List<Integer> name = List.of(step.a() / MAX_PARTITIONS % WRITERS, p);
    writers.remove(name);
    crashNext = crash(step.d(), 8);
    try {
      List<CellLayout> declared =
          step.e() % 6 < LAYOUTS.size() ? List.of(LAYOUTS.get(step.e() % 6)) : LAYOUTS;
      Writer writer = open(p, step.b() % 10, declared);
      if (writer != null) {
        writers.put(name, writer);
      }
    } catch (OtherViewsException told) {
      // it begins anew with its next records
    } finally {
      crashNext = new int[] {-1, 0};
    }
  }

  /** A fold that goes on at the applied end; null while it cannot begin. */
  private Writer open(int partition, int back, List<CellLayout> layouts) {
    if (!isAlive()) {
      return null;
    }
    long applied = PartitionFold.start(catalog, DATASET, partition);
    long head = heads.get(partition);
    boolean lost = head > applied;
    if (lost && masterEnd(partition) < head) {
      return writer(partition, head, layouts);
    }
    Writer writer = writer(partition, applied, layouts);
    if (lost) {
      rebuild(writer, partition, head);
    } else {
      long from = Math.max(head, applied - back);
      log.get(partition).subList((int) from, (int) applied).forEach(writer::add);
    }
    return writer;
  }

  private Writer writer(int partition, long start, List<CellLayout> layouts) {
    EpochTimeline epochs = EpochTimeline.of(catalog.epochs(DATASET));
    return new Writer(
        new PartitionFold(
            DATASET,
            new RepeatFilter(HORIZON),
            layouts,
            partition,
            crashing,
            crashingCatalog,
            epochs,
            start),
        layouts);
  }

  /** What the topic no longer has comes from the master dataset, which keeps no markers. */
  private void rebuild(Writer writer, int partition, long head) {
    PartitionFold fold = writer.fold();
    for (FoldRecord record : log.get(partition).subList((int) fold.next(), (int) head)) {
      if (record.accepted) {
        writer.add(record);
      }
      if (record.offset() % 5 == 0) {
        fold.flush();
      }
    }
    fold.add(FoldRecord.skipped(head - 1, 0));
    fold.flush();
    tally.rebuilt++;
  }

  // ---- batch runs

  /** a to b: as of a marker; c: a crash in the middle. */
  private void beginRun(Story.Step step) {
    long expected = catalog.published(DATASET).map(Version::number).orElse(0L);
    Offsets appended = mark(step);
    // An erasure has the lock from its marker on until it is recorded: one that waits has died.
    wanted.clear();
    if (appended.byPartition().size() == log.size() && step.c() % 5 != 0) {
      runs.add(new Run(markers.get(markers.size() - 1), expected, appended));
    }
  }

  /** a: which run; b: a crash. */
  private void endRun(Story.Step step) {
    if (runs.isEmpty()) {
      return;
    }
    Run run = runs.get(step.a() % runs.size());
    if (!covers(run.appended())) {
      return;
    }
    runs.remove(run);
    int[] crash = crash(step.b(), 2);
    Cut cut = cut(run.marker(), run.appended());
    Optional<Version> base =
        step.c() % 3 == 0 ? Optional.empty() : catalog.version(DATASET, run.expected());
    base = base.filter(version -> erasures.stream().allMatch(e -> version.leavesOut(e.number())));
    Map<CellKey, EncodedCell> cells = new HashMap<>();
    computed(cut, base).forEach((key, cell) -> cells.put(key, BY_COUNTRY.encode(cell)));
    write(crash, () -> store.loadBatch(DATASET, run.marker(), cells));
    write(
        crash,
        () -> {
          if (catalog.publish(version(cut), run.expected(), somebody())) {
            tally.versions++;
          }
        });
  }

  /** Whether the master dataset has everything up to the markers. */
  private boolean covers(Offsets appended) {
    for (Map.Entry<Integer, Long> marker : appended.byPartition().entrySet()) {
      List<File> cover = cover(marker.getKey());
      if (cover.isEmpty() || cover.get(cover.size() - 1).end() <= marker.getValue()) {
        return false;
      }
    }
    return true;
  }

  private Cut cut(long marker, Offsets appended) {
    return EpochTimeline.of(catalog.epochs(DATASET)).cut(marker, appended.byPartition().keySet());
  }

  /** A full run folds what the cut covers; another one adds what its base does not cover. */
  private Map<CellKey, Object[]> computed(Cut cut, Optional<Version> base) {
    if (base.isEmpty()) {
      return naive((p, offset) -> false, cut);
    }
    tally.incremental++;
    Map<CellKey, Object[]> cells = new HashMap<>();
    for (CellLayout layout : LAYOUTS) {
      for (int salt = 0; salt < CellKey.SALTS; salt++) {
        store
            .scanBatch(DATASET, base.get().number(), layout.id(), Buckets.ALL, salt)
            .forEachRemaining(row -> cells.put(row.key(), layout.decode(row.cell())));
      }
    }
    for (int p = 0; p < log.size(); p++) {
      Map<Long, Long> facts = new HashMap<>();
      for (FoldRecord record : log.get(p)) {
        if (record.accepted && facts.putIfAbsent(record.identityHigh, record.offset()) == null) {
          boolean added =
              cut.covers(p, record.offset())
                  && !base.get().cut().covers(p, record.offset())
                  && !isLeftOut(cut.marker(), p, record.offset());
          for (int i = 0; i < record.keys.length && added; i++) {
            BY_COUNTRY.update(
                cells.computeIfAbsent(record.keys[i], k -> BY_COUNTRY.empty()), record.inputs[i]);
          }
        }
      }
    }
    return cells;
  }

  private Version version(Cut cut) {
    Map<String, String> fingerprints = new HashMap<>();
    LAYOUTS.forEach(l -> fingerprints.put(l.view().name(), l.view().fingerprint()));
    return new Version(
        DATASET,
        cut,
        List.of(cut.marker()),
        Map.of(),
        fingerprints,
        "",
        Version.Counts.NONE,
        now(),
        Duration.ZERO,
        Optional.empty());
  }

  private Publication somebody() {
    return new Publication("somebody", now());
  }

  private Instant now() {
    return Instant.ofEpochMilli(nowMs);
  }

  // ---- erasure

  /** a to b: as of a marker; c: whose records. It takes the lock: runs under way have died. */
  private void beginErasure(Story.Step step) {
    runs.clear();
    wanted.clear();
    Offsets appended = mark(step);
    if (appended.byPartition().size() == log.size()) {
      wanted.add(new Wanted(markers.get(markers.size() - 1), appended, step.c() % 3));
    }
  }

  /** b: a crash. */
  private void recordErasure(Story.Step step) {
    if (wanted.isEmpty()) {
      return;
    }
    Wanted erasure = wanted.get(0);
    if (!covers(erasure.appended())) {
      return;
    }
    wanted.clear();
    Cut cut = cut(erasure.marker(), erasure.appended());
    Set<List<Long>> positions = new HashSet<>();
    for (int p = 0; p < log.size(); p++) {
      for (FoldRecord record : log.get(p)) {
        if (record.accepted
            && record.identityHigh % 3 == erasure.kind()
            && cut.covers(p, record.offset())) {
          positions.add(List.of((long) p, record.offset()));
        }
      }
    }
    write(
        crash(step.b(), 1),
        () -> {
          erasures.add(new Erasure(erasure.marker(), positions));
          tally.erased += positions.size();
        });
  }

  /** b: a crash. Everything that could not be recomputed without the records goes before them. */
  private void endErasure(Story.Step step) {
    long newest = erasures.stream().mapToLong(Erasure::number).max().orElse(0);
    Optional<Version> published = catalog.published(DATASET).filter(v -> v.leavesOut(newest));
    if (newest == 0 || published.isEmpty() || !isApplied(published.get().cut())) {
      return;
    }
    slowReaders.clear();
    int[] crash = crash(step.b(), 4);
    for (Version version : catalog.versions(DATASET)) {
      if (!version.leavesOut(newest)) {
        write(crash, () -> catalog.removeVersion(DATASET, version.number()));
      }
    }
    Cut oldest = Expiry.deltas(catalog.versions(DATASET), Instant.MAX).orElseThrow();
    write(crash, () -> tally.expiredDeltas += store.expireDeltas(DATASET, oldest));
    erasures.forEach(erasure -> write(crash, () -> gone.addAll(erasure.positions())));
  }

  private boolean isApplied(Cut cut) {
    Map<Integer, Applied> applied = catalog.applied(DATASET);
    return cut.offsets().byPartition().entrySet().stream()
        .allMatch(
            of ->
                applied.containsKey(of.getKey()) && applied.get(of.getKey()).end() > of.getValue());
  }

  /** Whether a record of that position is left out of whatever builds on a version. */
  private boolean isLeftOut(long version, int partition, long offset) {
    List<Long> position = List.of((long) partition, offset);
    boolean leftOut =
        erasures.stream().anyMatch(e -> version >= e.number() && e.positions().contains(position));
    if (!leftOut && gone.contains(position)) {
      throw new AssertionError(
          "version %s needs the record at %s, which was removed".formatted(version, position));
    }
    return leftOut;
  }

  /** a: to which version; b: whether a slow reader begins, c replaces that, and d old ones go. */
  private void rollback(Story.Step step) {
    rollback(step.a());
    if (step.b() % 2 == 0) {
      nowMs++;
      Standing begun = standing();
      slowReaders.add(begun);
      rollback(step.c());
      expire(1 + step.d() % 2, new int[] {-1, 0});
      slowReaders.remove(begun);
      read(begun, MergedView.NOW);
    }
  }

  private void rollback(int chance) {
    List<Version> stored = catalog.versions(DATASET);
    if (!stored.isEmpty()) {
      long expected = catalog.published(DATASET).map(Version::number).orElse(0L);
      long version = stored.get(chance % stored.size()).number();
      catalog.rollback(DATASET, expected, version, somebody());
    }
  }

  /** a: how many versions stay; b: a crash; c: whether slow readers have ended before. */
  private void expire(Story.Step step) {
    if (step.c() % 2 == 0) {
      slowReaders.clear();
    }
    expire(1 + step.a() % 3, crash(step.b(), 5));
  }

  /** No reader is slower than the grace period. */
  private void expire(int keep, int[] crash) {
    Instant limit = slowReaders.stream().map(Standing::at).min(Instant::compareTo).orElse(now());
    long published = catalog.published(DATASET).map(Version::number).orElse(0L);
    for (Version version :
        Expiry.versions(
            catalog.versions(DATASET),
            published,
            catalog.replaced(DATASET),
            keep,
            limit,
            catalog.epochs(DATASET))) {
      write(crash, () -> catalog.removeVersion(DATASET, version.number()));
    }
    List<Version> stored = catalog.versions(DATASET);
    for (EpochStart start : Expiry.epochs(stored, limit, catalog.epochs(DATASET))) {
      write(crash, () -> catalog.forgetEpochs(DATASET, List.of(start)));
      tally.forgottenEpochs++;
    }
    Expiry.deltas(stored, limit)
        .ifPresent(
            oldest ->
                write(crash, () -> tally.expiredDeltas += store.expireDeltas(DATASET, oldest)));
  }

  // ---- reads

  /** a: which marker. */
  private void readPinned(Story.Step step) {
    if (!markers.isEmpty()) {
      read(markers.get(step.a() % markers.size()));
    }
  }

  /** a: which slow reader comes to the cells at last. */
  private void endRead(Story.Step step) {
    if (!slowReaders.isEmpty()) {
      tally.slowReads++;
      read(slowReaders.remove(step.a() % slowReaders.size()), MergedView.NOW);
    }
  }

  private Standing standing() {
    Optional<Version> version = catalog.published(DATASET);
    Map<Integer, Applied> applied = catalog.applied(DATASET);
    Offsets cut = version.map(v -> v.cut().offsets()).orElse(Offsets.NONE);
    Map<CellLayout, List<OffsetRange>> missing = new HashMap<>();
    for (CellLayout layout : LAYOUTS) {
      Gaps gaps = new Gaps(cut, of(layout, applied), Optional.of(held()));
      missing.put(layout, gaps.missing(log.size()));
    }
    return new Standing(version, applied, missing, now());
  }

  private static Map<Integer, Applied> of(CellLayout layout, Map<Integer, Applied> applied) {
    Map<Integer, Applied> ranges = new HashMap<>();
    applied.forEach((partition, range) -> ranges.put(partition, range.of(layout.id())));
    return ranges;
  }

  private void read(long until) {
    read(standing(), until);
  }

  private void read(Standing standing, long until) {
    for (CellLayout layout : LAYOUTS) {
      List<OffsetRange> missing = standing.missing().get(layout);
      if (missing.isEmpty()) {
        read(layout, standing, until);
      } else {
        tally.refusedReads++;
        Map<Integer, Applied> applied = of(layout, standing.applied());
        missing.forEach(range -> requireMissing(range, standing.cut(), applied));
      }
    }
  }

  private void read(CellLayout layout, Standing standing, long until) {
    try {
      if (until == MergedView.NOW) {
        compare(layout, standing, until, standing::holds);
        tally.exactReads++;
      } else if (until >= standing.version().map(Version::number).orElse(0L)) {
        Offsets ends = EpochTimeline.of(catalog.epochs(DATASET)).cut(until).offsets();
        if (sealed(ends, standing.applied())) {
          compare(layout, standing, until, (p, offset) -> offset < trueCut(p, until));
          tally.pinnedReads++;
        }
      }
    } catch (SnapshotLostException e) {
      tally.lostReads++;
    }
  }

  private Map<Integer, OffsetRange> held() {
    Map<Integer, OffsetRange> held = new HashMap<>();
    for (int p = 0; p < log.size(); p++) {
      held.put(p, new OffsetRange(p, heads.get(p), log.get(p).size()));
    }
    return held;
  }

  /** What is called missing is not covered, and not applied. */
  private static void requireMissing(
      OffsetRange range, Offsets cut, Map<Integer, Applied> applied) {
    Applied of = applied.get(range.partition());
    boolean isCovered = range.to() <= cut.of(range.partition()).orElse(0);
    boolean isApplied = of != null && of.from() <= range.from() && range.to() <= of.end();
    if (range.from() >= range.to() || isCovered || isApplied) {
      throw new AssertionError("%s is called missing, applied is %s".formatted(range, of));
    }
  }

  private boolean sealed(Offsets ends, Map<Integer, Applied> applied) {
    for (int p = 0; p < log.size(); p++) {
      Applied of = applied.get(p);
      if (ends.of(p).isEmpty() || of == null || of.end() < ends.of(p).getAsLong()) {
        return false;
      }
    }
    return true;
  }

  private void compare(CellLayout layout, Standing standing, long until, Counted counted) {
    Map<CellKey, List<Object>> expected = new HashMap<>();
    naive(counted, standing.version().map(Version::cut).orElse(null))
        .forEach((key, cell) -> expected.put(key, Arrays.asList(cell)));
    expected.keySet().removeIf(key -> !isOf(layout, key));
    Map<CellKey, List<Object>> served = new HashMap<>();
    MergedView view =
        new MergedView(store, layout, standing.version(), Applied.ends(standing.applied()));
    for (int salt = 0; salt < CellKey.SALTS; salt++) {
      try (CloseableIterator<Cell> cells = view.cells(Buckets.ALL, salt, until)) {
        cells.forEachRemaining(cell -> served.put(cell.key(), Arrays.asList(cell.values())));
      }
    }
    tally.cells += expected.size();
    if (!served.equals(expected)) {
      throw new AssertionError(
          "served %s\nexpected %s\nversion %s, until %s, applied %s"
              .formatted(
                  served,
                  expected,
                  standing.version().map(Version::cut),
                  until,
                  standing.applied()));
    }
  }

  private static boolean isOf(CellLayout layout, CellKey key) {
    return Arrays.stream(KEYS).anyMatch(keys -> keys[LAYOUTS.indexOf(layout)].equals(key));
  }

  // ---- the truth

  /** Whether a record counts in a cell. */
  private interface Counted {
    boolean holds(int partition, long offset);
  }

  /**
   * The fold over the log itself.
   *
   * @param counted tells of the records after the cut
   * @param cut before it every record counts that repeats no other; after it repeats are dropped
   *     within the horizon; null for none
   */
  private Map<CellKey, Object[]> naive(Counted counted, Cut cut) {
    Map<CellKey, Object[]> cells = new HashMap<>();
    for (int p = 0; p < log.size(); p++) {
      Map<Long, Long> seen = new HashMap<>();
      for (FoldRecord record : log.get(p)) {
        if (!record.accepted) {
          continue;
        }
        boolean covered = cut != null && cut.covers(p, record.offset());
        boolean leftOut = isLeftOut(cut == null ? 0 : cut.marker(), p, record.offset());
        // What repeats a record that was erased is a repeat all the same.
        Long before = seen.put(record.identityHigh, record.appendedMs);
        boolean repeat =
            before != null && (covered || record.appendedMs - before <= HORIZON.toMillis());
        for (int i = 0; i < record.keys.length && !repeat && !leftOut; i++) {
          CellKey key = record.keys[i];
          if (covered || counted.holds(p, record.offset())) {
            BY_COUNTRY.update(
                cells.computeIfAbsent(key, k -> BY_COUNTRY.empty()), record.inputs[i]);
          }
        }
      }
    }
    return cells;
  }

  /** The offset of the first marker of that number or a greater one. */
  private long trueCut(int partition, long number) {
    for (FoldRecord record : log.get(partition)) {
      if (record.marker != null && record.marker.number() >= number) {
        return record.offset();
      }
    }
    return 0;
  }

  // ---- crashes

  /** Writes that are left before a crash (-1 for none), and whether it comes before the write. */
  private int[] crashNext = {-1, 0};

  private final ViewStore crashing = Crashing.port(ViewStore.class, store, this::countedWrite);
  private final Catalog crashingCatalog = Crashing.port(Catalog.class, catalog, this::countedWrite);

  private static int[] crash(int chance, int writes) {
    return chance % 3 == 0 ? new int[] {chance / 3 % writes, chance / 100 % 2} : new int[] {-1, 0};
  }

  private void countedWrite(Runnable write) {
    write(crashNext, write);
  }

  private static void write(int[] crash, Runnable write) {
    boolean now = crash[0]-- == 0;
    if (now && crash[1] == 0) {
      throw new Crash();
    }
    write.run();
    if (now) {
      throw new Crash();
    }
  }
}

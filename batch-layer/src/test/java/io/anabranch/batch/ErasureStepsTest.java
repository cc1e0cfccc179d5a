package io.anabranch.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.batch.Erasure.Step;
import io.anabranch.views.Cut;
import io.anabranch.views.MemoryCatalog;
import io.anabranch.views.Offsets;
import io.anabranch.views.Version;
import io.anabranch.views.Version.Publication;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** An erasure that dies at any write, and is started again, comes to the same end. */
class ErasureStepsTest {
  private static final Publication SOMEBODY = new Publication("somebody", Instant.EPOCH);
  private static final Set<Long> RECORDS = Set.of(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L);
  private static final Set<Long> MEANT = Set.of(2L, 5L, 6L);

  /** A write that did not come back; whether it was done is another question. */
  private static final class Crash extends RuntimeException {
    Crash() {
      super("crash", null, false, false);
    }
  }

  /** All stores in memory. Records are known by their offsets. */
  private static final class Stores implements ErasureSteps.Stores {
    final MemoryCatalog catalog = new MemoryCatalog();
    final TreeSet<Long> master = new TreeSet<>(RECORDS);
    final TreeSet<Long> cleanRows = new TreeSet<>();
    final Map<Long, Set<Long>> versions = new HashMap<>();
    long hive;
    Optional<Erasure> recorded = Optional.empty();

    /** Writes that are left before a crash, and whether that write is done. */
    int left = -1;

    boolean isDone;

    @Override
    public Map<String, Object> take(Step step, Erasure erasure) {
      switch (step) {
        case VIEWS -> {
          if (catalog.published("orders").filter(v -> v.leavesOut(erasure.number())).isEmpty()) {
            run();
          }
          hive = catalog.published("orders").orElseThrow().number();
        }
        case CLEAN_ROWS -> MEANT.forEach(row -> write(() -> cleanRows.remove(row)));
        case VERSIONS -> {
          for (Version version : catalog.versions("orders")) {
            if (!version.leavesOut(erasure.number())) {
              write(() -> catalog.removeVersion("orders", version.number()));
            }
          }
          write(() -> versions.keySet().removeIf(v -> catalog.version("orders", v).isEmpty()));
        }
        case MASTER -> MEANT.forEach(row -> write(() -> master.remove(row)));
        case TABLES, TOPIC -> write(() -> {});
      }
      return Map.of();
    }

    void run() {
      long number = catalog.nextMarker("orders");
      Optional<Version> before = catalog.published("orders");
      Set<Long> rows = recompute(number);
      write(() -> cleanRows.addAll(rows));
      write(() -> versions.put(number, rows));
      write(
          () -> catalog.publish(version(number), before.map(Version::number).orElse(0L), SOMEBODY));
    }

    /** What a version of that number is compared with. */
    Set<Long> recompute(long version) {
      TreeSet<Long> rows = new TreeSet<>(master);
      recorded.filter(erasure -> version >= erasure.number()).ifPresent(e -> rows.removeAll(MEANT));
      return rows;
    }

    @Override
    public void record(Erasure erasure) {
      write(() -> recorded = Optional.of(erasure));
    }

    private void write(Runnable write) {
      boolean now = left-- == 0;
      if (!now || isDone) {
        write.run();
      }
      if (now) {
        throw new Crash();
      }
    }

    /** Whatever version somebody reads or publishes equals its recompute. */
    void requireExact() {
      for (Version version : catalog.versions("orders")) {
        assertThat(versions.get(version.number()))
            .as("version %s", version.number())
            .isEqualTo(recompute(version.number()));
      }
      assertThat(catalog.version("orders", hive)).as("what Hive shows").isPresent();
    }
  }

  private static Version version(long number) {
    return new Version(
        "orders",
        new Cut(number, new Offsets(Map.of(0, 8L))),
        List.of(number),
        Map.of(),
        Map.of(),
        "",
        Version.Counts.NONE,
        Instant.EPOCH,
        Duration.ZERO,
        Optional.empty());
  }

  private static Stores stores() {
    Stores stores = new Stores();
    stores.run();
    stores.run();
    stores.hive = stores.catalog.published("orders").orElseThrow().number();
    return stores;
  }

  private static List<Object> end(Stores stores) {
    Version published = stores.catalog.published("orders").orElseThrow();
    return List.of(
        stores.master,
        stores.cleanRows,
        stores.versions.get(published.number()),
        stores.catalog.versions("orders").stream()
            .filter(v -> !v.leavesOut(stores.recorded.orElseThrow().number()))
            .toList(),
        stores.recorded.orElseThrow().isFinished());
  }

  /** Whether it died. */
  private static boolean dies(Stores stores, Erasure erasure) throws IOException {
    try {
      new ErasureSteps(stores).finish(erasure);
      return false;
    } catch (Crash crash) {
      return true;
    }
  }

  @Test
  void theEndIsTheSameWhereverItDiedAndWhatIsServedIsExactAllTheWhile() throws IOException {
    TreeSet<Long> others = new TreeSet<>(RECORDS);
    others.removeAll(MEANT);
    List<Object> expected = List.of(others, others, others, List.of(), true);
    int crashes = 0;
    for (boolean isDone : new boolean[] {false, true}) {
      for (boolean rollsBack : new boolean[] {false, true}) {
        boolean died = true;
        for (int write = 0; died; write++) {
          Stores stores = stores();
          stores.recorded =
              Optional.of(ErasureLogTest.erasure(stores.catalog.nextMarker("orders")));
          stores.left = write;
          stores.isDone = isDone;
          died = dies(stores, stores.recorded.orElseThrow());
          stores.left = -1;
          stores.requireExact();
          if (died) {
            crashes++;
            rollBack(stores, rollsBack);
            stores.requireExact();
            assertThat(dies(stores, stores.recorded.orElseThrow())).isFalse();
            stores.requireExact();
          }
          assertThat(end(stores)).as("write %s", write).isEqualTo(expected);
        }
      }
    }
    assertThat(crashes).isGreaterThan(60);
  }

  /** Somebody publishes the oldest version that is there. */
  private static void rollBack(Stores stores, boolean atAll) {
    if (atAll) {
      List<Version> kept = new ArrayList<>(stores.catalog.versions("orders"));
      long published = stores.catalog.published("orders").orElseThrow().number();
      stores.catalog.rollback("orders", published, kept.get(0).number(), SOMEBODY);
      stores.hive = kept.get(0).number();
    }
  }
}

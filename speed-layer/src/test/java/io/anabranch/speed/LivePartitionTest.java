package io.anabranch.speed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.anabranch.runtime.Problem;
import io.anabranch.views.CellLayout;
import io.anabranch.views.EpochTimeline;
import io.anabranch.views.FoldRecord;
import io.anabranch.views.MemoryCatalog;
import io.anabranch.views.MemoryViewStore;
import io.anabranch.views.PartitionFold;
import io.anabranch.views.RepeatFilter;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

final class LivePartitionTest {
  private final MemoryCatalog catalog = new MemoryCatalog();
  private final MemoryViewStore store = new MemoryViewStore();
  private final StreamStatus status = new StreamStatus("trips", Clock.systemUTC());

  private LivePartition open(long start, Supplier<PartitionFold> fold) {
    return open(start, (from, to) -> false, fold);
  }

  private LivePartition open(long start, OffsetHoles holes, Supplier<PartitionFold> fold) {
    return new LivePartition(
        "trips", 0, start, Duration.ofMillis(10), holes, fold, status, Clock.systemUTC());
  }

  private PartitionFold fold(long start) {
    store.prepare("trips");
    List<CellLayout> layouts = Trips.DATASET.views().values().stream().map(CellLayout::of).toList();
    EpochTimeline timeline = EpochTimeline.of(catalog.epochs("trips"));
    return new PartitionFold(
        "trips", new RepeatFilter(Duration.ofDays(1)), layouts, 0, store, catalog, timeline, start);
  }

  private static FoldRecord record(long offset) {
    return FoldRecord.skipped(offset, System.currentTimeMillis());
  }

  private void awaitApplied(long end) {
    await().atMost(Duration.ofMinutes(1)).until(() -> status.applied().getOrDefault(0, -1L) == end);
    assertThat(PartitionFold.start(catalog, "trips", 0)).isEqualTo(end);
  }

  @Test
  void writesWhatItTookWhileNothingMoreComes() throws Exception {
    try (LivePartition partition = open(0, () -> fold(0))) {
      partition.add(record(0));
      partition.add(record(1));
      awaitApplied(2);
    }
    assertThat(status.freshness().sinceStart().records()).isEqualTo(2);
  }

  @Test
  void passesOverWhatCameBefore() throws Exception {
    try (LivePartition partition = open(7, () -> fold(7))) {
      partition.add(record(7));
      partition.add(record(6));
      partition.add(record(7));
      partition.add(record(8));
      awaitApplied(9);
    }
    assertThat(status.freshness().sinceStart().records()).isEqualTo(2);
  }

  @Test
  void coversOffsetsThatNoRecordHas() throws Exception {
    OffsetHoles holes = (from, to) -> from == 4 && to == 6;
    try (LivePartition partition = open(3, holes, () -> fold(3))) {
      partition.add(record(3));
      partition.add(record(6));
      partition.add(record(5));
      partition.add(record(7));
      awaitApplied(8);
    }
  }

  @Test
  void refusesAHoleInTheOffsets() {
    try (LivePartition partition = open(3, () -> fold(3))) {
      assertThatThrownBy(() -> partition.add(record(5)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("offset 5 came where 3 was expected");
    }
  }

  @Test
  void tellsTheTaskWhyItIsNoLongerWritten() {
    Supplier<PartitionFold> away =
        () -> {
          throw Problem.unreachable("HBase is away");
        };
    try (LivePartition partition = open(0, away)) {
      await().atMost(Duration.ofMinutes(1)).until(() -> partition.failure() != null);
      assertThatThrownBy(() -> partition.add(record(0)))
          .isInstanceOf(IllegalStateException.class)
          .hasRootCauseMessage("HBase is away");
    }
  }

  @Test
  void takesNothingOnceItIsClosed() {
    LivePartition partition = open(0, () -> fold(0));
    partition.close();
    assertThatThrownBy(() -> partition.add(record(0))).isInstanceOf(IllegalStateException.class);
  }
}

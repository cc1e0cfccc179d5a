package io.anabranch.serving.standing;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.serving.MemoryRiver;
import io.anabranch.views.Catalog.Applied;
import io.anabranch.views.EpochTimeline;
import io.anabranch.views.OffsetRange;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class StandingTest {
  private static final String DATASET = "customer_orders";

  private final MemoryRiver river = new MemoryRiver(DATASET);

  /** That of a topic which has all partitions that are declared, but the last. */
  private Standing withoutTheLast(boolean isTopicKnown) {
    Standing all = Standing.read(river.dataset(), river.catalog, river, Clock.systemUTC());
    int last = river.dataset().topic().partitions() - 1;
    Map<Integer, Applied> applied = new TreeMap<>(all.applied());
    applied.remove(last);
    Map<Integer, OffsetRange> held = new TreeMap<>(all.topic().orElseThrow());
    held.remove(last);
    EpochTimeline timeline =
        EpochTimeline.of(
            river.catalog.epochs(DATASET).stream()
                .filter(start -> start.partition() != last)
                .toList());
    return new Standing(
        all.dataset(),
        all.version(),
        applied,
        isTopicKnown ? Optional.of(held) : Optional.empty(),
        timeline,
        all.at());
  }

  @Test
  void partitionsThatTheTopicDoesNotHaveHoldNoMarkerBack() {
    river.append(0, "2026-01-01T10:00:00Z", Map.of());
    long marker = river.mark();
    river.flow();

    assertThat(withoutTheLast(true).reaches(marker)).isTrue();
    assertThat(withoutTheLast(true).reaches(marker + 1)).isFalse();
    assertThat(withoutTheLast(false).reaches(marker)).as("the topic may have them").isFalse();
  }
}

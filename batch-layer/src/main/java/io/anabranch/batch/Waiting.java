package io.anabranch.batch;

import io.anabranch.master.Cover;
import io.anabranch.master.Listing;
import io.anabranch.master.MasterStore;
import io.anabranch.runtime.Problem;
import io.anabranch.views.Catalog;
import io.anabranch.views.Catalog.Applied;
import io.anabranch.views.Cut;
import io.anabranch.views.EpochTimeline;
import io.anabranch.views.Offsets;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Waits until others have come as far as a marker; gives up when they stand still. */
final class Waiting {
  private static final Duration PAUSE = Duration.ofMillis(150);
  private static final Duration WORD = Duration.ofSeconds(5);

  private final String dataset;
  private final Catalog catalog;
  private final MasterStore master;

  Waiting(String dataset, Catalog catalog, MasterStore master) {
    this.dataset = dataset;
    this.catalog = catalog;
    this.master = master;
  }

  /**
   * Waits until the master dataset covers the marker in every partition.
   *
   * @return the marker's cut
   */
  Cut untilCovered(Markers.Appended marker, Duration patience) {
    untilCovered(past(marker.offsets()), patience);
    Set<Integer> partitions = marker.offsets().byPartition().keySet();
    Cut cut = EpochTimeline.of(catalog.epochs(dataset)).cut(marker.number(), partitions);
    if (!cut.offsets().byPartition().keySet().equals(partitions)) {
      throw Problem.failed(
          "ingest covered marker %s of %s but did not record its epochs: catalog has %s, expected partitions %s"
              .formatted(marker.number(), dataset, cut.offsets().byPartition(), partitions));
    }
    return cut;
  }

  /** Waits until the master dataset has all records before the offsets. */
  void untilCovered(Offsets ends, Duration patience) {
    await(
        this::masterEnds,
        ends,
        "ingest",
        "the master dataset",
        "see whether ingest runs with 'anabranch status'",
        patience);
    refuseGaps(ends);
  }

  /** Waits until the speed layer has applied everything up to the marker. */
  void untilApplied(Offsets marker, Duration patience) {
    await(
        () -> Applied.ends(catalog.applied(dataset)).byPartition(),
        past(marker),
        "the speed layer",
        "what it applied",
        "see whether it runs with 'anabranch status'",
        patience);
  }

  private Map<Integer, Long> masterEnds() {
    Listing listing = list();
    Map<Integer, Long> ends = new TreeMap<>();
    listing.partitions().forEach(partition -> ends.put(partition, listing.cover(partition).end()));
    return ends;
  }

  private void refuseGaps(Offsets ends) {
    Listing listing = list();
    ends.byPartition()
        .forEach(
            (partition, end) -> {
              Optional<Cover.Gap> gap =
                  listing.cover(partition).gaps().stream().filter(g -> g.first() < end).findFirst();
              if (gap.isPresent()) {
                throw Problem.failed(
                    "the master dataset of %s misses the offsets [%s, %s) of partition %s: its files were lost or moved"
                        .formatted(dataset, gap.get().first(), gap.get().end(), partition));
              }
            });
  }

  private Listing list() {
    try {
      return master.list(dataset);
    } catch (IOException e) {
      throw Problem.unreachable(
          "HDFS does not list the master dataset of %s (%s): start the stack with 'anabranch up'"
              .formatted(dataset, e.getMessage()),
          e);
    }
  }

  /** The first offset behind the marker, in each partition. */
  private static Offsets past(Offsets marker) {
    Map<Integer, Long> ends = new TreeMap<>();
    marker.byPartition().forEach((partition, offset) -> ends.put(partition, offset + 1));
    return new Offsets(ends);
  }

  private void await(
      Supplier<Map<Integer, Long>> position,
      Offsets goal,
      String who,
      String what,
      String next,
      Duration patience) {
    Map<Integer, Long> last = position.get();
    long moved = System.nanoTime();
    long said = System.nanoTime();
    while (!new Offsets(last).reach(goal)) {
      pause();
      Map<Integer, Long> now = position.get();
      if (!now.equals(last)) {
        moved = System.nanoTime();
      } else if (System.nanoTime() - moved > patience.toNanos()) {
        throw Problem.unreachable(
            "%s does not come as far as it should with %s: %s ends at %s, expected %s, and nothing has moved for %s s; %s"
                .formatted(
                    who, dataset, what, now, goal.byPartition(), patience.toSeconds(), next));
      }
      last = now;
      if (System.nanoTime() - said > WORD.toNanos()) {
        said = System.nanoTime();
        Progress.say(
            "waiting for %s: %s ends at %s of %s".formatted(who, what, now, goal.byPartition()));
      }
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Problem.failed("interrupted while waiting");
    }
  }
}

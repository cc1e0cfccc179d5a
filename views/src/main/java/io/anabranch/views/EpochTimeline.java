package io.anabranch.views;

import io.anabranch.schemas.Marker;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which epoch a record belongs to: that of the greatest marker before it in its partition, 0 before
 * the first. A marker that comes twice, or late after a greater one, changes nothing. Markers of a
 * partition must be told in the order of their offsets; telling one again is harmless. Safe for
 * several threads.
 */
public final class EpochTimeline {
  private final Map<Integer, TreeMap<Long, EpochStart>> byPartition = new ConcurrentHashMap<>();

  /** A timeline that knows these starts. */
  public static EpochTimeline of(Collection<EpochStart> starts) {
    EpochTimeline timeline = new EpochTimeline();
    starts.stream()
        .sorted(java.util.Comparator.comparingLong(EpochStart::offset))
        .forEach(timeline::add);
    return timeline;
  }

  /** Tells of a marker; answers the new epoch's start if one begins here (also when told again). */
  public Optional<EpochStart> observe(int partition, long offset, Marker marker) {
    return add(new EpochStart(partition, marker.number(), offset, marker.profile()));
  }

  private Optional<EpochStart> add(EpochStart start) {
    TreeMap<Long, EpochStart> starts =
        byPartition.computeIfAbsent(start.partition(), p -> new TreeMap<>());
    synchronized (starts) {
      Map.Entry<Long, EpochStart> before = starts.lowerEntry(start.offset());
      if (before != null && before.getValue().number() >= start.number()) {
        return Optional.empty();
      }
      starts.putIfAbsent(start.offset(), start);
      return Optional.of(starts.get(start.offset()));
    }
  }

  /** The epoch that the record at that position belongs to; a marker belongs to the one before. */
  public EpochStart at(int partition, long offset) {
    TreeMap<Long, EpochStart> starts = byPartition.get(partition);
    if (starts != null) {
      synchronized (starts) {
        Map.Entry<Long, EpochStart> entry = starts.lowerEntry(offset);
        if (entry != null) {
          return entry.getValue();
        }
      }
    }
    return new EpochStart(partition, 0, -1, 0);
  }

  /** The cut of a marker: in each partition the first start numbered so or greater. */
  public Cut cut(long marker) {
    return cut(marker, byPartition.keySet());
  }

  /**
   * The cut of a marker over some partitions: those that the topic had when it was appended. A
   * partition that was added later has no place in the cut, though later markers stand in it.
   */
  public Cut cut(long marker, Collection<Integer> partitions) {
    Map<Integer, Long> offsets = new TreeMap<>();
    for (int partition : partitions) {
      TreeMap<Long, EpochStart> starts = byPartition.getOrDefault(partition, new TreeMap<>());
      synchronized (starts) {
        starts.values().stream()
            .filter(start -> start.number() >= marker)
            .findFirst()
            .ifPresent(start -> offsets.put(partition, start.offset()));
      }
    }
    return new Cut(marker, new Offsets(offsets));
  }
}

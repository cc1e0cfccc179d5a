package io.anabranch.views;

import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One offset for each of some partitions. As an end it is exclusive: the first offset that is not
 * meant.
 */
public record Offsets(SortedMap<Integer, Long> byPartition) {
  public static final Offsets NONE = new Offsets(Map.of());

  public Offsets {
    byPartition.forEach(
        (partition, offset) -> {
          if (partition < 0 || offset < 0) {
            throw new IllegalArgumentException(
                "Invalid offset %s of partition %s (both must be >= 0)"
                    .formatted(offset, partition));
          }
        });
    byPartition = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(byPartition));
  }

  public Offsets(Map<Integer, Long> byPartition) {
    this((SortedMap<Integer, Long>) new TreeMap<>(byPartition));
  }

  /** The partition's offset; empty if these offsets do not name the partition. */
  public OptionalLong of(int partition) {
    Long offset = byPartition.get(partition);
    return offset == null ? OptionalLong.empty() : OptionalLong.of(offset);
  }

  /**
   * The first offset that may carry a fact behind these offsets as a cut: at the cut itself stands
   * a marker. 0 for a partition that they do not name.
   */
  public long firstAfterCut(int partition) {
    Long offset = byPartition.get(partition);
    return offset == null ? 0 : offset + 1;
  }

  /**
   * How many offsets lie between the other ones, inclusive, and these; 0 stands for absent ones.
   */
  public long minus(Offsets other) {
    return byPartition.entrySet().stream()
        .mapToLong(e -> Math.max(0, e.getValue() - other.of(e.getKey()).orElse(0)))
        .sum();
  }

  /** Whether every partition that the other names is here, at its offset or beyond. */
  public boolean reach(Offsets other) {
    return other.byPartition.entrySet().stream()
        .allMatch(e -> byPartition.getOrDefault(e.getKey(), -1L) >= e.getValue());
  }
}

package io.anabranch.master;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/**
 * The files of a partition that a reader takes: each offset once, and none left out. Compaction and
 * writers that were cut off leave ranges that overlap; of all chains of ranges that join up from
 * the smallest offset, the cover is one that reaches furthest, with the widest file at each step.
 *
 * @param files the chain, in the order of offsets
 * @param gaps what is missing behind the chain, below the greatest end of all files; a cover with
 *     gaps means that facts were lost, or lie in files that somebody moved
 */
public record Cover(int partition, List<MasterFile> files, List<Gap> gaps) {
  /**
   * Offsets that no chain reaches.
   *
   * @param end exclusive
   */
  public record Gap(long first, long end) {}

  public Cover {
    files = List.copyOf(files);
    gaps = List.copyOf(gaps);
  }

  /** The cover of that partition by those of the files that belong to it. */
  public static Cover of(Collection<MasterFile> files, int partition) {
    NavigableMap<Long, List<MasterFile>> byFirst = new TreeMap<>();
    for (MasterFile file : files) {
      if (file.partition() == partition) {
        byFirst.computeIfAbsent(file.first(), first -> new ArrayList<>()).add(file);
      }
    }
    if (byFirst.isEmpty()) {
      return new Cover(partition, List.of(), List.of());
    }
    List<MasterFile> chain = chain(byFirst, byFirst.firstKey());
    return new Cover(partition, chain, gaps(byFirst, chain.get(chain.size() - 1).end()));
  }

  /** The first offset that the cover holds; empty if there is no file. */
  public OptionalLong first() {
    return files.isEmpty() ? OptionalLong.empty() : OptionalLong.of(files.get(0).first());
  }

  /** The first offset that the cover does not reach: 0 if there is no file. */
  public long end() {
    return files.isEmpty() ? 0 : files.get(files.size() - 1).end();
  }

  /** The chain from that offset, at which a file begins, that reaches furthest. */
  private static List<MasterFile> chain(NavigableMap<Long, List<MasterFile>> byFirst, long from) {
    Set<Long> reached = new HashSet<>(Set.of(from));
    long furthest = from;
    for (Map.Entry<Long, List<MasterFile>> entry : byFirst.tailMap(from).entrySet()) {
      if (reached.contains(entry.getKey())) {
        for (MasterFile file : entry.getValue()) {
          reached.add(file.end());
          furthest = Math.max(furthest, file.end());
        }
      }
    }
    Set<Long> leading = leadingTo(furthest, byFirst.subMap(from, true, furthest, false));
    List<MasterFile> chain = new ArrayList<>();
    for (long at = from; at < furthest; ) {
      MasterFile widest =
          byFirst.get(at).stream()
              .filter(file -> leading.contains(file.end()))
              .max(Comparator.comparingLong(MasterFile::end).thenComparing(MasterFile::name))
              .orElseThrow();
      chain.add(widest);
      at = widest.end();
    }
    return chain;
  }

  /** The offsets from which a chain leads to that end. */
  private static Set<Long> leadingTo(long end, NavigableMap<Long, List<MasterFile>> byFirst) {
    Set<Long> leading = new HashSet<>(Set.of(end));
    byFirst
        .descendingMap()
        .forEach(
            (first, files) -> {
              if (files.stream().anyMatch(file -> leading.contains(file.end()))) {
                leading.add(first);
              }
            });
    return leading;
  }

  private static List<Gap> gaps(NavigableMap<Long, List<MasterFile>> byFirst, long end) {
    long last =
        byFirst.values().stream()
            .flatMap(List::stream)
            .mapToLong(MasterFile::end)
            .max()
            .orElseThrow();
    List<Gap> gaps = new ArrayList<>();
    long at = end;
    while (at < last) {
      Long next = byFirst.higherKey(at);
      if (next == null) {
        // Only ranges that overlap the chain without joining it reach this far.
        gaps.add(new Gap(at, last));
        break;
      }
      gaps.add(new Gap(at, next));
      List<MasterFile> chain = chain(byFirst, next);
      at = chain.get(chain.size() - 1).end();
    }
    return gaps;
  }
}

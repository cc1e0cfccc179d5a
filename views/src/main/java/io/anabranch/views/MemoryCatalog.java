package io.anabranch.views;

import io.anabranch.views.Version.Publication;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A catalog in memory, for tests and for the simulation. */
public final class MemoryCatalog implements Catalog {
  private static final class Entry {
    long markers;
    long published;
    String topicId;
    final List<EpochStart> epochs = new ArrayList<>();
    final Map<Long, Version> versions = new HashMap<>();
    final Map<Long, Instant> replaced = new HashMap<>();
    final Map<Integer, Applied> applied = new HashMap<>();
  }

  private final Map<String, Entry> entries = new HashMap<>();

  private Entry of(String dataset) {
    return entries.computeIfAbsent(dataset, name -> new Entry());
  }

  @Override
  public synchronized long nextMarker(String dataset) {
    return ++of(dataset).markers;
  }

  @Override
  public synchronized void recordEpoch(String dataset, EpochStart start) {
    if (!of(dataset).epochs.contains(start)) {
      of(dataset).epochs.add(start);
    }
  }

  @Override
  public synchronized List<EpochStart> epochs(String dataset) {
    return List.copyOf(of(dataset).epochs);
  }

  @Override
  public synchronized void forgetEpochs(String dataset, Collection<EpochStart> starts) {
    of(dataset).epochs.removeAll(Set.copyOf(starts));
  }

  @Override
  public synchronized List<Version> versions(String dataset) {
    return of(dataset).versions.values().stream()
        .sorted(Comparator.comparingLong(Version::number))
        .toList();
  }

  @Override
  public synchronized Optional<Version> published(String dataset) {
    return Optional.ofNullable(of(dataset).versions.get(of(dataset).published));
  }

  @Override
  public synchronized boolean publish(Version version, long expected, Publication publication) {
    Entry entry = of(version.dataset());
    if (entry.published != expected) {
      return false;
    }
    entry.versions.put(version.number(), version.with(publication));
    if (expected != 0) {
      entry.replaced.put(expected, publication.at());
    }
    entry.published = version.number();
    return true;
  }

  @Override
  public synchronized boolean rollback(
      String dataset, long expected, long number, Publication publication) {
    Version version = of(dataset).versions.get(number);
    if (version == null) {
      throw new IllegalArgumentException("no version %s of %s".formatted(number, dataset));
    }
    return publish(version, expected, publication);
  }

  @Override
  public synchronized Map<Long, Instant> replaced(String dataset) {
    return Map.copyOf(of(dataset).replaced);
  }

  @Override
  public synchronized boolean removeVersion(String dataset, long number) {
    if (of(dataset).published == number) {
      return false;
    }
    of(dataset).versions.remove(number);
    of(dataset).replaced.remove(number);
    return true;
  }

  @Override
  public synchronized void beginFold(String dataset, int partition, Applied begun) {
    of(dataset).applied.merge(partition, begun, Applied::begunAnew);
  }

  @Override
  public synchronized void advanceApplied(String dataset, int partition, Applied applied) {
    of(dataset).applied.merge(partition, applied, Applied::with);
  }

  @Override
  public synchronized Map<Integer, Applied> applied(String dataset) {
    return Map.copyOf(of(dataset).applied);
  }

  @Override
  public synchronized String bindTopic(String dataset, String topicId) {
    Entry entry = of(dataset);
    entry.topicId = entry.topicId == null ? topicId : entry.topicId;
    return entry.topicId;
  }

  @Override
  public void close() {}
}

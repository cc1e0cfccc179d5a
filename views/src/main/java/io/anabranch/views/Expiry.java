package io.anabranch.views;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a dataset no longer needs: versions beyond the kept number, and the deltas and epoch starts
 * that no kept version's merge reads. Versions go first, so that the bound for the others comes
 * from what is left; a version that may still be published is never without its deltas.
 */
public final class Expiry {
  private Expiry() {}

  /**
   * Versions beyond the {@code keep} newest, not the published one, that ceased to be published
   * before {@code limit}: readers that began on them have ended. A version whose profile cleans
   * records behind the cut of one that stays, stays too.
   *
   * @param stored all stored versions
   * @param published number of the published version, 0 for none
   * @param replaced when versions ceased to be published, as {@link Catalog#replaced} tells after
   *     that number was asked for
   * @param epochs all that are known
   */
  public static List<Version> versions(
      List<Version> stored,
      long published,
      Map<Long, Instant> replaced,
      int keep,
      Instant limit,
      List<EpochStart> epochs) {
    List<Version> newest =
        stored.stream().sorted(Comparator.comparingLong(Version::number).reversed()).toList();
    Instant unnoted = replacedBeforeNotes(stored, published, replaced);
    List<Version> old =
        newest.stream()
            .skip(Math.max(1, keep))
            .filter(v -> v.number() != published)
            .filter(v -> replaced.getOrDefault(v.number(), unnoted).isBefore(limit))
            .toList();
    Set<Long> profiles = profiles(newest.stream().filter(v -> !old.contains(v)), epochs);
    return old.stream()
        .filter(v -> v.profile().isEmpty() || !profiles.contains(v.number()))
        .toList();
  }

  /**
   * What was replaced before that was noted, was so before the first note and before the published
   * version was published, if nothing is noted yet.
   */
  private static Instant replacedBeforeNotes(
      List<Version> stored, long published, Map<Long, Instant> replaced) {
    return replaced.values().stream()
        .min(Comparator.naturalOrder())
        .or(
            () ->
                stored.stream()
                    .filter(v -> v.number() == published)
                    .findFirst()
                    .flatMap(Version::publication)
                    .map(Version.Publication::at))
        .orElse(Instant.MAX);
  }

  /** The versions whose profiles clean what lies behind the cuts. */
  private static Set<Long> profiles(Stream<Version> kept, List<EpochStart> epochs) {
    long oldest = kept.mapToLong(Version::number).min().orElse(Long.MAX_VALUE);
    return epochs.stream()
        .filter(epoch -> epoch.number() >= oldest)
        .map(EpochStart::profile)
        .collect(Collectors.toSet());
  }

  /**
   * The cut before which nobody reads deltas: that of the oldest stored version, once it has stood
   * since before {@code limit}; readers that began without it have ended then.
   *
   * @param stored all stored versions
   */
  public static Optional<Cut> deltas(List<Version> stored, Instant limit) {
    return oldest(stored, limit).map(Version::cut);
  }

  /**
   * The epoch starts that nobody asks for any more: in each partition those before the last one
   * that is numbered no greater than the oldest stored version, under the same condition as for
   * {@link #deltas}. What lies before that one lies before each cut.
   *
   * @param stored all stored versions
   * @param epochs all that are known
   */
  public static List<EpochStart> epochs(
      List<Version> stored, Instant limit, List<EpochStart> epochs) {
    long kept = oldest(stored, limit).map(Version::number).orElse(0L);
    Map<Integer, Long> first =
        epochs.stream()
            .filter(epoch -> epoch.number() <= kept)
            .collect(Collectors.toMap(EpochStart::partition, EpochStart::offset, Math::max));
    return epochs.stream()
        .filter(epoch -> epoch.offset() < first.getOrDefault(epoch.partition(), -1L))
        .toList();
  }

  private static Optional<Version> oldest(List<Version> stored, Instant limit) {
    return stored.stream()
        .min(Comparator.comparingLong(Version::number))
        .filter(oldest -> oldest.created().isBefore(limit));
  }
}

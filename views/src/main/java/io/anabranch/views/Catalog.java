package io.anabranch.views;

import io.anabranch.views.Version.Publication;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What is known of datasets beyond their data: markers, epochs, versions, which version is
 * published, and how far the speed layer has come. Every method is atomic by itself; what a method
 * wrote is seen by everybody once it returns.
 */
public interface Catalog extends AutoCloseable {
  /** The next marker's number, from 1, never given twice. */
  long nextMarker(String dataset);

  /** Records where an epoch begins. Recording the same fact again changes nothing. */
  void recordEpoch(String dataset, EpochStart start);

  /** All recorded epoch starts that were not forgotten. */
  List<EpochStart> epochs(String dataset);

  /** Forgets recorded epoch starts; one that is not recorded changes nothing. */
  void forgetEpochs(String dataset, Collection<EpochStart> starts);

  /** All stored versions, oldest first. */
  List<Version> versions(String dataset);

  /** The version of that number, if it is stored. */
  default Optional<Version> version(String dataset, long number) {
    return versions(dataset).stream().filter(v -> v.number() == number).findFirst();
  }

  /** The published version. */
  Optional<Version> published(String dataset);

  /**
   * Stores a complete version and publishes it, in one step, if the published one is still the
   * expected, which it notes as {@linkplain #replaced replaced}. So no stored version waits for a
   * publish while the deltas that it would need expire.
   *
   * @param expected the version that was published before the new one's marker was appended; 0 for
   *     none
   * @return false if another version was published meanwhile: nothing was changed
   */
  boolean publish(Version version, long expected, Publication publication);

  /**
   * Publishes a stored version again, if the published one is still the expected, which it notes as
   * {@linkplain #replaced replaced}.
   *
   * @param expected the published version's number
   * @return false if another version was published meanwhile: nothing was changed
   * @throws IllegalArgumentException if there is no such version
   */
  boolean rollback(String dataset, long expected, long version, Publication publication);

  /**
   * When stored versions ceased to be published, UTC, by number: the time of the publish that
   * replaced them last, noted in one step with it. One that is published again keeps its note until
   * it is replaced again; one that a former release replaced has none.
   */
  Map<Long, Instant> replaced(String dataset);

  /**
   * Forgets a version.
   *
   * @return false if it is published: nothing was changed
   */
  boolean removeVersion(String dataset, long number);

  /**
   * Says, before a writer's first delta, where its range begins and which views it folds. Views
   * that are new begin with the writer, behind what others have applied already; those that it does
   * not fold are forgotten, and are new when somebody folds them again.
   */
  void beginFold(String dataset, int partition, Applied begun);

  /**
   * Says how far the speed layer has come in a partition, once all its deltas before {@code
   * applied.end()} are written. Neither end of the recorded range ever steps back, so a forgotten
   * writer can neither hide what was applied nor a gap that another one left.
   *
   * @throws OtherViewsException if another writer has begun to fold other views: whoever went on
   *     would claim records for views that never saw them
   */
  void advanceApplied(String dataset, int partition, Applied applied);

  /** How far the speed layer has come, by partition. */
  Map<Integer, Applied> applied(String dataset);

  /**
   * The records of a partition whose deltas are written: from {@code from}, inclusive, to {@code
   * end}, exclusive, without a gap.
   *
   * @param appended log-append time of the last applied record
   * @param views first offset from which on each view is folded; a range that names none is that of
   *     all views
   */
  record Applied(long from, long end, Instant appended, Map<ViewId, Long> views) {
    public Applied {
      if (from < 0 || end < from) {
        throw new IllegalArgumentException("Invalid applied range: [%s, %s)".formatted(from, end));
      }
      views = Map.copyOf(views);
    }

    /** A range of all views. */
    public Applied(long from, long end, Instant appended) {
      this(from, end, appended, Map.of());
    }

    /** The range in which the deltas of one view are written; a view that nobody folds has none. */
    public Applied of(ViewId view) {
      long begun = views.isEmpty() ? from : Math.max(from, views.getOrDefault(view, end));
      return new Applied(begun, Math.max(begun, end), appended);
    }

    /** The ends by partition. */
    public static Offsets ends(Map<Integer, Applied> applied) {
      Map<Integer, Long> ends = new TreeMap<>();
      applied.forEach((partition, range) -> ends.put(partition, range.end()));
      return new Offsets(ends);
    }

    /**
     * What is recorded once a writer of the same views has told of its range.
     *
     * @throws OtherViewsException if it folds other views
     */
    public Applied with(Applied told) {
      if (!views.keySet().equals(told.views.keySet())) {
        throw new OtherViewsException();
      }
      return with(told, views);
    }

    /** What is recorded once a writer has begun, which may fold other views. */
    public Applied begunAnew(Applied begun) {
      Map<ViewId, Long> since = new HashMap<>();
      begun.views.forEach((view, start) -> since.put(view, since(view, start)));
      return with(begun, since);
    }

    private long since(ViewId view, long start) {
      return views.isEmpty() ? from : views.getOrDefault(view, Math.max(start, end));
    }

    private Applied with(Applied other, Map<ViewId, Long> since) {
      Applied further = other.end > end ? other : this;
      long latest = Math.max(from, other.from);
      return new Applied(latest, Math.max(latest, further.end), further.appended, since);
    }
  }

  /**
   * Binds the dataset to a topic's id, once.
   *
   * @return the id that it is bound to: the given one, or that of an older topic of the same name
   */
  String bindTopic(String dataset, String topicId);

  @Override
  void close();
}

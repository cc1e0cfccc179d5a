package io.anabranch.views;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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

  /** All recorded epoch starts. */
  List<EpochStart> epochs(String dataset);

  /** Stores a version that is complete but not yet published. */
  void addVersion(Version version);

  /** All stored versions, oldest first. */
  List<Version> versions(String dataset);

  /** The version of that number, if it is stored. */
  default Optional<Version> version(String dataset, long number) {
    return versions(dataset).stream().filter(v -> v.number() == number).findFirst();
  }

  /** The published version. */
  Optional<Version> published(String dataset);

  /**
   * Publishes a stored version if the published one is still the expected.
   *
   * @param expected the published version's number, 0 for none
   * @param by who does it
   * @return false if another version was published meanwhile: nothing was changed
   */
  boolean publish(String dataset, long expected, long version, String by);

  /** Forgets a version that is not published. */
  void removeVersion(String dataset, long number);

  /**
   * Says that the speed layer has written all deltas of the partition before {@code end}. An end
   * that is not greater than the recorded one changes nothing.
   *
   * @param end first offset not yet applied
   * @param appended log-append time of the last applied record
   */
  void advanceApplied(String dataset, int partition, long end, Instant appended);

  /** How far the speed layer has come, by partition. */
  Map<Integer, Applied> applied(String dataset);

  /**
   * How far the speed layer has come in a partition.
   *
   * @param end first offset not yet applied
   * @param appended log-append time of the last applied record
   */
  record Applied(long end, Instant appended) {}

  /**
   * Binds the dataset to a topic's id, once.
   *
   * @return the id that it is bound to: the given one, or that of an older topic of the same name
   */
  String bindTopic(String dataset, String topicId);

  @Override
  void close();
}

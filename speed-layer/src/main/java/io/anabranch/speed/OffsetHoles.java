package io.anabranch.speed;

/** Tells whether offsets of a partition that did not come are those of no record. */
@FunctionalInterface
interface OffsetHoles extends AutoCloseable {
  /**
   * Whether the log holds no record between the two, as where a transaction ended. False if that
   * could not be told, or if the log no longer reaches back so far.
   *
   * @param from first offset that did not come
   * @param to offset of a record that came
   */
  boolean isHole(long from, long to);

  @Override
  default void close() {}
}

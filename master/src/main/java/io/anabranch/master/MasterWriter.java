package io.anabranch.master;

import java.io.IOException;

/**
 * One file of one partition in the making. Offsets must rise; those that are left out (markers)
 * take no row and are covered nevertheless. Not safe for several threads. After an exception only
 * {@link #close} is allowed.
 */
public interface MasterWriter extends AutoCloseable {
  /**
   * Adds a record; the row may be reused afterwards.
   *
   * @param timestampMs Kafka's log-append time, epoch milliseconds
   */
  void append(Row row, long offset, long timestampMs) throws IOException;

  /** Adds a value that is no record. */
  void appendUndecodable(long offset, long timestampMs, byte[] value, String reason)
      throws IOException;

  /** Bytes so far, written and buffered. */
  long bytes();

  /**
   * Makes the file visible under its name, after what could not be decoded. If a file of that name
   * exists already, it is the same fact and stays.
   *
   * @param end the first offset that the file does not cover, greater than all that were appended
   */
  MasterFile commit(long end) throws IOException;

  /** Abandons what was not committed. */
  @Override
  void close() throws IOException;
}

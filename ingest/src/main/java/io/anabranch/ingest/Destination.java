package io.anabranch.ingest;

import java.io.IOException;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.avro.generic.GenericRecord;

/** Where the rows of a source go, and what stands there already. */
interface Destination extends RecordSink, AutoCloseable {
  /**
   * Takes one record, unless the log is known to have taken the same record within the horizon.
   *
   * @param value the record as a value of the topic
   * @return false if it was left out as a repeat
   */
  boolean sendOnce(GenericRecord datum, byte[] value) throws IOException;

  /**
   * Takes a row that is no record.
   *
   * @param source the file or the address that it came from
   * @param line where it begins there, from 1
   */
  void refuse(byte[] row, String source, long line, Refusal why) throws IOException;

  /** Names the log: one that was deleted and made anew has another name, and holds nothing. */
  String logId();

  /** The first offset behind the records of each partition, at this moment. */
  Map<Integer, Long> ends();

  /**
   * Reads the values from the given offsets up to the end of this moment; partitions that are not
   * named are read from their beginning.
   *
   * @return false if there are more than {@code most}; the rest was not read
   */
  boolean read(Map<Integer, Long> from, long most, Consumer<byte[]> values);

  @Override
  void close();
}

package io.anabranch.ingest;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.avro.generic.GenericRecord;

/** Where records go. */
interface RecordSink {
  /** Takes one record; it may be on its way when this returns. */
  void send(GenericRecord datum) throws IOException;

  /**
   * Takes, in the place of a record, a value that nobody can decode.
   *
   * @throws UnsupportedOperationException if this holds records alone
   */
  default void sendSpoilt(GenericRecord instead, ByteBuffer value) throws IOException {
    throw new UnsupportedOperationException("no place for what is no record");
  }

  /** Returns once all records so far are where they should be. */
  void finish() throws IOException;
}

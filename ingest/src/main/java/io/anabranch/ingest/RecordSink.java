package io.anabranch.ingest;

import java.io.IOException;
import org.apache.avro.generic.GenericRecord;

/** Where records go. */
interface RecordSink {
  /** Takes one record; it may be on its way when this returns. */
  void send(GenericRecord datum) throws IOException;

  /** Returns once all records so far are where they should be. */
  void finish() throws IOException;
}

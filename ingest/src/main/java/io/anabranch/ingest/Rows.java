package io.anabranch.ingest;

import java.io.IOException;
import java.util.Optional;
import org.apache.avro.generic.GenericRecord;

/** The rows of a file one after the other, as records. */
interface Rows extends AutoCloseable {
  /** Moves to the next row; false at the end. */
  boolean next() throws IOException;

  /** The record of the current row, or why it is none. */
  GenericRecord record() throws Refusal;

  /** The current row as a value of the topic, if it came as one; else its record is encoded. */
  default Optional<byte[]> value() throws Refusal {
    return Optional.empty();
  }

  /** Where the current row begins, from 1. */
  long line();

  /** The current row as bytes, for the dead-letter topic. */
  byte[] raw();

  @Override
  void close() throws IOException;
}

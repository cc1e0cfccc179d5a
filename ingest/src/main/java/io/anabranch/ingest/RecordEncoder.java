package io.anabranch.ingest;

import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.message.BinaryMessageEncoder;

/** Records as the values of a topic. Not safe for several threads. */
final class RecordEncoder {
  /** Of a key and its value: a broker takes 1 MiB, of which headers and the frame need some. */
  static final int MOST_BYTES = 900 << 10;

  private final BinaryMessageEncoder<GenericRecord> encoder;
  private final RecordKey key;

  RecordEncoder(Dataset dataset) {
    this.encoder = new BinaryMessageEncoder<>(Wire.decimalData(), dataset.schema());
    this.key = new RecordKey(dataset);
  }

  /** The value; a record that no broker would take is refused. */
  byte[] value(GenericRecord datum) throws Refusal {
    ByteBuffer bytes;
    try {
      bytes = encoder.encode(datum);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    byte[] value = new byte[bytes.remaining()];
    bytes.get(value);
    return fitting(datum, value);
  }

  /** The record's value as it is given; one that no broker would take with its key is refused. */
  byte[] fitting(GenericRecord datum, byte[] value) throws Refusal {
    int bytes = key.of(datum).length + value.length;
    if (bytes > MOST_BYTES) {
      throw new Refusal(
          "row: expected a record of at most " + MOST_BYTES + " bytes, its key's among them",
          " but found one of " + bytes);
    }
    return value;
  }
}

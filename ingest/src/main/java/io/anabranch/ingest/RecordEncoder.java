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
  /** A broker takes requests of 1 MiB, of which the key, the headers and the frame need some. */
  static final int MOST_BYTES = 900 << 10;

  private final BinaryMessageEncoder<GenericRecord> encoder;

  RecordEncoder(Dataset dataset) {
    this.encoder = new BinaryMessageEncoder<>(Wire.decimalData(), dataset.schema());
  }

  /** The value; a record that no broker would take is refused. */
  byte[] value(GenericRecord datum) throws Refusal {
    ByteBuffer bytes;
    try {
      bytes = encoder.encode(datum);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (bytes.remaining() > MOST_BYTES) {
      throw new Refusal(
          "row: expected a record of at most " + MOST_BYTES + " bytes",
          " but found one of " + bytes.remaining());
    }
    byte[] value = new byte[bytes.remaining()];
    bytes.get(value);
    return value;
  }
}

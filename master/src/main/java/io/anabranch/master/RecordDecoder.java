package io.anabranch.master;

import io.anabranch.schemas.BoundedDecoder;
import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.Wire;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/**
 * Decodes values of a dataset's topic, each with the schema that its fingerprint names, into the
 * dataset's schema of today. Not safe for several threads.
 */
public final class RecordDecoder {
  private final Schema current;
  private final long currentFingerprint;
  private final DatumDecoder decoder;
  private final Row row;
  private final Map<Long, GenericDatumReader<GenericRecord>> older = new HashMap<>();
  private final GenericDatumWriter<GenericRecord> rewriter;

  /**
   * A decoder that knows the dataset's schema and older ones.
   *
   * @param older schemas that records may have been written with; all must resolve to today's
   */
  public RecordDecoder(Dataset dataset, Collection<Schema> older) {
    current = dataset.schema();
    currentFingerprint = Wire.fingerprint(current);
    decoder = new DatumDecoder(FieldLayout.of(current));
    row = new Row(dataset.fields());
    rewriter = new GenericDatumWriter<>(current, new GenericData());
    for (Schema schema : older) {
      this.older.put(
          Wire.fingerprint(schema), new GenericDatumReader<>(schema, current, new GenericData()));
    }
  }

  /**
   * Decodes one value, which must not be a marker that can be read. The row is valid until the next
   * call; it keeps references into the value, which must not be changed.
   *
   * @param value null for a record without one
   */
  public Row decode(byte[] value) throws UndecodableException {
    OptionalLong fingerprint = Wire.fingerprint(value);
    if (fingerprint.isEmpty()) {
      throw new UndecodableException(
          value == null
              ? "there is no value"
              : "expected Avro single-object encoding, which begins with C3 01 and 8 bytes of fingerprint");
    }
    if (fingerprint.getAsLong() == currentFingerprint) {
      decoder.decode(value, Wire.HEADER_LENGTH, row);
    } else {
      decoder.decode(resolved(value, fingerprint.getAsLong()), 0, row);
    }
    return row;
  }

  /** The datum written anew with today's schema: a detour for old records only. */
  private byte[] resolved(byte[] value, long fingerprint) throws UndecodableException {
    GenericDatumReader<GenericRecord> reader = older.get(fingerprint);
    if (Wire.isMarker(value)) {
      throw new UndecodableException("a marker that cannot be read");
    } else if (reader == null) {
      throw new UndecodableException(
          "unknown schema fingerprint %016x, expected that of %s"
              .formatted(fingerprint, current.getFullName()));
    }
    try {
      BoundedDecoder input = new BoundedDecoder(value, Wire.HEADER_LENGTH);
      ByteArrayOutputStream bytes = new ByteArrayOutputStream(value.length + 64);
      BinaryEncoder output = EncoderFactory.get().directBinaryEncoder(bytes, null);
      rewriter.write(reader.read(null, input), output);
      return bytes.toByteArray();
    } catch (IOException | AvroRuntimeException | IndexOutOfBoundsException e) {
      throw new UndecodableException(
          "not a record of the schema with fingerprint %016x: %s".formatted(fingerprint, e));
    }
  }
}

package io.anabranch.schemas;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.message.BinaryMessageEncoder;

/**
 * The wire format of Kafka values: Avro single-object encoding, that is the two bytes C3 01, the
 * schema's CRC-64-AVRO fingerprint (8 bytes, little-endian), the datum. Source: Apache Avro 1.12
 * specification, "Single-object encoding".
 */
public final class Wire {
  /** Bytes before the datum. */
  public static final int HEADER_LENGTH = 10;

  private static final byte MAGIC_0 = (byte) 0xC3;
  private static final byte MAGIC_1 = 0x01;
  private static final Schema MARKER_SCHEMA = markerSchema();
  private static final long MARKER_FINGERPRINT = fingerprint(MARKER_SCHEMA);

  private Wire() {}

  /** The fingerprint of the schema's parsing canonical form. */
  public static long fingerprint(Schema schema) {
    return SchemaNormalization.parsingFingerprint64(schema);
  }

  /** The fingerprint that the value claims; empty if it is no single-object encoding. */
  public static OptionalLong fingerprint(byte[] value) {
    if (value == null
        || value.length < HEADER_LENGTH
        || value[0] != MAGIC_0
        || value[1] != MAGIC_1) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).getLong(2));
  }

  /** Encodes one record with its own schema. */
  public static byte[] encode(GenericRecord datum) {
    try {
      // Not cached: a caller on a hot path keeps a BinaryMessageEncoder of its own.
      ByteBuffer bytes =
          new BinaryMessageEncoder<GenericRecord>(decimalData(), datum.getSchema()).encode(datum);
      byte[] value = new byte[bytes.remaining()];
      bytes.get(value);
      return value;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Avro's generic data with its decimals as BigDecimal. */
  public static GenericData decimalData() {
    GenericData data = new GenericData();
    data.addLogicalTypeConversion(new org.apache.avro.Conversions.DecimalConversion());
    return data;
  }

  /** Whether the value is a marker, perhaps a damaged one, told by its fingerprint alone. */
  public static boolean isMarker(byte[] value) {
    OptionalLong fingerprint = fingerprint(value);
    return fingerprint.isPresent() && fingerprint.getAsLong() == MARKER_FINGERPRINT;
  }

  /** The bytes of a marker. */
  public static byte[] encode(Marker marker) {
    GenericRecord datum = new GenericData.Record(MARKER_SCHEMA);
    datum.put("number", marker.number());
    datum.put("profile", marker.profile());
    return encode(datum);
  }

  /** The marker that the value is; empty for all else, a damaged marker too. */
  public static Optional<Marker> marker(byte[] value) {
    if (!isMarker(value)) {
      return Optional.empty();
    }
    try {
      return Optional.of(decodeMarker(value));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * Reads a marker.
   *
   * @throws IllegalArgumentException if the value is not a marker, or a damaged one
   */
  public static Marker decodeMarker(byte[] value) {
    if (!isMarker(value)) {
      throw new IllegalArgumentException(
          "not a marker: " + (value == null ? "null" : value.length + " bytes"));
    }
    try {
      BinaryDecoder decoder =
          DecoderFactory.get()
              .binaryDecoder(value, HEADER_LENGTH, value.length - HEADER_LENGTH, null);
      GenericRecord datum =
          new GenericDatumReader<GenericRecord>(MARKER_SCHEMA).read(null, decoder);
      return new Marker((Long) datum.get("number"), (Long) datum.get("profile"));
    } catch (IOException e) {
      throw new IllegalArgumentException("a marker that cannot be read", e);
    }
  }

  private static Schema markerSchema() {
    try (InputStream in = Wire.class.getResourceAsStream("Marker.avsc")) {
      return new Schema.Parser().parse(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

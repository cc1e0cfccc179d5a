package io.anabranch.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.message.BinaryMessageDecoder;
import org.junit.jupiter.api.Test;

final class WireTest {
  private static final Schema SALE =
      SchemaBuilder.record("Sale").fields().requiredString("id").requiredInt("units").endRecord();

  @Test
  void writesWhatAvrosOwnDecoderReads() throws Exception {
    GenericRecord sale = new GenericRecordBuilder(SALE).set("id", "a").set("units", 3).build();
    byte[] value = Wire.encode(sale);
    assertThat(new BinaryMessageDecoder<GenericRecord>(Wire.decimalData(), SALE).decode(value))
        .hasToString(sale.toString());
    assertThat(Wire.fingerprint(value)).hasValue(Wire.fingerprint(SALE));
    assertThat(Wire.isMarker(value)).isFalse();
  }

  @Property
  void readsBackMarkers(
      @ForAll @LongRange(min = 1) long number, @ForAll @LongRange(min = 0) long profile) {
    Marker marker = new Marker(number, profile);
    assertThat(Wire.isMarker(Wire.encode(marker))).isTrue();
    assertThat(Wire.decodeMarker(Wire.encode(marker))).isEqualTo(marker);
    assertThat(Wire.marker(Wire.encode(marker))).hasValue(marker);
  }

  @Property
  void takesNoOtherBytesForAMarker(@ForAll byte[] bytes) {
    assertThat(Wire.isMarker(bytes)).isFalse();
    assertThatThrownBy(() -> Wire.decodeMarker(bytes)).isInstanceOf(IllegalArgumentException.class);
    assertThat(Wire.marker(bytes)).isEmpty();
  }

  @Test
  void findsNoFingerprintInWhatIsTooShortOrNull() {
    assertThat(Wire.fingerprint((byte[]) null)).isEmpty();
    assertThat(Wire.fingerprint(new byte[] {(byte) 0xC3, 1, 0, 0, 0, 0, 0, 0, 0})).isEmpty();
  }

  @Test
  void refusesAMarkerThatIsCutShort() {
    byte[] value = Wire.encode(new Marker(1_000_000, 5));
    byte[] cut = java.util.Arrays.copyOf(value, value.length - 2);
    assertThatThrownBy(() -> Wire.decodeMarker(cut))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cannot be read");
    assertThat(Wire.marker(cut)).isEmpty();
  }
}

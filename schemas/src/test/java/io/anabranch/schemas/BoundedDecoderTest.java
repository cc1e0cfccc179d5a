package io.anabranch.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryData;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.util.RandomData;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BoundedDecoderTest {
  private static final Schema ALL =
      new Schema.Parser()
          .parse(
              """
              {"type": "record", "name": "All", "fields": [
                {"name": "text", "type": "string"},
                {"name": "some", "type": ["null", "long", "string"]},
                {"name": "bytes", "type": "bytes"},
                {"name": "list", "type": {"type": "array", "items": "int"}},
                {"name": "map", "type": {"type": "map", "values": "double"}},
                {"name": "kind", "type": {"type": "enum", "name": "E", "symbols": ["A", "B"]}},
                {"name": "fixed", "type": {"type": "fixed", "name": "F", "size": 5}},
                {"name": "yes", "type": "boolean"},
                {"name": "ratio", "type": "float"}]}
              """);

  /** Of all that is written, this alone is read: the rest is skipped. */
  private static final Schema LAST =
      new Schema.Parser()
          .parse(
              """
              {"type": "record", "name": "All", "fields": [{"name": "ratio", "type": "float"}]}
              """);

  @Property(tries = 300)
  void readsAndSkipsAsAvroDoes(@ForAll long seed) throws IOException {
    byte[] value = encoded(seed);

    assertThat(read(value, ALL)).isEqualTo(readByAvro(value, ALL));
    assertThat(read(value, LAST)).isEqualTo(readByAvro(value, LAST));
  }

  @Property(tries = 1000)
  void whateverTheBytesAreARecordComesOfThemOrAnException(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    byte[] value = encoded(seed);
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      value[random.nextInt(value.length)] = (byte) random.nextInt();
    }
    byte[] cut = Arrays.copyOf(value, random.nextInt(value.length + 1));
    for (Schema schema : new Schema[] {ALL, LAST}) {
      try {
        assertThat(read(cut, schema)).isNotNull();
      } catch (IOException | RuntimeException e) {
        assertThat(e).isNotNull();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"string\"",
        "\"bytes\"",
        "{\"type\": \"array\", \"items\": \"null\"}",
        "{\"type\": \"array\", \"items\": \"int\"}",
        "{\"type\": \"map\", \"values\": \"null\"}"
      })
  void whatIsReadOrSkippedTakesNoMemoryForALengthThatNothingFollows(String type) {
    long claimed = 2_147_483_638L;
    String record = "{\"type\": \"record\", \"name\": \"R\", \"fields\": [%s]}";
    String field = "{\"name\": \"f\", \"type\": " + type + "}";
    Schema writer = new Schema.Parser().parse(record.formatted(field));
    Schema empty = new Schema.Parser().parse(record.formatted(""));
    byte[] value = new byte[10];
    int length = BinaryData.encodeLong(claimed, value, 0);
    byte[] cut = Arrays.copyOf(value, length + 1);
    for (Schema reader : new Schema[] {writer, empty}) {
      assertThatThrownBy(
              () ->
                  new GenericDatumReader<GenericRecord>(writer, reader)
                      .read(null, new BoundedDecoder(cut, 0)))
          .isInstanceOf(EOFException.class)
          .hasMessage("a length of " + claimed + " with 1 bytes left");
    }
  }

  private static byte[] encoded(long seed) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
    Object datum = new RandomData(ALL, 1, seed).iterator().next();
    new GenericDatumWriter<>(ALL).write(datum, encoder);
    return bytes.toByteArray();
  }

  private static GenericRecord read(byte[] value, Schema reader) throws IOException {
    BoundedDecoder decoder = new BoundedDecoder(value, 0);
    GenericRecord record = new GenericDatumReader<GenericRecord>(ALL, reader).read(null, decoder);
    assertThat(decoder.remaining()).isBetween(0, value.length);
    return record;
  }

  private static GenericRecord readByAvro(byte[] value, Schema reader) throws IOException {
    return new GenericDatumReader<GenericRecord>(ALL, reader)
        .read(null, DecoderFactory.get().binaryDecoder(value, null));
  }
}

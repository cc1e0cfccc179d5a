package io.anabranch.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.Wire;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AvroRowsTest {
  private static final Dataset READINGS = Fixtures.DATASETS.named("energy_readings");
  private static final RecordGenerator GENERATOR =
      new RecordGenerator(READINGS, Fixtures.SCHEMAS, 5, ErrorRates.NONE);
  private static final int BLOCKS = 10;
  private static final int RECORDS_A_BLOCK = 20;

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"null", "deflate", "snappy", "zstandard"})
  void readsWhatWasWrittenWhateverPacksItsBlocks(String codec) throws Exception {
    List<String> read = new ArrayList<>();
    Path file = write(codec);
    try (SourceFile source = SourceFile.open(file);
        Rows rows = AvroRows.open(source, READINGS)) {
      while (rows.next()) {
        read.add(rows.record().toString());
      }
    }
    List<String> written = new ArrayList<>();
    for (int i = 0; i < BLOCKS * RECORDS_A_BLOCK; i++) {
      written.add(GENERATOR.make(i).datum().toString());
    }
    assertThat(read).isEqualTo(written);
  }

  @Test
  void aFileOfAnotherKindIsNotReadToItsEnd() throws Exception {
    byte[] noise = new byte[1 << 20];
    assertNoContainer(noise, "its header does not begin as one");
    // The header's first key claims 16 MiB.
    byte[] begin = {'O', 'b', 'j', 1, 2, (byte) 0x80, (byte) 0x80, (byte) 0x80, 0x10};
    assertNoContainer(java.util.Arrays.copyOf(begin, 20 << 20), "");
  }

  private void assertNoContainer(byte[] bytes, String why) throws Exception {
    Path file = Files.write(folder.resolve("noise.avro"), bytes);
    try (SourceFile source = SourceFile.open(file)) {
      assertThatThrownBy(() -> AvroRows.open(source, READINGS))
          .hasMessageContaining("is no Avro container file: " + why);
    }
  }

  @Test
  void aRecordThatCannotBeDecodedHidesOnlyThoseBehindItInItsBlock() throws Exception {
    Path file = write("null");
    byte[] bytes = Files.readAllBytes(file);
    // An area of five letters becomes one that is longer than the file, in the third block.
    byte[] area = Wire.encode(GENERATOR.make(2L * RECORDS_A_BLOCK + 4).datum());
    int at = indexOf(bytes, java.util.Arrays.copyOfRange(area, Wire.HEADER_LENGTH, area.length));
    bytes[at] = 0x0f;
    Files.write(file, bytes);
    int accepted = 0;
    int rejected = 0;
    try (SourceFile source = SourceFile.open(file);
        Rows rows = AvroRows.open(source, READINGS)) {
      while (rows.next()) {
        try {
          rows.record();
          accepted++;
        } catch (Refusal e) {
          assertThat(e.reason()).isEqualTo("row: expected a block of Avro records");
          assertThat(rows.raw().length).isGreaterThanOrEqualTo(0);
          rejected++;
        }
      }
    }
    assertThat(rejected).isEqualTo(RECORDS_A_BLOCK - 4);
    assertThat(accepted + rejected).isEqualTo(BLOCKS * RECORDS_A_BLOCK);
  }

  @Test
  void aFileThatIsNoneAndOneThatIsCutAreToldWithTheirPlace() throws Exception {
    Path none = Files.writeString(folder.resolve("none.avro"), "Obj");
    assertThatThrownBy(() -> readAll(none)).hasMessageContaining("is no Avro container file");
    byte[] bytes = Files.readAllBytes(write("null"));
    Path cut =
        Files.write(folder.resolve("cut.avro"), java.util.Arrays.copyOf(bytes, bytes.length - 30));
    assertThatThrownBy(() -> readAll(cut))
        .hasMessageContaining("cut.avro cannot be read behind its record 180");
  }

  private static void readAll(Path file) throws IOException {
    try (SourceFile source = SourceFile.open(file);
        Rows rows = AvroRows.open(source, READINGS)) {
      while (rows.next()) {
        assertThat(rows.line()).isPositive();
      }
    }
  }

  private Path write(String codec) throws IOException {
    Path file = folder.resolve(codec + ".avro");
    try (DataFileWriter<GenericRecord> writer =
        new DataFileWriter<GenericRecord>(
                new GenericDatumWriter<>(READINGS.schema(), Wire.decimalData()))
            .setCodec(CodecFactory.fromString(codec))
            .create(READINGS.schema(), file.toFile())) {
      for (int i = 0; i < BLOCKS * RECORDS_A_BLOCK; i++) {
        writer.append(GENERATOR.make(i).datum());
        if (i % RECORDS_A_BLOCK == RECORDS_A_BLOCK - 1) {
          writer.sync();
        }
      }
    }
    return file;
  }

  private static int indexOf(byte[] all, byte[] part) {
    for (int i = 0; i <= all.length - part.length; i++) {
      if (java.util.Arrays.equals(all, i, i + part.length, part, 0, part.length)) {
        return i;
      }
    }
    throw new AssertionError("not there");
  }
}

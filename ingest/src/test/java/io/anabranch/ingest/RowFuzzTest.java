package io.anabranch.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.Wire;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Rows with bytes that somebody else put there: whatever they are, every row is counted as
 * accepted, rejected or a repeat, every rejected one is kept, and nothing hangs or throws. {@code
 * -Danabranch.seed=N} plays a seed again.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class RowFuzzTest {
  private static final int ROWS = 100_000;
  private static final Dataset READINGS = Fixtures.DATASETS.named("energy_readings");
  private static final String HEADER = "HourUTC;PriceArea;SpotPriceDKK\n";
  private static final byte[] PIECES =
      "\";,\t\r\n{}[]:'\\\0-+.eE09/xZ\u00e6\ufeff \u20ac".getBytes(StandardCharsets.UTF_8);

  @TempDir private Path folder;
  private final long seed = Long.getLong("anabranch.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final MemoryLog log = new MemoryLog(READINGS, "topic-1");
  private final List<String> told = new ArrayList<>();

  @BeforeEach
  void sayTheSeed() {
    System.out.println("RowFuzzTest: -Danabranch.seed=" + seed);
  }

  @Test
  void everyLineOfAMutatedCsvFileBelongsToOneRow() throws Exception {
    ByteArrayOutputStream csv = new ByteArrayOutputStream();
    csv.writeBytes(HEADER.getBytes(StandardCharsets.UTF_8));
    for (int i = 0; i < ROWS; i++) {
      csv.writeBytes(mutated((price(i) + "\n").getBytes(StandardCharsets.UTF_8)));
    }
    Path file = Files.write(folder.resolve("fuzz.csv"), csv.toByteArray());

    LoadCounts counts = load(file);

    assertThat(counts.read()).isEqualTo(rowsOf(file)).isGreaterThan(ROWS / 2);
    assertAllIsCountedAndKept(counts);
  }

  @Test
  void everyLineOfAMutatedJsonFileIsOneRow() throws Exception {
    ByteArrayOutputStream json = new ByteArrayOutputStream();
    for (int i = 0; i < ROWS; i++) {
      String line =
          "{\"hour_utc\":\"%s\",\"price_area\":\"DK%d\",\"spot_price\":%d.%d}"
              .formatted(hour(i).replace(' ', 'T') + ":00Z", i % 3, i, i % 7);
      byte[] mutated = mutated(line.getBytes(StandardCharsets.UTF_8));
      for (byte b : mutated) {
        json.write(b == '\n' ? ' ' : b);
      }
      json.writeBytes(
          mutated.length == 0 ? "x\n".getBytes(StandardCharsets.UTF_8) : new byte[] {'\n'});
    }
    Path file = Files.write(folder.resolve("fuzz.jsonl"), json.toByteArray());

    LoadCounts counts = load(file);

    assertThat(counts.read()).isEqualTo(ROWS);
    assertAllIsCountedAndKept(counts);
  }

  @Test
  void everyValueOfAnAvroFileIsOneRowWhateverItsBytes() throws Exception {
    Path file = folder.resolve("fuzz.avro");
    RecordEncoder encoder = new RecordEncoder(READINGS);
    RecordGenerator generator =
        new RecordGenerator(READINGS, Fixtures.SCHEMAS, seed, ErrorRates.NONE);
    try (DataFileWriter<GenericRecord> writer =
        new DataFileWriter<GenericRecord>(
                new GenericDatumWriter<>(READINGS.schema(), Wire.decimalData()))
            .create(READINGS.schema(), file.toFile())) {
      writer.setSyncInterval(32);
      for (int i = 0; i < ROWS; i++) {
        byte[] value = encoder.value(generator.make(i).datum());
        byte[] datum = java.util.Arrays.copyOfRange(value, Wire.HEADER_LENGTH, value.length);
        byte[] mutated = mutated(datum);
        writer.appendEncoded(ByteBuffer.wrap(mutated.length == 0 ? new byte[1] : mutated));
      }
    }

    LoadCounts counts = load(file);

    assertThat(counts.read()).isEqualTo(ROWS);
    assertAllIsCountedAndKept(counts);
  }

  private void assertAllIsCountedAndKept(LoadCounts counts) {
    assertThat(counts.accepted() + counts.rejected() + counts.repeats()).isEqualTo(counts.read());
    assertThat(counts.accepted()).isPositive();
    assertThat(counts.rejected()).isPositive();
    assertThat(log.values()).hasSize((int) counts.accepted());
    assertThat(log.refused()).hasSize((int) counts.rejected());
    assertThat(counts.tally().rejected()).isEqualTo(counts.rejected());
    assertThat(told).allSatisfy(words -> assertThat(words).doesNotContain("\n", "\tat "));
  }

  /** The line as it is, most times, or with bytes changed, added, taken away, doubled. */
  private byte[] mutated(byte[] line) {
    byte[] bytes = line;
    while (random.nextInt(3) == 0) {
      int at = random.nextInt(bytes.length + 1);
      int length = random.nextInt(1 + Math.min(8, bytes.length - at));
      ByteArrayOutputStream changed = new ByteArrayOutputStream();
      changed.write(bytes, 0, at);
      switch (random.nextInt(4)) {
        case 0 -> changed.write(PIECES[random.nextInt(PIECES.length)]);
        case 1 -> changed.write(random.nextInt(256));
        case 2 -> changed.write(bytes, at, length);
        default -> at += length;
      }
      changed.write(bytes, at, bytes.length - at);
      bytes = changed.toByteArray();
    }
    return bytes;
  }

  /** How many rows there are, by an account of its own: every line is empty or one row's. */
  private static long rowsOf(Path file) throws IOException {
    String[] lines = Files.readString(file, StandardCharsets.ISO_8859_1).split("\r\n|\r|\n", -1);
    boolean[] owned = new boolean[lines.length + 1];
    owned[1] = true;
    long rows = 0;
    try (SourceFile source = SourceFile.open(file);
        Rows each = CsvRows.open(source, READINGS, MappingChoice.named(READINGS, "spot-prices"))) {
      while (each.next()) {
        String raw = new String(each.raw(), StandardCharsets.ISO_8859_1);
        int own = raw.split("\r\n|\r|\n", -1).length;
        for (int line = (int) each.line(); line < each.line() + own; line++) {
          if (owned[line]) {
            throw new AssertionError("two rows have line " + line);
          }
          owned[line] = true;
        }
        rows++;
      }
    }
    for (int line = 1; line <= lines.length; line++) {
      if (!owned[line] && !lines[line - 1].isEmpty()) {
        throw new AssertionError("no row has line " + line);
      }
    }
    return rows;
  }

  private LoadCounts load(Path file) throws IOException {
    FileLoader loader =
        new FileLoader(
            READINGS,
            log,
            new Bookmarks(folder.resolve("data"), READINGS),
            FileLoader.Repeats.LEAVE_OUT,
            Duration.ofSeconds(1),
            told::add);
    FileLoad load = loader.begin();
    loader.load(file, new RowFormats(READINGS, "spot-prices").of(file), load);
    load.finish();
    return loader.counts();
  }

  private static String price(int row) {
    return hour(row) + ";DK" + row % 3 + ";" + row + "," + row % 7;
  }

  private static String hour(int row) {
    return "20%02d-%02d-%02d %02d:00"
        .formatted(row / 100 % 90, 1 + row / 24 % 12, 1 + row % 28, row % 24);
  }
}

package io.anabranch.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.SchemaHistory;
import io.anabranch.schemas.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class FileLoaderTest {
  private static final Dataset READINGS = Fixtures.DATASETS.named("energy_readings");
  private static final String HEADER = "HourUTC;PriceArea;SpotPriceDKK\n";
  private static final int ROWS = 3000;

  @TempDir private Path folder;
  private final MemoryLog log = new MemoryLog(READINGS, "topic-1");
  private final List<String> told = new ArrayList<>();

  @Test
  void cutOffAnywhereAndLoadedAgainEveryRecordIsSentOnceAndCountedOnce() throws Exception {
    Path file = write("prices.csv", prices(ROWS));
    MemoryLog whole = new MemoryLog(READINGS, "topic-0");
    LoadCounts expected = load(whole, file, FileLoader.Repeats.LEAVE_OUT);
    assertThat(expected.rejected()).isPositive();
    assertThat(expected.repeats()).isPositive();

    LoadCounts counts = loadCutOff(file);

    assertThat(log.sorted()).isEqualTo(whole.sorted());
    assertThat(counts.tally()).isEqualTo(expected.tally());
    assertThat(told).anyMatch(words -> words.contains("goes on behind its row"));
  }

  @Test
  void whatOthersSentIsARepeatHoweverOftenTheLoadIsCutOff() throws Exception {
    Path file = write("prices.csv", prices(ROWS));
    Predicate<byte[]> others = value -> Arrays.hashCode(value) % 3 == 0;
    MemoryLog whole = new MemoryLog(READINGS, "topic-0");
    LoadCounts all = load(whole, file, FileLoader.Repeats.LOAD_AGAIN);
    long left = whole.values().stream().filter(others).count();
    assertThat(left).isPositive();
    log.othersSent(others);

    LoadCounts counts = loadCutOff(file);

    assertThat(log.values()).hasSize((int) (whole.values().size() - left)).noneMatch(others);
    assertThat(counts.accepted()).isEqualTo(all.accepted() - left);
    assertThat(counts.repeats()).isEqualTo(all.repeats() + left);
    assertThat(counts.rejected()).isEqualTo(all.rejected());
  }

  @Test
  void aValueOfATopicIsSentAsItCameOnceItsSchemaIsKnown() throws Exception {
    Dataset orders = Fixtures.DATASETS.named("customer_orders");
    Schema former = orders.schema();
    String fields = former.toString();
    Dataset today =
        orders.withSchema(
            new Schema.Parser()
                .parse(
                    fields.substring(0, fields.lastIndexOf(']'))
                        + ",{\"name\": \"channel\", \"type\": \"string\", \"default\": \"shop\"}]}"));
    byte[] value = Wire.encode(order(former));
    Path file =
        write("quarantine.values", Base64.getEncoder().encodeToString(value) + "\nw \nwwE=\n");
    MemoryLog topic = new MemoryLog(today, "topic-2");

    LoadCounts unknown = loadJudged(today, topic, file, SchemaHistory.NONE);
    assertThat(unknown.rejected()).isEqualTo(3);
    assertThat(topic.values()).isEmpty();
    assertThat(told).anyMatch(words -> words.contains("unknown schema fingerprint"));

    LoadCounts known =
        loadJudged(today, topic, file, new SchemaHistory(List.of(former, today.schema())));
    assertThat(known.tally().reasons())
        .containsOnlyKeys(
            "value: expected base64", "value: expected a record of a registered schema");
    assertThat(topic.values()).containsExactly(value);
  }

  private static GenericRecord order(Schema schema) {
    GenericRecord order = new GenericData.Record(schema);
    order.put("row_key", "k1");
    order.put("order_date", 1_700_000_000_000L);
    return order;
  }

  private LoadCounts loadJudged(Dataset dataset, MemoryLog into, Path file, SchemaHistory history)
      throws IOException {
    FileLoader loader = loader(dataset, into, FileLoader.Repeats.LEAVE_OUT);
    FileLoad load = loader.begin();
    loader.load(file, new RowFormats(dataset, null, () -> history).of(file), load);
    load.finish();
    return loader.counts();
  }

  @Test
  void aKeyThatDoesNotFitBesideItsValueCostsItsRow() throws Exception {
    Dataset orders = Fixtures.DATASETS.named("customer_orders");
    MemoryLog topic = new MemoryLog(orders, "topic-2");
    String row = "{\"row_key\": \"%s\", \"order_date\": \"2026-01-01T00:00:00Z\"}%n";
    Path file = write("orders.jsonl", row.formatted("k".repeat(600_000)) + row.formatted("k"));

    LoadCounts counts = loadJudged(orders, topic, file, SchemaHistory.NONE);

    assertThat(topic.values()).hasSize(1);
    assertThat(counts.tally().reasons())
        .containsOnlyKeys("row: expected a record of at most 921600 bytes, its key's among them");
  }

  @Test
  @Timeout(20)
  void numbersOfVeryManyDigitsAreRefusedBeforeTheyAreRead() throws Exception {
    String row = "2024-01-01 00:00;DK1;" + "7".repeat(800_000) + "\n";
    LoadCounts counts =
        load(log, write("prices.csv", HEADER + row.repeat(20)), FileLoader.Repeats.LEAVE_OUT);

    assertThat(counts.tally().reasons())
        .containsExactly(Map.entry("spot_price: expected a number", 20L));
  }

  /** Loads the file by many processes, each of which but the last dies. */
  private LoadCounts loadCutOff(Path file) throws IOException {
    Random random = new Random(7);
    for (int death = 0; death < 16; death++) {
      log.dieAfter(1 + random.nextInt(100));
      log.dieAfterAcknowledgements(1 + random.nextInt(4));
      assertThatThrownBy(() -> load(log, file, FileLoader.Repeats.LEAVE_OUT))
          .isInstanceOf(MemoryLog.Death.class);
    }
    log.dieAfter(Long.MAX_VALUE);
    log.dieAfterAcknowledgements(Long.MAX_VALUE);
    return load(log, file, FileLoader.Repeats.LEAVE_OUT);
  }

  @Test
  void aFileThatWasLoadedIsKnownByItsContentAndNotSentAgain() throws Exception {
    Path file = write("prices.csv", prices(ROWS));
    LoadCounts first = load(log, file, FileLoader.Repeats.LEAVE_OUT);
    List<String> sent = log.sorted();
    Path copy = Files.copy(file, folder.resolve("copy.csv"));

    LoadCounts second = load(log, copy, FileLoader.Repeats.LEAVE_OUT);

    assertThat(log.sorted()).isEqualTo(sent);
    assertThat(second.sent()).isZero();
    assertThat(second.tally()).isEqualTo(first.tally());
  }

  @Test
  void itIsLoadedAnewWhereThatIsAskedForOrTheTopicIsAnotherOne() throws Exception {
    Path file = write("prices.csv", prices(10));
    load(log, file, FileLoader.Repeats.LEAVE_OUT);
    int records = log.values().size();

    LoadCounts again = load(log, file, FileLoader.Repeats.LOAD_AGAIN);
    assertThat(again.sent()).isEqualTo(records);
    assertThat(log.values()).hasSize(2 * records);

    MemoryLog anew = new MemoryLog(READINGS, "topic-2");
    load(anew, file, FileLoader.Repeats.LEAVE_OUT);
    assertThat(anew.values()).hasSize(records);
  }

  @Test
  void repeatsAreSentWhereTheyAreToBeKept() throws Exception {
    Path file = write("r.csv", HEADER + "2024-01-01 00:00;DK1;1\n".repeat(3));
    assertThat(load(log, file, FileLoader.Repeats.LEAVE_OUT).repeats()).isEqualTo(2);
    assertThat(load(log, file, FileLoader.Repeats.KEEP).sent()).isEqualTo(3);
  }

  @Test
  void aRowThatMendsAnotherOfItsIdentityIsSentAndAnEqualOneIsNot() throws Exception {
    Dataset orders = Fixtures.DATASETS.named("customer_orders");
    String wrong = "{\"row_key\":\"L-1\",\"quantity\":0}\n";
    String mended = "{\"row_key\":\"L-1\",\"quantity\":5}\n";
    Path file = write("orders.jsonl", wrong + mended + wrong + mended);
    MemoryLog taken = new MemoryLog(orders, "topic-1");
    FileLoader loader = loader(orders, taken, FileLoader.Repeats.LEAVE_OUT);

    loader.load(file, new RowFormats(orders, null).of(file), loader.begin());

    assertThat(taken.sorted()).doesNotHaveDuplicates().hasSize(2);
    assertThat(loader.counts().accepted()).isEqualTo(2);
    assertThat(loader.counts().repeats()).isEqualTo(2);
  }

  @Test
  void refusedRowsAreToldWithTheirLineAndCountedByReason() throws Exception {
    Path file =
        write("r.csv", HEADER + "x;DK1;1\n2024-01-01 00:00;DK1;a\n2024-01-01 00:00;DK1;b\n");

    LoadCounts counts = load(log, file, FileLoader.Repeats.LEAVE_OUT);

    assertThat(counts.tally().reasons())
        .containsEntry("spot_price: expected a number", 2L)
        .containsEntry("hour_utc: expected a time like the mapping's pattern", 1L);
    assertThat(log.refused()).extracting(MemoryLog.Refused::line).containsExactly(2L, 3L, 4L);
    assertThat(told).contains(file + ":3: spot_price: expected a number but found 'a'");
  }

  @Test
  void twoProcessesDoNotLoadTheSameFileAtOnce() throws Exception {
    Path file = write("prices.csv", prices(10));
    Bookmarks bookmarks = new Bookmarks(folder.resolve("data"), READINGS);
    String key = FileIdentity.of(file).key("csv");
    try (SourceState<Bookmark> held = bookmarks.tryHold(key).orElseThrow()) {
      assertThat(held.read()).isEmpty();
      assertThat(bookmarks.tryHold(key)).isEmpty();
      String other = FileIdentity.of(write("other.csv", prices(11))).key("csv");
      bookmarks.tryHold(other).orElseThrow().close();
    }
    bookmarks.tryHold(key).orElseThrow().close();
  }

  @Test
  void aFileThatAnotherProcessLoadsIsLeftToItAndCanBeLoadedOnceThatIsGone() throws Exception {
    Path file = write("prices.csv", prices(10));
    RowFormats.Format format = new RowFormats(READINGS, "spot-prices").of(file);
    FileLoader loader = loader(READINGS, log, FileLoader.Repeats.LEAVE_OUT);
    String key = FileIdentity.of(file).key(loader.how(format));
    Bookmarks bookmarks = new Bookmarks(folder.resolve("data"), READINGS);
    try (SourceState<Bookmark> held = bookmarks.tryHold(key).orElseThrow()) {
      assertThat(held.read()).isEmpty();
      assertThat(loader.load(file, format, loader.begin()))
          .isEqualTo(FileLoader.Outcome.HELD_ELSEWHERE);
      assertThat(log.values()).isEmpty();
    }

    assertThat(loader.load(file, format, loader.begin())).isEqualTo(FileLoader.Outcome.LOADED);
    assertThat(log.values()).isNotEmpty();
    assertThat(loader.load(file, format, loader.begin()))
        .isEqualTo(FileLoader.Outcome.LOADED_BEFORE);
  }

  @Test
  void aBookmarkThatCannotBeReadIsToldWithTheNextStep() throws Exception {
    Path state = write("b.json", "{\"rows\":");
    assertThatThrownBy(() -> new StateFile<>(state, Bookmark.class).read())
        .hasMessageContaining("b.json cannot be read")
        .hasMessageContaining("delete it");
  }

  private LoadCounts load(MemoryLog into, Path file, FileLoader.Repeats repeats)
      throws IOException {
    FileLoader loader = loader(READINGS, into, repeats);
    FileLoad load = loader.begin();
    loader.load(file, new RowFormats(READINGS, "spot-prices").of(file), load);
    load.finish();
    return loader.counts();
  }

  private FileLoader loader(Dataset dataset, MemoryLog into, FileLoader.Repeats repeats) {
    return new FileLoader(
        dataset,
        into,
        new Bookmarks(folder.resolve("data"), dataset),
        repeats,
        Duration.ZERO,
        told::add);
  }

  /** Rows of which some are repeats and some are none. */
  private static String prices(int rows) {
    StringBuilder csv = new StringBuilder(HEADER);
    for (int i = 0; i < rows; i++) {
      String hour = "2024-%02d-%02d %02d:00".formatted(1 + i / 672 % 12, 1 + i / 24 % 28, i % 24);
      csv.append(hour).append(i % 50 == 7 ? ";DK1;x\n" : ";DK1;" + i + ",5\n");
      if (i % 40 == 3) {
        csv.append(hour).append(";DK1;").append(i).append(",5\n");
      }
    }
    return csv.toString();
  }

  private Path write(String name, String text) throws IOException {
    return Files.write(folder.resolve(name), text.getBytes(StandardCharsets.UTF_8));
  }
}

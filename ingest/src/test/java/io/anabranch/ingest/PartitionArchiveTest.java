package io.anabranch.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.master.Cover;
import io.anabranch.master.MasterFile;
import io.anabranch.master.MasterRow;
import io.anabranch.master.MemoryMasterStore;
import io.anabranch.master.RecordDecoder;
import io.anabranch.master.Undecodable;
import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.Marker;
import io.anabranch.schemas.MemorySchemaLog;
import io.anabranch.schemas.Wire;
import io.anabranch.views.Catalog;
import io.anabranch.views.EpochStart;
import io.anabranch.views.EpochTimeline;
import io.anabranch.views.MemoryCatalog;
import io.anabranch.views.Offsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class PartitionArchiveTest {
  private static final Dataset ORDERS = Fixtures.DATASETS.named("customer_orders");
  private static final long SCHEMA = Wire.fingerprint(ORDERS.schema());
  private static final RecordGenerator GENERATOR =
      new RecordGenerator(ORDERS, Fixtures.SCHEMAS, 1, ErrorRates.NONE);

  /** A datum that is cut short, number 0, number -1, profile -1. */
  private static final List<byte[]> DAMAGED_MARKERS =
      List.of(markerOf(), markerOf(2), markerOf(0, 0), markerOf(1, 0), markerOf(2, 1));

  private final MemoryMasterStore store = new MemoryMasterStore();
  private final MemoryCatalog catalog = new MemoryCatalog();
  private final MemorySchemaLog schemas = new MemorySchemaLog();
  private final MockProducer<byte[], byte[]> letters =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());

  @Property(tries = 300)
  void killedAnywhereTheFilesJoinUpAndHoldTheLogOnce(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    List<ConsumerRecord<byte[], byte[]>> log = randomLog(random, 400);
    PartitionArchiveTest fresh = new PartitionArchiveTest();

    while (fresh.cover().end() < log.size()) {
      PartitionArchive archive = fresh.start(random.nextInt(20) == 0 ? 1 : Long.MAX_VALUE);
      int next = (int) fresh.cover().end();
      int killedAt = next + 1 + random.nextInt(log.size());
      for (int i = next; i < Math.min(killedAt, log.size()); i++) {
        archive.take(log.get(i));
        if (random.nextInt(40) == 0) {
          archive.commit();
        }
      }
      if (killedAt >= log.size()) {
        archive.commit();
      } else if (random.nextBoolean()) {
        archive.abandon();
      }
    }

    fresh.assertHolds(log);
  }

  private void assertHolds(List<ConsumerRecord<byte[], byte[]>> log) throws Exception {
    List<MasterRow> rows = new ArrayList<>();
    for (MasterFile file : cover().files()) {
      rows.addAll(store.rows(ORDERS.name(), file));
    }
    List<MasterRow> expected = new ArrayList<>();
    List<Long> refused = new ArrayList<>();
    RecordDecoder decoder = new RecordDecoder(ORDERS, List.of());
    for (ConsumerRecord<byte[], byte[]> record : log) {
      boolean isMarker = Wire.marker(record.value()).isPresent();
      if (!isMarker && (record.value() == null || record.value().length < 20)) {
        refused.add(record.offset());
      } else if (!isMarker) {
        Map<String, Object> values = decoder.decode(record.value()).values();
        expected.add(new MasterRow(values, 0, record.offset(), record.timestamp(), SCHEMA));
      }
    }
    assertThat(cover().gaps()).isEmpty();
    assertThat(rows).isEqualTo(expected);
    assertThat(undecodable()).extracting(Undecodable::offset).isEqualTo(refused);
  }

  private static List<ConsumerRecord<byte[], byte[]>> randomLog(Random random, int size) {
    List<ConsumerRecord<byte[], byte[]>> log = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      byte[] value =
          switch (random.nextInt(30)) {
            case 0 -> Wire.encode(new Marker(1 + random.nextInt(5), 0));
            case 1 -> new byte[] {1, 2, 3};
            case 2 -> null;
            case 3 -> DAMAGED_MARKERS.get(random.nextInt(DAMAGED_MARKERS.size()));
            default -> Wire.encode(GENERATOR.make(i).datum());
          };
      log.add(record(i, value));
    }
    return log;
  }

  @Test
  void aMarkerThatStartsAnEpochEndsTheFileAndIsKnownToTheCatalog() throws Exception {
    PartitionArchive archive = start(Long.MAX_VALUE);
    archive.take(order(0));
    archive.take(marker(1, 4));
    archive.take(order(2));
    archive.take(marker(3, 4));
    archive.take(marker(4, 2));
    archive.take(marker(5, 6));
    archive.take(marker(6, 7));

    assertThat(cover().files())
        .extracting(MasterFile::first, MasterFile::end)
        .containsExactly(tuple(0, 2), tuple(2, 6), tuple(6, 7));
    assertThat(catalog.epochs(ORDERS.name()))
        .containsExactly(
            new EpochStart(0, 4, 1, 0), new EpochStart(0, 6, 5, 0), new EpochStart(0, 7, 6, 0));
  }

  @Test
  void noFileReachesBehindAMarkerThatTheCatalogDoesNotKnow() throws Exception {
    PartitionArchive archive = start(Long.MAX_VALUE, Fixtures.withoutEpochs(catalog));
    archive.take(order(0));
    assertThatThrownBy(() -> archive.take(marker(1, 4))).hasMessage(Fixtures.AWAY);

    // Even if somebody commits what nobody should.
    archive.commit();

    assertThat(cover().end()).isEqualTo(1);
    assertThat(catalog.epochs(ORDERS.name())).isEmpty();
  }

  private static org.assertj.core.groups.Tuple tuple(long first, long end) {
    return org.assertj.core.groups.Tuple.tuple(first, end);
  }

  @Test
  void anOldFileIsCommittedWithoutFurtherRecords() throws Exception {
    PartitionArchive archive = start(Long.MAX_VALUE);
    archive.take(order(0));

    archive.look(Instant.EPOCH);
    assertThat(cover().end()).isZero();
    archive.look(Instant.EPOCH.plusSeconds(1));
    assertThat(cover().end()).isEqualTo(1);
    assertThat(archive.status().end()).isEqualTo(1);
  }

  @Test
  void aFileThatReachesItsSizeIsCommitted() throws Exception {
    PartitionArchive archive = start(1);
    archive.take(order(0));
    archive.take(order(1));

    assertThat(cover().files())
        .extracting(MasterFile::first, MasterFile::end)
        .containsExactly(tuple(0, 1), tuple(1, 2));
  }

  @Test
  void whatCannotBeDecodedGoesToTheDeadLetterTopicAndCountsAsCovered() throws Exception {
    PartitionArchive archive = start(Long.MAX_VALUE);
    archive.take(record(0, new byte[] {7}));
    archive.commit();

    assertThat(cover().end()).isEqualTo(1);
    assertThat(undecodable()).hasSize(1);
    assertThat(letters.history()).hasSize(1);
    assertThat(letters.history().get(0).topic()).isEqualTo("customer_orders.dead-letter");
    assertThat(letters.history().get(0).headers().lastHeader("offset").value())
        .asString()
        .isEqualTo("0");
  }

  @Test
  void aMarkerThatCannotBeReadIsUndecodableAndEndsNoFile() throws Exception {
    PartitionArchive archive = start(Long.MAX_VALUE);
    archive.take(order(0));
    for (int i = 0; i < DAMAGED_MARKERS.size(); i++) {
      archive.take(record(1 + i, DAMAGED_MARKERS.get(i)));
    }
    archive.commit();

    assertThat(cover().files()).hasSize(1);
    assertThat(cover().end()).isEqualTo(1 + DAMAGED_MARKERS.size());
    assertThat(catalog.epochs(ORDERS.name())).isEmpty();
    assertThat(undecodable())
        .hasSameSizeAs(DAMAGED_MARKERS)
        .allSatisfy(value -> assertThat(value.reason()).isEqualTo("a marker that cannot be read"));
    assertThat(letters.history()).hasSameSizeAs(DAMAGED_MARKERS);
  }

  /** The header of a marker and those bytes; Avro's zigzag numbers, so 2 is one and 1 is -1. */
  private static byte[] markerOf(int... datum) {
    byte[] value = Arrays.copyOf(Wire.encode(new Marker(1, 0)), Wire.HEADER_LENGTH + datum.length);
    for (int i = 0; i < datum.length; i++) {
      value[Wire.HEADER_LENGTH + i] = (byte) datum[i];
    }
    return value;
  }

  @Test
  void aRecordOfANewerSchemaBeginsAFileAndOlderOnesBecomeRowsOfItFromThereOn() throws Exception {
    Dataset wider = withAnotherField();
    PartitionArchive archive = start(Long.MAX_VALUE);
    archive.take(order(0));
    archive.take(order(1));
    schemas.register(wider);
    archive.take(order(2));
    GenericRecord datum = new GenericData.Record(wider.schema());
    datum.put("row_key", "new");
    datum.put("channel", "web");
    archive.take(record(3, Wire.encode(datum)));
    archive.take(order(4));
    archive.commit();

    assertThat(cover().files())
        .extracting(MasterFile::first, MasterFile::end)
        .containsExactly(tuple(0, 3), tuple(3, 5));
    assertThat(store.rows(ORDERS.name(), cover().files().get(0)))
        .allSatisfy(row -> assertThat(row.values()).doesNotContainKey("channel"))
        .allSatisfy(row -> assertThat(row.schema()).isEqualTo(SCHEMA));
    assertThat(store.rows(ORDERS.name(), cover().files().get(1)))
        .extracting(row -> row.values().get("channel"))
        .containsExactly("web", "shop");
    assertThat(undecodable()).isEmpty();
  }

  @Test
  void aRecordWhoseSchemaNobodyRegisteredIsUndecodableUntilSomebodyDoes() throws Exception {
    GenericRecord datum = new GenericData.Record(withAnotherField().schema());
    datum.put("row_key", "new");
    datum.put("channel", "web");
    PartitionArchive archive = start(Long.MAX_VALUE);
    archive.take(record(0, Wire.encode(datum)));
    archive.take(order(1));
    schemas.register(withAnotherField());
    archive.look(Instant.EPOCH);
    archive.take(record(2, Wire.encode(datum)));
    archive.commit();

    assertThat(undecodable())
        .singleElement()
        .satisfies(value -> assertThat(value.offset()).isZero())
        .satisfies(value -> assertThat(value.reason()).contains("unknown schema fingerprint"));
    assertThat(cover().end()).isEqualTo(3);
  }

  private static Dataset withAnotherField() {
    Schema own = ORDERS.schema();
    List<Schema.Field> fields = new ArrayList<>();
    own.getFields().forEach(field -> fields.add(new Schema.Field(field, field.schema())));
    fields.add(new Schema.Field("channel", Schema.create(Schema.Type.STRING), null, "shop"));
    return ORDERS.withSchema(
        Schema.createRecord(own.getName(), own.getDoc(), own.getNamespace(), false, fields));
  }

  private List<Undecodable> undecodable() {
    return store.undecodable(ORDERS.name(), Offsets.NONE, new Offsets(Map.of(0, Long.MAX_VALUE)));
  }

  private Cover cover() {
    return store.list(ORDERS.name()).cover(0);
  }

  private PartitionArchive start(long maxFileBytes) {
    return start(maxFileBytes, catalog);
  }

  private PartitionArchive start(long maxFileBytes, Catalog known) {
    store.removeLeftovers(ORDERS.name(), 0);
    return new PartitionArchive(
        ORDERS,
        new PartitionStatus(ORDERS.name(), 0, cover().end()),
        store,
        known,
        EpochTimeline.of(catalog.epochs(ORDERS.name())),
        new TopicSchemas(ORDERS, schemas),
        new DeadLetters(letters, Clock.systemUTC()),
        new FileLimits(Duration.ofSeconds(1), maxFileBytes),
        Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));
  }

  private static ConsumerRecord<byte[], byte[]> order(long offset) {
    return record(offset, Wire.encode(GENERATOR.make(offset).datum()));
  }

  private static ConsumerRecord<byte[], byte[]> marker(long offset, long number) {
    return record(offset, Wire.encode(new Marker(number, 0)));
  }

  private static ConsumerRecord<byte[], byte[]> record(long offset, byte[] value) {
    return new ConsumerRecord<>(ORDERS.topic().name(), 0, offset, null, value);
  }
}

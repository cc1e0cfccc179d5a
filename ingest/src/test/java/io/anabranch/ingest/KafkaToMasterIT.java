package io.anabranch.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.anabranch.cluster.LocalStack;
import io.anabranch.hbase.HBaseConnection;
import io.anabranch.master.HdfsMasterStore;
import io.anabranch.master.Listing;
import io.anabranch.master.MasterFile;
import io.anabranch.master.MasterRow;
import io.anabranch.master.RecordDecoder;
import io.anabranch.master.Undecodable;
import io.anabranch.runtime.PlatformSettings;
import io.anabranch.runtime.Settings;
import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.Marker;
import io.anabranch.schemas.Wire;
import io.anabranch.views.Catalog;
import io.anabranch.views.EpochStart;
import io.anabranch.views.EpochTimeline;
import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The whole process against the real stack, killed again and again while records flow. */
class KafkaToMasterIT {
  private static final Dataset ORDERS = Fixtures.DATASETS.named("customer_orders");
  private static final Duration LONGEST = Duration.ofMinutes(3);
  private static final int ROUNDS = 4;
  private static final int RECORDS_A_ROUND = 4000;
  private static final long SEED = 20_261_121;

  private static LocalStack stack;
  private static HdfsMasterStore store;
  private static Catalog catalog;
  private static HBaseConnection hbase;
  private static Process ingest;

  @BeforeAll
  static void start() throws IOException {
    stack = LocalStack.start();
    PlatformSettings platform =
        Settings.read(stack.config()).section("platform", PlatformSettings.class);
    store = HdfsMasterStore.connect(platform.hdfs(), platform.root());
    hbase = HBaseConnection.connect(platform);
    catalog = hbase.catalog();
  }

  @AfterAll
  static void stop() throws IOException {
    if (ingest != null) {
      ingest.destroyForcibly();
    }
    if (store != null) {
      store.close();
      hbase.close();
    }
    stack.close();
  }

  @Test
  void killedWhileRecordsFlowTheMasterFilesJoinUpAndHoldTheTopicOnce() throws Exception {
    Random random = new Random(SEED);
    try (Topics topics = new Topics(stack.kafka(), Fixtures.settings("g", "1", 1))) {
      topics.make(ORDERS);
    }
    for (int round = 0; round < ROUNDS; round++) {
      startIngest();
      long before = coveredOffsets();
      produce(random, round);
      // At least something of the round must be there, so that every kill hits a working process.
      await().atMost(LONGEST).until(() -> coveredOffsets() > before);
      if (round < ROUNDS - 1) {
        ingest.destroyForcibly().waitFor();
      }
    }
    List<ConsumerRecord<byte[], byte[]>> log = readTopic();
    await().atMost(LONGEST).until(() -> coveredOffsets() == log.size());

    assertRowsAre(log);
    assertEpochsAre(log);
    assertThat(store.list(ORDERS.name()).strangers()).isEmpty();
    ingest.destroy();
    assertThat(ingest.waitFor(30, TimeUnit.SECONDS)).isTrue();
  }

  private static void startIngest() throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx384m",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            "io.anabranch.ingest.Main",
            "run",
            "--config",
            stack.config().toString());
    try (ServerSocket free = new ServerSocket(0)) {
      builder.environment().put("ANABRANCH_INGEST_HEALTH_PORT", "" + free.getLocalPort());
    }
    builder
        .environment()
        .put("ANABRANCH_PLATFORM_SCHEMAS", Fixtures.SCHEMAS.toAbsolutePath().toString());
    builder.environment().put("ANABRANCH_INGEST_ROLL_INTERVAL", "PT2S");
    builder.environment().put("ANABRANCH_INGEST_MAX_FILE_BYTES", "100000");
    File log = new File("target/ingest.log");
    ingest =
        builder
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
            .start();
  }

  /** Records, values that are none, and markers: in order, twice, and late. */
  private static void produce(Random random, int round)
      throws IOException, InterruptedException, ExecutionException {
    RecordGenerator generator =
        new RecordGenerator(
            ORDERS,
            Fixtures.SCHEMAS,
            SEED,
            ErrorRates.of(0.1, Map.of(), ORDERS.generation().orElseThrow()));
    try (KafkaProducer<byte[], byte[]> producer = KafkaClients.producer(stack.kafka())) {
      RecordSender sender = new RecordSender(producer, ORDERS);
      for (int i = 0; i < RECORDS_A_ROUND; i++) {
        sender.send(generator.make((long) round * RECORDS_A_ROUND + i).datum());
        int dice = random.nextInt(1000);
        if (dice < 3) {
          send(producer, random.nextInt(ORDERS.topic().partitions()), new byte[] {1, 2, 3});
        } else if (dice < 6) {
          send(
              producer,
              random.nextInt(ORDERS.topic().partitions()),
              Wire.encode(new Marker(1 + random.nextInt(2 * round + 2), 0)));
        }
      }
      sender.finish();
    }
  }

  private static void send(KafkaProducer<byte[], byte[]> producer, int partition, byte[] value)
      throws InterruptedException, ExecutionException {
    producer.send(new ProducerRecord<>(ORDERS.topic().name(), partition, null, value)).get();
  }

  private static long coveredOffsets() throws IOException {
    Listing listing = store.list(ORDERS.name());
    return listing.partitions().stream().mapToLong(p -> listing.cover(p).end()).sum();
  }

  /** The whole topic, by partition and offset. */
  private static List<ConsumerRecord<byte[], byte[]>> readTopic() {
    List<ConsumerRecord<byte[], byte[]>> log = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        KafkaClients.consumer(stack.kafka(), "reader", "reader")) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(ORDERS.topic().name()).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      long all = consumer.endOffsets(partitions).values().stream().mapToLong(Long::longValue).sum();
      while (log.size() < all) {
        consumer.poll(Duration.ofSeconds(1)).forEach(log::add);
      }
    }
    log.sort(
        Comparator.<ConsumerRecord<byte[], byte[]>>comparingInt(ConsumerRecord::partition)
            .thenComparingLong(ConsumerRecord::offset));
    return log;
  }

  private static void assertRowsAre(List<ConsumerRecord<byte[], byte[]>> log) throws Exception {
    RecordDecoder decoder = new RecordDecoder(ORDERS, List.of());
    List<MasterRow> expected = new ArrayList<>();
    List<String> refused = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : log) {
      if (Wire.fingerprint(record.value()).isEmpty()) {
        refused.add(record.partition() + "@" + record.offset());
      } else if (!Wire.isMarker(record.value())) {
        expected.add(
            new MasterRow(
                decoder.decode(record.value()).values(),
                record.partition(),
                record.offset(),
                record.timestamp(),
                Wire.fingerprint(ORDERS.schema())));
      }
    }
    List<MasterRow> rows = new ArrayList<>();
    Listing listing = store.list(ORDERS.name());
    for (int partition : listing.partitions()) {
      assertThat(listing.cover(partition).first()).hasValue(0);
      assertThat(listing.cover(partition).gaps()).isEmpty();
      for (MasterFile file : listing.cover(partition).files()) {
        rows.addAll(store.rows(ORDERS.name(), file));
      }
    }
    assertThat(rows).isEqualTo(expected);
    assertThat(refused).isNotEmpty();
    assertThat(store.undecodable(ORDERS.name()).stream().map(KafkaToMasterIT::position))
        .containsExactlyElementsOf(refused);
  }

  private static String position(Undecodable value) {
    return value.partition() + "@" + value.offset();
  }

  private static void assertEpochsAre(List<ConsumerRecord<byte[], byte[]>> log) {
    EpochTimeline timeline = EpochTimeline.of(List.of());
    List<EpochStart> expected = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : log) {
      if (Wire.isMarker(record.value())) {
        timeline
            .observe(record.partition(), record.offset(), Wire.decodeMarker(record.value()))
            .ifPresent(expected::add);
      }
    }
    assertThat(catalog.epochs(ORDERS.name())).containsExactlyInAnyOrderElementsOf(expected);
    for (EpochStart start : expected) {
      assertThat(endsOf(start.partition())).contains(start.offset() + 1);
    }
  }

  private static List<Long> endsOf(int partition) {
    try {
      return store.list(ORDERS.name()).cover(partition).files().stream()
          .map(MasterFile::end)
          .toList();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}

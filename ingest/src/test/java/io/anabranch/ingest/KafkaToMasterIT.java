package io.anabranch.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.anabranch.cluster.LocalStack;
import io.anabranch.hbase.HBaseConnection;
import io.anabranch.runtime.PlatformSettings;
import io.anabranch.runtime.Settings;
import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.Marker;
import io.anabranch.schemas.Wire;
import io.anabranch.views.Catalog;
import io.anabranch.views.EpochStart;
import io.anabranch.views.EpochTimeline;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
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
  private static ArchivedTopic topic;
  private static Catalog catalog;
  private static HBaseConnection hbase;
  private static Process ingest;

  @BeforeAll
  static void start() throws IOException {
    stack = LocalStack.start();
    PlatformSettings platform =
        Settings.read(stack.config()).section("platform", PlatformSettings.class);
    topic = new ArchivedTopic(stack, Fixtures.SCHEMAS);
    hbase = HBaseConnection.connect(platform);
    catalog = hbase.catalog();
  }

  @AfterAll
  static void stop() throws IOException {
    if (ingest != null) {
      ingest.destroyForcibly();
    }
    if (topic != null) {
      topic.close();
      hbase.close();
    }
    stack.close();
  }

  @Test
  void killedWhileRecordsFlowTheMasterFilesJoinUpAndHoldTheTopicOnce() throws Exception {
    Random random = new Random(SEED);
    for (int round = 0; round < ROUNDS; round++) {
      ingest = startIngest();
      long before = topic.covered();
      produce(random, round);
      // At least something of the round must be there, so that every kill hits a working process.
      await().atMost(LONGEST).until(() -> topic.covered() > before);
      if (round < ROUNDS - 1) {
        ingest.destroyForcibly().waitFor();
      }
    }
    List<ConsumerRecord<byte[], byte[]>> log = topic.log();
    await().atMost(LONGEST).until(() -> topic.covered() == log.size());

    topic.assertHolds(log);
    assertThat(log).anyMatch(record -> Wire.fingerprint(record.value()).isEmpty());
    assertEpochsAre(log);
    ingest.destroy();
    assertThat(ingest.waitFor(2, TimeUnit.MINUTES)).isTrue();
  }

  private static Process startIngest() throws IOException {
    try (ServerSocket free = new ServerSocket(0)) {
      return topic.ingest("1", free.getLocalPort());
    }
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
      assertThat(topic.ends(start.partition())).contains(start.offset() + 1);
    }
  }
}

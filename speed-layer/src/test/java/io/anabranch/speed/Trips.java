package io.anabranch.speed;

import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.Datasets;
import io.anabranch.schemas.Marker;
import io.anabranch.schemas.Wire;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Appends seeded trips to their topic: repeats, rejected ones, late ones, and undecodable values.
 */
final class Trips implements AutoCloseable {
  static final Path SCHEMAS = Path.of("src/test/resources/schemas").toAbsolutePath();
  static final Dataset DATASET = Datasets.load(SCHEMAS).named("trips");

  private static final long FIRST_START_MS = 1_767_225_600_000L;
  private static final List<String> AREAS = List.of("north", " North", "south", "East ", "west");

  private final Random random;
  private final String bootstrap;
  private KafkaProducer<byte[], byte[]> producer;
  private volatile Exception failure;
  private long trips;

  Trips(String bootstrap, long seed) {
    this.random = new Random(seed);
    this.bootstrap = bootstrap;
    this.producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrap, "linger.ms", "5"),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  static void makeTopic(String bootstrap) throws Exception {
    NewTopic topic = new NewTopic(DATASET.topic().name(), DATASET.topic().partitions(), (short) 1);
    topic.configs(Map.of("message.timestamp.type", "LogAppendTime"));
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
      admin.createTopics(List.of(topic)).all().get();
    }
  }

  /** Deletes all but the newest values of each partition, as retention does. */
  static void forgetAllBut(String bootstrap, long kept) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
      Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
      for (int p = 0; p < DATASET.topic().partitions(); p++) {
        asked.put(new TopicPartition(DATASET.topic().name(), p), OffsetSpec.latest());
      }
      Map<TopicPartition, RecordsToDelete> doomed = new HashMap<>();
      admin
          .listOffsets(asked)
          .all()
          .get()
          .forEach(
              (partition, end) ->
                  doomed.put(partition, RecordsToDelete.beforeOffset(end.offset() - kept)));
      admin.deleteRecords(doomed).all().get();
    }
  }

  /** Appends some values; each is one record, or none. */
  void append(int count) {
    for (int i = 0; i < count; i++) {
      boolean repeat = trips > 10 && random.nextInt(20) == 0;
      long trip = repeat ? trips - 1 - random.nextInt(10) : trips++;
      byte[] value = random.nextInt(50) == 0 ? new byte[] {1, 2, 3} : Wire.encode(trip(trip));
      send((int) (trip % DATASET.topic().partitions()), value);
    }
    flush();
  }

  /**
   * Appends two values in each of some transactions, so that offsets that no record has stand
   * between those of records.
   */
  void appendInTransactions(int count) {
    Map<String, Object> config =
        Map.of("bootstrap.servers", bootstrap, "transactional.id", "trips");
    KafkaProducer<byte[], byte[]> plain = producer;
    try (KafkaProducer<byte[], byte[]> transactional =
        new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer = transactional;
      transactional.initTransactions();
      for (int i = 0; i < count; i++) {
        transactional.beginTransaction();
        append(2);
        transactional.commitTransaction();
      }
    } finally {
      producer = plain;
    }
  }

  /** Appends a marker to a partition; a test may leave one out, or append it twice. */
  void mark(int partition, Marker marker) {
    send(partition, Wire.encode(marker));
    flush();
  }

  private void flush() {
    producer.flush();
    if (failure != null) {
      throw new IllegalStateException("not all values were appended", failure);
    }
  }

  private void send(int partition, byte[] value) {
    var unused =
        producer.send(
            new ProducerRecord<>(DATASET.topic().name(), partition, null, value),
            (metadata, error) -> failure = error == null ? failure : error);
  }

  private static GenericRecord trip(long number) {
    Random of = new Random(number);
    GenericRecord trip = new GenericData.Record(DATASET.schema());
    trip.put("trip_id", "T" + number);
    trip.put("started", FIRST_START_MS + number * 7_000 - of.nextInt(3) * 86_400_000L);
    trip.put("area", of.nextInt(10) == 0 ? null : AREAS.get(of.nextInt(AREAS.size())));
    Schema fare = DATASET.schema().getField("fare").schema();
    if (fare.isUnion() && of.nextInt(8) != 0) {
      trip.put("fare", BigDecimal.valueOf(of.nextInt(5_000) - 100, 2));
    }
    trip.put("seats", of.nextInt(4) == 0 ? null : 1 + of.nextInt(6));
    return trip;
  }

  @Override
  public void close() {
    producer.close();
  }
}

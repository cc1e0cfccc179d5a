package io.anabranch.kafka;

import io.anabranch.runtime.Problem;
import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.SchemaHistory;
import io.anabranch.schemas.SchemaLog;
import io.anabranch.schemas.Wire;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.avro.Schema;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The schemas of a dataset's records in a compacted topic of one partition: the fingerprint in 16
 * hexadecimal digits to the schema's text; anything else in it is passed over. Registration is a
 * transaction of an id that all registering processes share, so that Kafka lets only one of them
 * through: who begins later fences off who has not committed yet, and sees all that was committed.
 */
public final class KafkaSchemaLog implements SchemaLog {
  private static final Logger LOG = LoggerFactory.getLogger(KafkaSchemaLog.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final int TIMEOUT_MS = 60_000;
  private static final int ATTEMPTS = 20;

  private final String bootstrap;
  private final Map<String, Reading> readings = new HashMap<>();
  private KafkaConsumer<byte[], byte[]> reader;

  /**
   * What was read of a topic.
   *
   * @param end where the topic ended then: at the same end there is nothing new
   */
  private record Reading(long end, Map<Long, Schema> byFingerprint) {
    static final Reading NOTHING = new Reading(0, Map.of());

    SchemaHistory history() {
      return new SchemaHistory(List.copyOf(byFingerprint.values()));
    }
  }

  /**
   * Connects with the first question.
   *
   * @param bootstrap {@code host:port,...}
   */
  public KafkaSchemaLog(String bootstrap) {
    this.bootstrap = bootstrap;
  }

  @Override
  public synchronized SchemaHistory history(Dataset dataset) {
    String topic = dataset.topic().schemas();
    try {
      Reading reading = read(topic, readings.getOrDefault(topic, Reading.NOTHING));
      readings.put(topic, reading);
      return reading.history();
    } catch (KafkaException e) {
      // A client that failed may be of no use any more: the next question opens another.
      forgetReader();
      throw away(e);
    }
  }

  private Reading read(String topic, Reading before) {
    KafkaConsumer<byte[], byte[]> consumer = reader();
    var partitions = consumer.partitionsFor(topic);
    if (partitions == null || partitions.isEmpty()) {
      return Reading.NOTHING;
    }
    TopicPartition partition = new TopicPartition(topic, 0);
    long end = consumer.endOffsets(List.of(partition)).get(partition);
    if (end == before.end()) {
      return before;
    }
    Map<Long, Schema> byFingerprint = new LinkedHashMap<>();
    consumer.assign(List.of(partition));
    consumer.seekToBeginning(List.of(partition));
    while (consumer.position(partition) < end) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        schema(record)
            .ifPresent(schema -> byFingerprint.putIfAbsent(Wire.fingerprint(schema), schema));
      }
    }
    return new Reading(end, byFingerprint);
  }

  /** Empty for what somebody else put there: it must not keep records from being read. */
  private static Optional<Schema> schema(ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null) {
      return Optional.empty();
    }
    try {
      Schema schema = new Schema.Parser().parse(new String(record.value(), StandardCharsets.UTF_8));
      if (Arrays.equals(record.key(), key(Wire.fingerprint(schema)))) {
        return Optional.of(schema);
      }
      LOG.warn(
          "{} offset {}: passed over, its key is not the fingerprint of its schema, {}",
          record.topic(),
          record.offset(),
          schema.getFullName());
    } catch (RuntimeException e) {
      // Avro's parser throws more than its own exceptions for what is no schema.
      LOG.warn(
          "{} offset {}: passed over, no schema: {}",
          record.topic(),
          record.offset(),
          e.toString());
    }
    return Optional.empty();
  }

  private static byte[] key(long fingerprint) {
    return "%016x".formatted(fingerprint).getBytes(StandardCharsets.UTF_8);
  }

  private KafkaConsumer<byte[], byte[]> reader() {
    if (reader == null) {
      Map<String, Object> config = new HashMap<>();
      config.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
      config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
      config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
      config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
      config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
      config.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MS);
      reader =
          new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
    return reader;
  }

  @Override
  public SchemaHistory register(Dataset dataset) {
    SchemaHistory accepted = history(dataset).accept(dataset);
    // Until everybody sees it: a commit is acknowledged a moment before it can be read.
    for (int attempt = 1; !accepted.equals(history(dataset)); attempt++) {
      if (attempt > ATTEMPTS) {
        throw Problem.unreachable(
            "others register schemas in %s all the time: do the same again"
                .formatted(dataset.topic().schemas()));
      }
      make(dataset.topic().schemas());
      accepted = inTurn(dataset).orElseGet(() -> history(dataset).accept(dataset));
    }
    return accepted;
  }

  /** Checks and writes while nobody else does; empty if somebody else began meanwhile. */
  private Optional<SchemaHistory> inTurn(Dataset dataset) {
    try (KafkaProducer<byte[], byte[]> producer = producer(dataset)) {
      producer.initTransactions();
      SchemaHistory before = history(dataset);
      SchemaHistory accepted = before.accept(dataset);
      if (!accepted.equals(before)) {
        producer.beginTransaction();
        var unused =
            producer.send(
                new ProducerRecord<>(
                    dataset.topic().schemas(),
                    0,
                    key(Wire.fingerprint(dataset.schema())),
                    dataset.schema().toString().getBytes(StandardCharsets.UTF_8)));
        producer.commitTransaction();
      }
      return Optional.of(accepted);
    } catch (KafkaException e) {
      if (isFenced(e)) {
        return Optional.empty();
      }
      throw away(e);
    }
  }

  private static boolean isFenced(Throwable e) {
    return e instanceof ProducerFencedException
        || e instanceof InvalidProducerEpochException
        || (e.getCause() != null && isFenced(e.getCause()));
  }

  private KafkaProducer<byte[], byte[]> producer(Dataset dataset) {
    Map<String, Object> config = new HashMap<>();
    config.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
    config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "anabranch-" + dataset.topic().schemas());
    config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, TIMEOUT_MS);
    // A process that is killed between begin and commit holds up readers for no longer than this.
    config.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TIMEOUT_MS);
    return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private void make(String topic) {
    NewTopic compacted =
        new NewTopic(topic, Optional.of(1), Optional.empty())
            .configs(Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT));
    try (Admin admin =
        Admin.create(
            Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrap,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                TIMEOUT_MS,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                TIMEOUT_MS / 2))) {
      admin.createTopics(List.of(compacted)).all().get();
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw away(e.getCause());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw away(e);
    }
  }

  private Problem away(Throwable cause) {
    return Problem.unreachable(
        "Kafka at %s does not tell or take schemas (%s): start it with './anabranch up'"
            .formatted(bootstrap, cause.getMessage()),
        cause);
  }

  private synchronized void forgetReader() {
    if (reader != null) {
      reader.close(Duration.ofSeconds(1));
      reader = null;
    }
  }

  @Override
  public void close() {
    forgetReader();
  }
}

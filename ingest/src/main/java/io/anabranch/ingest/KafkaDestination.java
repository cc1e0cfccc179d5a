package io.anabranch.ingest;

import io.anabranch.kafka.KafkaSchemaLog;
import io.anabranch.runtime.PlatformSettings;
import io.anabranch.runtime.Problem;
import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.SchemaLog;
import io.anabranch.views.ViewStore.SeenIdentity;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** A dataset's topic and its dead-letter topic. Not safe for several threads. */
final class KafkaDestination implements Destination {
  private static final Duration POLL = Duration.ofMillis(500);

  private final Dataset dataset;
  private final String logId;
  private final KafkaProducer<byte[], byte[]> producer;
  private final KafkaConsumer<byte[], byte[]> reader;
  private final RecordSender sender;
  private final SentRecords sent;
  private final RecordHash hash = new RecordHash();
  private final DeadLetters letters;

  private KafkaDestination(Dataset dataset, String kafka, String logId, SentRecords sent) {
    this.dataset = dataset;
    this.logId = logId;
    this.producer = KafkaClients.producer(kafka);
    this.reader = KafkaClients.reader(kafka);
    this.sent = sent;
    this.sender = new RecordSender(producer, dataset);
    this.letters = new DeadLetters(producer, Clock.systemUTC());
  }

  /**
   * Makes absent topics, registers the schema and opens them.
   *
   * @param sent what the topic took, for the caller to close
   * @throws Problem status 2 if records of the schema would break with those that are there, status
   *     3 if Kafka does not answer
   */
  static KafkaDestination open(
      Dataset dataset, PlatformSettings platform, IngestSettings settings, SentRecords sent) {
    try (Topics topics = new Topics(platform.kafka(), settings)) {
      prepare(topics, dataset, platform.kafka());
      return new KafkaDestination(dataset, platform.kafka(), topics.id(dataset), sent);
    }
  }

  /** What a producer does before its first record. */
  static void prepare(Topics topics, Dataset dataset, String kafka) {
    topics.make(dataset);
    try (SchemaLog schemas = new KafkaSchemaLog(kafka)) {
      schemas.register(dataset);
    }
  }

  @Override
  public void send(GenericRecord datum) throws IOException {
    sender.send(datum);
  }

  /** The hash is that of the record and the log: a topic that was made anew holds nothing. */
  @Override
  public boolean sendOnce(GenericRecord datum, byte[] value) {
    ByteBuffer id = hash.of(value, logId.getBytes(StandardCharsets.UTF_8));
    long high = id.getLong(0);
    long low = id.getLong(Long.BYTES);
    if (sent.contains(high, low)) {
      return false;
    }
    sender.send(
        datum,
        value,
        taken ->
            sent.acknowledge(
                taken.partition(), new SeenIdentity(high, low, taken.offset(), taken.timestamp())));
    return true;
  }

  @Override
  public void refuse(byte[] row, String source, long line, Refusal why) throws IOException {
    letters.send(dataset, row, source, line, why);
  }

  @Override
  public void finish() throws IOException {
    sender.finish();
    letters.await();
    sent.flush();
  }

  @Override
  public String logId() {
    return logId;
  }

  @Override
  public Map<Integer, Long> ends() {
    return asking(() -> byNumber(reader.endOffsets(partitions())));
  }

  @Override
  public boolean read(Map<Integer, Long> from, long most, Consumer<byte[]> values) {
    return asking(() -> readBehind(from, most, values));
  }

  private boolean readBehind(Map<Integer, Long> from, long most, Consumer<byte[]> values) {
    List<TopicPartition> partitions = partitions();
    Map<TopicPartition, Long> beginnings = reader.beginningOffsets(partitions);
    Map<TopicPartition, Long> left = new HashMap<>(reader.endOffsets(partitions));
    reader.assign(partitions);
    long all = 0;
    for (TopicPartition partition : partitions) {
      long beginning = beginnings.get(partition);
      long begin = Math.max(beginning, from.getOrDefault(partition.partition(), beginning));
      reader.seek(partition, begin);
      all += left.get(partition) - begin;
      left.computeIfPresent(partition, (p, end) -> begin < end ? end : null);
    }
    if (all > most) {
      return false;
    }
    while (!left.isEmpty()) {
      for (ConsumerRecord<byte[], byte[]> record : reader.poll(POLL)) {
        if (record.value() != null) {
          values.accept(record.value());
        }
      }
      left.entrySet().removeIf(end -> reader.position(end.getKey()) >= end.getValue());
    }
    return true;
  }

  private List<TopicPartition> partitions() {
    return reader.partitionsFor(dataset.topic().name()).stream()
        .map(info -> new TopicPartition(info.topic(), info.partition()))
        .toList();
  }

  private static Map<Integer, Long> byNumber(Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream()
        .collect(Collectors.toMap(end -> end.getKey().partition(), Map.Entry::getValue));
  }

  private <T> T asking(java.util.function.Supplier<T> question) {
    try {
      return question.get();
    } catch (KafkaException e) {
      throw Problem.unreachable(
          "Kafka does not tell where the topic %s ends: %s. Do the same again once it answers; it goes on where this stopped"
              .formatted(dataset.topic().name(), e.getMessage()),
          e);
    }
  }

  @Override
  public void close() {
    producer.close();
    reader.close();
  }
}

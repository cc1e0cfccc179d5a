package io.anabranch.speed;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The holes of a partition of a topic. Control records of transactions take offsets and are handed
 * to nobody, so what comes first behind an offset is known only to who reads from there. Connects
 * with the first question, since most topics have no holes.
 */
final class TopicHoles implements OffsetHoles {
  private static final Logger LOG = LoggerFactory.getLogger(TopicHoles.class);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final String bootstrap;
  private final TopicPartition partition;
  private volatile boolean closed;
  private KafkaConsumer<byte[], byte[]> reader;

  /**
   * @param bootstrap {@code host:port,...}
   */
  TopicHoles(String bootstrap, String topic, int partition) {
    this.bootstrap = bootstrap;
    this.partition = new TopicPartition(topic, partition);
  }

  @Override
  public synchronized boolean isHole(long from, long to) {
    if (closed) {
      return false;
    }
    try {
      KafkaConsumer<byte[], byte[]> consumer = reader();
      consumer.seek(partition, from);
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (!closed && System.nanoTime() < deadline) {
        for (ConsumerRecord<byte[], byte[]> first : consumer.poll(Duration.ofMillis(200))) {
          return first.offset() == to;
        }
      }
    } catch (KafkaException e) {
      LOG.warn(
          "{}: nobody tells what lies between {} and {}: {}", partition, from, to, e.toString());
      forgetReader();
    }
    return false;
  }

  private KafkaConsumer<byte[], byte[]> reader() {
    if (reader == null) {
      Map<String, Object> config = new HashMap<>();
      config.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
      config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
      // What retention deleted is no hole.
      config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
      config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
      // One record is asked for; the broker answers with its batch, which is as little as it can.
      config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1);
      config.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 1);
      reader =
          new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
      reader.assign(List.of(partition));
    }
    return reader;
  }

  private void forgetReader() {
    if (reader != null) {
      reader.close(Duration.ZERO);
      reader = null;
    }
  }

  /** Ends a question that is under way, whose answer is then false. */
  @Override
  public void close() {
    closed = true;
    synchronized (this) {
      forgetReader();
    }
  }
}

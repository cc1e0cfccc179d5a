package io.anabranch.ingest;

import io.anabranch.runtime.Problem;
import io.anabranch.schemas.Dataset;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;

/**
 * Sends to a dataset's dead-letter topic what is no record. Headers, all of them UTF-8 texts, say
 * where it came from and why: {@code dataset}; {@code source}, the file, the address or {@code
 * topic NAME}; {@code line} from 1, or {@code partition}, {@code offset} and {@code appended};
 * {@code reason} with what was found, and {@code rule}, the same for all values of that fault;
 * {@code time} of the refusal, ISO 8601 UTC. After a crash the same letter may come twice; its
 * headers say so.
 */
final class DeadLetters {
  /** More of a key is cut off: what a letter's headers and frame leave beside its value. */
  static final int MOST_KEY_BYTES = 64 << 10;

  private static final int MOST_UNDER_WAY = 1000;

  private final Producer<byte[], byte[]> producer;
  private final Clock clock;
  private final List<Future<?>> underWay = new ArrayList<>();

  DeadLetters(Producer<byte[], byte[]> producer, Clock clock) {
    this.producer = producer;
    this.clock = clock;
  }

  /**
   * A value of the topic that cannot be decoded. Of a value, or a key, that is larger than a letter
   * holds, the beginning is sent, with its size in the header {@code bytes}, or {@code key-bytes}:
   * a topic may hold larger ones than a producer sends.
   */
  void send(Dataset dataset, ConsumerRecord<byte[], byte[]> value, String reason)
      throws IOException {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("source", "topic " + value.topic());
    headers.put("partition", Integer.toString(value.partition()));
    headers.put("offset", Long.toString(value.offset()));
    headers.put("appended", Instant.ofEpochMilli(value.timestamp()).toString());
    headers.put("reason", reason);
    headers.put("rule", dataset.schemaRule());
    byte[] key = beginning(value.key(), MOST_KEY_BYTES, "key-bytes", headers);
    byte[] bytes = beginning(value.value(), RecordEncoder.MOST_BYTES, "bytes", headers);
    send(dataset, key, bytes, headers);
  }

  /**
   * A row of a source that is no record; of one that is larger than a broker takes, the beginning,
   * with its size in the header {@code bytes}.
   */
  void send(Dataset dataset, byte[] row, String source, long line, Refusal why) throws IOException {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("source", source);
    headers.put("line", Long.toString(line));
    headers.put("reason", why.getMessage());
    headers.put("rule", why.reason());
    send(dataset, null, beginning(row, RecordEncoder.MOST_BYTES, "bytes", headers), headers);
  }

  /** The bytes, or null, as they are if they are not too many; the header tells of a cut. */
  private static byte[] beginning(
      byte[] bytes, int most, String header, Map<String, String> headers) {
    if (bytes == null || bytes.length <= most) {
      return bytes;
    }
    headers.put(header, Integer.toString(bytes.length));
    return Arrays.copyOf(bytes, most);
  }

  private void send(Dataset dataset, byte[] key, byte[] value, Map<String, String> headers)
      throws IOException {
    headers.put("dataset", dataset.name());
    headers.put("time", clock.instant().toString());
    ProducerRecord<byte[], byte[]> letter =
        new ProducerRecord<>(dataset.topic().deadLetter(), key, value);
    headers.forEach(
        (name, text) -> letter.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
    try {
      underWay.add(producer.send(letter));
    } catch (KafkaException e) {
      throw notTaken(e);
    }
    if (underWay.size() >= MOST_UNDER_WAY) {
      await();
    }
  }

  /** Returns once Kafka has all letters so far. */
  void await() throws IOException {
    for (Future<?> letter : underWay) {
      try {
        letter.get();
      } catch (ExecutionException e) {
        throw notTaken(e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("Interrupted while dead letters were under way", e);
      }
    }
    underWay.clear();
  }

  private static Problem notTaken(Throwable why) {
    return Problem.unreachable(
        "Kafka did not take a dead letter: %s. Do the same again once it does; it goes on where this stopped"
            .formatted(why.getMessage()),
        why);
  }
}

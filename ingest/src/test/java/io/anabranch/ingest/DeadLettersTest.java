package io.anabranch.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.schemas.Dataset;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class DeadLettersTest {
  private static final Dataset ORDERS = Fixtures.DATASETS.named("customer_orders");

  /** What a producer sends and a broker takes, unless they are told otherwise. */
  private static final int MOST_REQUEST_BYTES = 1 << 20;

  /** More than Kafka adds to a record, or to a header. */
  private static final int FRAME_BYTES = 100;

  private static final Instant NOW = Instant.parse("2026-02-03T04:05:06Z");

  private final MockProducer<byte[], byte[]> kafka =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  private final DeadLetters letters = new DeadLetters(kafka, Clock.fixed(NOW, ZoneOffset.UTC));

  @Test
  void aRefusedRowSaysWhereItStoodAndWhichRuleItBroke() throws Exception {
    Refusal why = new Refusal("price: expected a number", " but found 'dear'");
    letters.send(ORDERS, bytes("1;dear"), "/in/orders.csv", 17, why);
    letters.await();

    assertThat(only().topic()).isEqualTo("customer_orders.dead-letter");
    assertThat(only().value()).isEqualTo(bytes("1;dear"));
    assertThat(headers())
        .isEqualTo(
            Map.of(
                "dataset", "customer_orders",
                "source", "/in/orders.csv",
                "line", "17",
                "reason", "price: expected a number but found 'dear'",
                "rule", "price: expected a number",
                "time", "2026-02-03T04:05:06Z"));
  }

  @Test
  void aRowThatIsTooLargeLeavesItsBeginningAndItsSize() throws Exception {
    byte[] row = new byte[RecordEncoder.MOST_BYTES + 1];
    letters.send(ORDERS, row, "big.csv", 1, new Refusal("row: expected less"));

    assertThat(only().value()).hasSize(RecordEncoder.MOST_BYTES);
    assertThat(headers()).containsEntry("bytes", Integer.toString(row.length));
  }

  @Test
  void anUndecodableValueSaysItsPosition() throws Exception {
    letters.send(
        ORDERS, record(bytes("k"), new byte[] {1, 2, 3}), "not in Avro's single-object encoding");

    assertThat(only().key()).isEqualTo(bytes("k"));
    assertThat(only().value()).containsExactly(1, 2, 3);
    assertThat(headers())
        .isEqualTo(
            Map.of(
                "dataset", "customer_orders",
                "source", "topic customer_orders",
                "partition", "2",
                "offset", "99",
                "appended", "2026-02-03T04:00:00.123Z",
                "reason", "not in Avro's single-object encoding",
                "rule", "schema: CustomerOrder",
                "time", "2026-02-03T04:05:06Z"));
  }

  @Test
  void ofAnUndecodableValueThatIsTooLargeTheBeginningIsSentAndItsSize() throws Exception {
    byte[] key = new byte[DeadLetters.MOST_KEY_BYTES + 2];
    byte[] value = new byte[RecordEncoder.MOST_BYTES + 1];
    Arrays.fill(value, (byte) 7);
    letters.send(ORDERS, record(key, value), "not in Avro's single-object encoding");

    assertThat(only().key()).hasSize(DeadLetters.MOST_KEY_BYTES);
    assertThat(only().value()).hasSize(RecordEncoder.MOST_BYTES).containsOnly(7);
    assertThat(headers())
        .containsEntry("bytes", Integer.toString(value.length))
        .containsEntry("key-bytes", Integer.toString(key.length));
  }

  @Test
  void theLargestLetterIsOneThatAProducerSends() throws Exception {
    byte[] large = new byte[RecordEncoder.MOST_BYTES * 2];
    letters.send(ORDERS, record(large, large), "x".repeat(10_000));

    int size = FRAME_BYTES + only().key().length + only().value().length;
    for (Header header : only().headers()) {
      size += FRAME_BYTES + header.key().length() + header.value().length;
    }
    assertThat(size).isLessThan(MOST_REQUEST_BYTES);
  }

  private static ConsumerRecord<byte[], byte[]> record(byte[] key, byte[] value) {
    return new ConsumerRecord<>(
        "customer_orders",
        2,
        99,
        Instant.parse("2026-02-03T04:00:00.123Z").toEpochMilli(),
        TimestampType.LOG_APPEND_TIME,
        key.length,
        value.length,
        key,
        value,
        new RecordHeaders(),
        Optional.empty());
  }

  private ProducerRecord<byte[], byte[]> only() {
    assertThat(kafka.history()).hasSize(1);
    return kafka.history().get(0);
  }

  private Map<String, String> headers() {
    Map<String, String> texts = new TreeMap<>();
    for (Header header : only().headers()) {
      texts.put(header.key(), new String(header.value(), StandardCharsets.UTF_8));
    }
    return texts;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

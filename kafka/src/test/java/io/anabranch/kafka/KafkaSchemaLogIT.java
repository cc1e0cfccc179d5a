package io.anabranch.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.cluster.LocalStack;
import io.anabranch.schemas.SchemaLog;
import io.anabranch.schemas.SchemaLogContract;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class KafkaSchemaLogIT extends SchemaLogContract {
  private static LocalStack stack;

  @BeforeAll
  static void start() {
    stack = LocalStack.start();
  }

  @AfterAll
  static void stop() {
    stack.close();
  }

  @Override
  protected SchemaLog emptyLog() {
    String topic = sales().topic().schemas();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", stack.kafka()))) {
      if (admin.listTopics().names().get().contains(topic)) {
        admin.deleteTopics(Set.of(topic)).all().get();
        org.awaitility.Awaitility.await()
            .atMost(Duration.ofMinutes(1))
            .until(() -> !admin.listTopics().names().get().contains(topic));
      }
      return new KafkaSchemaLog(stack.kafka());
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void passesOverWhatIsNoSchemaOrStandsUnderAnothersFingerprint() throws Exception {
    byte[] units = bytes(sales("units").schema().toString());
    try (SchemaLog log = emptyLog()) {
      log.register(sales());
      append(bytes("key"), bytes("no schema"));
      append(bytes("%016x".formatted(1)), bytes("{\"type\": \"record\"}"));
      append(bytes("%016x".formatted(2)), new byte[] {(byte) 0xff, 0});
      append(bytes("%016x".formatted(3)), units);
      append(new byte[0], units);

      assertThat(log.history(sales()).schemas()).containsExactly(sales().schema());
      assertThat(log.register(sales("shops")).schemas())
          .containsExactly(sales().schema(), sales("shops").schema());
    }
  }

  private static void append(byte[] key, byte[] value) throws Exception {
    Map<String, Object> config = Map.of("bootstrap.servers", stack.kafka());
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>(sales().topic().schemas(), key, value)).get();
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  protected SchemaLog sameLog(SchemaLog log) {
    return new KafkaSchemaLog(stack.kafka());
  }
}

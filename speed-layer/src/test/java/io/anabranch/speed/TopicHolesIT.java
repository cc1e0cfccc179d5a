package io.anabranch.speed;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.cluster.LocalStack;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** Kafka's own holes. */
final class TopicHolesIT {
  private static final String TOPIC = "holes";

  @Test
  void whatATransactionLeavesIsAHoleAndARecordOrWhatWasDeletedIsNone() throws Exception {
    try (LocalStack stack = LocalStack.start()) {
      make(stack);
      // Records at 0, 1, 3 and 5; ends of transactions at 2, 4 and 6.
      try (KafkaProducer<byte[], byte[]> producer = producer(stack)) {
        producer.initTransactions();
        commit(producer, 2);
        commit(producer, 1);
        commit(producer, 1);
      }
      try (TopicHoles holes = new TopicHoles(stack.kafka(), TOPIC, 0)) {
        assertThat(holes.isHole(2, 3)).isTrue();
        assertThat(holes.isHole(0, 3)).as("records at 0 and 1").isFalse();
        assertThat(holes.isHole(1, 3)).as("a record at 1").isFalse();
        assertThat(holes.isHole(2, 4)).as("a record at 3").isFalse();
        assertThat(holes.isHole(2, 3)).as("asked again").isTrue();
        deleteBefore(stack, 3);
        assertThat(holes.isHole(2, 3)).as("deleted").isFalse();
        assertThat(holes.isHole(4, 5)).isTrue();
      }
    }
  }

  private static void make(LocalStack stack) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", stack.kafka()))) {
      admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1))).all().get();
    }
  }

  private static KafkaProducer<byte[], byte[]> producer(LocalStack stack) {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", stack.kafka(), "transactional.id", TOPIC),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  private static void commit(KafkaProducer<byte[], byte[]> producer, int records) throws Exception {
    producer.beginTransaction();
    for (int i = 0; i < records; i++) {
      producer.send(new ProducerRecord<>(TOPIC, 0, null, new byte[] {1})).get();
    }
    producer.commitTransaction();
  }

  private static void deleteBefore(LocalStack stack, long offset) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", stack.kafka()))) {
      admin
          .deleteRecords(Map.of(new TopicPartition(TOPIC, 0), RecordsToDelete.beforeOffset(offset)))
          .all()
          .get();
    }
  }
}

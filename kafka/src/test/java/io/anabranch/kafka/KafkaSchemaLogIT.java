package io.anabranch.kafka;

import io.anabranch.cluster.LocalStack;
import io.anabranch.schemas.SchemaLog;
import io.anabranch.schemas.SchemaLogContract;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

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

  @Override
  protected SchemaLog sameLog(SchemaLog log) {
    return new KafkaSchemaLog(stack.kafka());
  }
}

package io.anabranch.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.anabranch.cluster.LocalStack;
import io.anabranch.schemas.Dataset;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.junit.jupiter.api.Test;

/** Topics of a real Kafka, made by several threads at once, as an ingest process does it. */
class TopicsIT {
  private static final Dataset ENERGY = Fixtures.DATASETS.named("energy_readings");
  private static final String NAME = ENERGY.topic().name();
  private static final int DECLARED = ENERGY.topic().partitions();

  @Test
  void aTopicGetsThePartitionsThatItsDatasetDeclaresAndKeepsMore() throws Exception {
    try (LocalStack stack = LocalStack.start();
        Admin admin = Admin.create(Map.of("bootstrap.servers", stack.kafka()))) {
      admin.createTopics(List.of(new NewTopic(NAME, DECLARED - 1, (short) 1))).all().get();
      String id = describe(admin).topicId().toString();

      assertThat(make(stack)).containsExactly(id);
      await().until(() -> describe(admin).partitions().size() == DECLARED);

      admin.createPartitions(Map.of(NAME, NewPartitions.increaseTo(DECLARED + 1))).all().get();
      await().until(() -> describe(admin).partitions().size() == DECLARED + 1);
      assertThat(make(stack)).containsExactly(id);
      assertThat(describe(admin).partitions()).hasSize(DECLARED + 1);
    }
  }

  /** The ids of the topic that the threads see. */
  private static Set<String> make(LocalStack stack) throws Exception {
    Callable<String> make =
        () -> {
          try (Topics topics = new Topics(stack.kafka(), Fixtures.settings("g", "1", 1))) {
            topics.make(ENERGY);
            return topics.id(ENERGY);
          }
        };
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try {
      Set<String> ids = new HashSet<>();
      for (Future<String> made : threads.invokeAll(List.of(make, make, make))) {
        ids.add(made.get());
      }
      return ids;
    } finally {
      threads.shutdown();
    }
  }

  private static TopicDescription describe(Admin admin) throws Exception {
    return admin.describeTopics(List.of(NAME)).allTopicNames().get().get(NAME);
  }
}

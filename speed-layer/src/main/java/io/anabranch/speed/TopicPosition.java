package io.anabranch.speed;

import io.anabranch.runtime.Problem;
import io.anabranch.schemas.Dataset;
import io.anabranch.views.Catalog;
import io.anabranch.views.Catalog.Applied;
import io.anabranch.views.OffsetRange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Where a run begins: the applied end of each partition, and what the topic still has. */
final class TopicPosition {
  private TopicPosition() {}

  /**
   * Where the fold of a partition goes on, and where the topic can be read from.
   *
   * @param applied the applied end, 0 or more
   * @param readable not before it; between the two lies what the topic no longer has
   */
  record Start(int partition, long applied, long readable) {
    /** What the topic no longer has. */
    OffsetRange gone() {
      return new OffsetRange(partition, applied, readable);
    }
  }

  /**
   * The start of each partition that the topic has.
   *
   * @throws Problem of bad input if the topic is not the one that the dataset is bound to, or ends
   *     before the applied end; unreachable if Kafka or the topic is not there
   */
  static List<Start> starts(String bootstrap, Dataset dataset, Catalog catalog) {
    return ask(
        bootstrap, dataset, (admin, description) -> starts(admin, description, dataset, catalog));
  }

  private static List<Start> starts(
      Admin admin, TopicDescription description, Dataset dataset, Catalog catalog)
      throws ExecutionException, InterruptedException {
    requireSameTopic(dataset, description.topicId().toString(), catalog);
    Map<Integer, Long> earliest = offsets(admin, description, OffsetSpec.earliest());
    Map<Integer, Long> latest = offsets(admin, description, OffsetSpec.latest());
    Map<Integer, Applied> applied = catalog.applied(dataset.name());
    List<Start> starts = new ArrayList<>();
    earliest.forEach(
        (partition, first) -> {
          long end = applied.containsKey(partition) ? applied.get(partition).end() : 0;
          requireStillThere(dataset, partition, end, latest.get(partition));
          starts.add(new Start(partition, end, Math.max(end, first)));
        });
    return starts;
  }

  /** The first offset behind each partition, at this moment. */
  static Map<Integer, Long> ends(String bootstrap, Dataset dataset) {
    return ask(
        bootstrap,
        dataset,
        (admin, description) -> offsets(admin, description, OffsetSpec.latest()));
  }

  private interface Question<T> {
    T of(Admin admin, TopicDescription topic) throws ExecutionException, InterruptedException;
  }

  private static <T> T ask(String bootstrap, Dataset dataset, Question<T> question) {
    String topic = dataset.topic().name();
    try (Admin admin = admin(bootstrap)) {
      return question.of(
          admin, admin.describeTopics(List.of(topic)).topicNameValues().get(topic).get());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        throw Problem.unreachable(
            "the topic %s is not there yet: it is made with the first record ('anabranch ingest')"
                .formatted(topic));
      }
      throw Problem.unreachable(
          "Kafka at %s does not answer: %s".formatted(bootstrap, e.getCause().getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while asking Kafka for " + topic, e);
    }
  }

  private static Admin admin(String bootstrap) {
    return Admin.create(
        Map.of(
            AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap,
            AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, "5000",
            AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, "10000"));
  }

  private static void requireSameTopic(Dataset dataset, String id, Catalog catalog) {
    String bound = catalog.bindTopic(dataset.name(), id);
    if (!bound.equals(id)) {
      throw Problem.badInput(
          ("the topic %s was deleted and made anew (id %s, the history of %s is that of %s):"
                  + " start a new history with another dataset name or an empty data folder")
              .formatted(dataset.topic().name(), id, dataset.name(), bound));
    }
  }

  private static Map<Integer, Long> offsets(Admin admin, TopicDescription topic, OffsetSpec which)
      throws ExecutionException, InterruptedException {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    topic
        .partitions()
        .forEach(p -> asked.put(new TopicPartition(topic.name(), p.partition()), which));
    Map<Integer, Long> offsets = new TreeMap<>();
    admin
        .listOffsets(asked)
        .all()
        .get()
        .forEach((partition, of) -> offsets.put(partition.partition(), of.offset()));
    return offsets;
  }

  private static void requireStillThere(Dataset dataset, int partition, long end, long latest) {
    if (end > latest) {
      throw Problem.badInput(
          ("%s partition %s is applied up to offset %s, but the topic ends at %s: Kafka lost its"
                  + " log; restore it, or start a new history with an empty data folder")
              .formatted(dataset.name(), partition, end, latest));
    }
  }
}

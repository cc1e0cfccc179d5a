package io.anabranch.speed;

import io.anabranch.runtime.Problem;
import io.anabranch.schemas.Dataset;
import io.anabranch.views.Catalog;
import io.anabranch.views.Catalog.Applied;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where a run begins to read: the applied end of each partition that the topic has. */
final class TopicPosition {
  private static final Logger LOG = LoggerFactory.getLogger(TopicPosition.class);

  private TopicPosition() {}

  /**
   * First offset of each partition, 0 or more. Where the topic no longer reaches back to the
   * applied end, the run begins at the earliest offset, and the gap is told.
   *
   * @throws Problem of bad input if the topic is not the one that the dataset is bound to;
   *     unreachable if Kafka or the topic is not there
   */
  static Map<Integer, Long> starts(
      String bootstrap, Dataset dataset, Catalog catalog, StreamStatus status) {
    String topic = dataset.topic().name();
    try (Admin admin = admin(bootstrap)) {
      TopicDescription description =
          admin.describeTopics(java.util.List.of(topic)).topicNameValues().get(topic).get();
      requireSameTopic(dataset, description.topicId().toString(), catalog);
      Map<Integer, Long> earliest = offsets(admin, description, OffsetSpec.earliest());
      Map<Integer, Long> latest = offsets(admin, description, OffsetSpec.latest());
      Map<Integer, Applied> applied = catalog.applied(dataset.name());
      Map<Integer, Long> starts = new TreeMap<>();
      earliest.forEach(
          (partition, first) ->
              starts.put(
                  partition,
                  start(
                      dataset,
                      partition,
                      first,
                      latest.get(partition),
                      applied.get(partition),
                      status)));
      return starts;
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

  private static long start(
      Dataset dataset,
      int partition,
      long earliest,
      long latest,
      Applied applied,
      StreamStatus status) {
    long end = applied == null ? 0 : applied.end();
    if (end > latest) {
      throw Problem.badInput(
          ("%s partition %s is applied up to offset %s, but the topic ends at %s: Kafka lost its"
                  + " log; restore it, or start a new history with an empty data folder")
              .formatted(dataset.name(), partition, end, latest));
    }
    if (end < earliest) {
      LOG.error(
          "{} partition {}: the topic no longer has the records from {} to {}; a batch run that"
              + " covers them makes the answers exact again",
          dataset.name(),
          partition,
          end,
          earliest);
      status.gap(new StreamStatus.Gap(partition, end, earliest));
    }
    return Math.max(end, earliest);
  }
}

package io.anabranch.ingest;

import io.anabranch.runtime.Problem;
import io.anabranch.schemas.Dataset;
import io.anabranch.views.Catalog;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.InvalidPartitionsException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the topics of datasets and tells whether they are still the same. */
final class Topics implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Topics.class);

  /** For a broker that listens: a machine that starts everything at once is slow to answer. */
  private static final int TIMEOUT_MS = 60_000;

  private final Admin admin;
  private final String bootstrap;
  private final IngestSettings settings;

  Topics(String bootstrap, IngestSettings settings) {
    this.bootstrap = bootstrap;
    this.settings = settings;
    this.admin =
        Admin.create(
            Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrap,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                TIMEOUT_MS,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                TIMEOUT_MS / 2));
  }

  /**
   * Makes the dataset's topic and its dead-letter topic where they are absent, and adds partitions
   * to a topic that has fewer than the dataset declares. Nobody can take one away.
   *
   * @throws Problem status 3 if nobody listens, or nobody answers within a minute
   */
  void make(Dataset dataset) {
    new KafkaAddress(bootstrap).requireListener();
    Set<String> present = answer(admin.listTopics().names());
    List<NewTopic> absent = new ArrayList<>();
    if (!present.contains(dataset.topic().name())) {
      absent.add(topic(dataset.topic().name(), dataset.topic().partitions()));
    } else {
      widen(dataset.topic().name(), dataset.topic().partitions());
    }
    if (!present.contains(dataset.topic().deadLetter())) {
      absent.add(topic(dataset.topic().deadLetter(), 1));
    }
    admin.createTopics(absent).values().values().forEach(this::awaitMade);
  }

  private NewTopic topic(String name, int partitions) {
    return new NewTopic(name, Optional.of(partitions), Optional.of((short) settings.replication()))
        .configs(
            Map.of(
                TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
                "LogAppendTime",
                TopicConfig.RETENTION_MS_CONFIG,
                Long.toString(settings.retention().toMillis())));
  }

  private void widen(String topic, int partitions) {
    int present = describe(topic).partitions().size();
    if (present < partitions) {
      LOG.warn(
          "{} gets {} partitions instead of {}: a key may have another one from now on",
          topic,
          partitions,
          present);
      awaitMade(admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(partitions))).all());
    }
  }

  private void awaitMade(KafkaFuture<Void> made) {
    try {
      answer(made);
    } catch (TopicExistsException | InvalidPartitionsException e) {
      // Somebody else, the loader perhaps, was quicker: all is there, which is what we want.
      return;
    }
  }

  /**
   * Binds the dataset to its topic's id.
   *
   * @throws Problem status 2 if it is bound to an older topic of the same name
   */
  void bind(Dataset dataset, Catalog catalog) {
    String topic = dataset.topic().name();
    String id = id(dataset);
    String bound = catalog.bindTopic(dataset.name(), id);
    if (!bound.equals(id)) {
      throw Problem.badInput(
          """
          The topic '%s' was deleted and made anew: its id is %s, but the history of %s belongs to \
          topic id %s. Its offsets mean other records now. Give the dataset another topic name in \
          %s, or start a new history on an empty data folder."""
              .formatted(topic, id, dataset.name(), bound, dataset.file().getFileName()));
    }
  }

  /** The id of the dataset's topic, which is another one after it was deleted and made anew. */
  String id(Dataset dataset) {
    return describe(dataset.topic().name()).topicId().toString();
  }

  private TopicDescription describe(String topic) {
    return answer(admin.describeTopics(List.of(topic)).topicNameValues().get(topic));
  }

  private <T> T answer(KafkaFuture<T> future) {
    try {
      return future.get(TIMEOUT_MS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TopicExistsException
          || e.getCause() instanceof InvalidPartitionsException) {
        throw (ApiException) e.getCause();
      } else if (e.getCause() instanceof org.apache.kafka.common.errors.TimeoutException) {
        throw away(e);
      }
      throw Problem.unreachable("Kafka at " + bootstrap + " refuses: " + e.getCause(), e);
    } catch (TimeoutException e) {
      throw away(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw away(e);
    }
  }

  private Problem away(Exception cause) {
    return Problem.unreachable(
        "Kafka does not answer at " + bootstrap + ": start it with './anabranch up'", cause);
  }

  @Override
  public void close() {
    admin.close(java.time.Duration.ofSeconds(2));
  }
}

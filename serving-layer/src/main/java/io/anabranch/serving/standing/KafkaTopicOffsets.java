package io.anabranch.serving.standing;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.anabranch.views.OffsetRange;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What topics hold, asked of Kafka. An answer is up to 100 ms old; while Kafka is away it is asked
 * once a second, for two seconds at most.
 */
public final class KafkaTopicOffsets implements TopicOffsets {
  private static final Logger LOG = LoggerFactory.getLogger(KafkaTopicOffsets.class);
  private static final Duration FRESH = Duration.ofMillis(100);
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Admin admin;
  private final Set<String> silent = ConcurrentHashMap.newKeySet();
  private final LoadingCache<String, Optional<Map<Integer, OffsetRange>>> known;

  private KafkaTopicOffsets(Admin admin) {
    this.admin = admin;
    this.known =
        Caffeine.newBuilder()
            .expireAfter(
                Expiry.writing(
                    (String topic, Optional<Map<Integer, OffsetRange>> held) ->
                        held.isPresent() ? FRESH : RETRY))
            .build(this::ask);
  }

  /** Kafka need not be there yet. */
  public static KafkaTopicOffsets connect(String bootstrap) {
    return new KafkaTopicOffsets(
        Admin.create(
            Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrap,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                (int) PATIENCE.toMillis(),
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                (int) PATIENCE.toMillis(),
                AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG,
                1_000)));
  }

  @Override
  public Optional<Map<Integer, OffsetRange>> of(String topic) {
    return known.get(topic);
  }

  private Optional<Map<Integer, OffsetRange>> ask(String topic) {
    try {
      List<TopicPartition> partitions =
          admin
              .describeTopics(List.of(topic))
              .allTopicNames()
              .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
              .get(topic)
              .partitions()
              .stream()
              .map(partition -> new TopicPartition(topic, partition.partition()))
              .toList();
      Map<TopicPartition, ListOffsetsResultInfo> begins = list(partitions, OffsetSpec.earliest());
      Map<TopicPartition, ListOffsetsResultInfo> ends = list(partitions, OffsetSpec.latest());
      Map<Integer, OffsetRange> held = new TreeMap<>();
      begins.forEach(
          (partition, begin) ->
              held.put(
                  partition.partition(),
                  new OffsetRange(
                      partition.partition(), begin.offset(), ends.get(partition).offset())));
      if (silent.remove(topic)) {
        LOG.info("Kafka tells again what the topic {} holds", topic);
      }
      return Optional.of(held);
    } catch (ExecutionException e) {
      return e.getCause() instanceof UnknownTopicOrPartitionException
          ? Optional.of(Map.of())
          : silent(topic, e.getCause());
    } catch (TimeoutException e) {
      return silent(topic, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  private Optional<Map<Integer, OffsetRange>> silent(String topic, Throwable cause) {
    if (silent.add(topic)) {
      LOG.warn("Kafka does not tell what the topic {} holds: {}", topic, cause.toString());
    }
    return Optional.empty();
  }

  private Map<TopicPartition, ListOffsetsResultInfo> list(
      List<TopicPartition> partitions, OffsetSpec spec)
      throws ExecutionException, InterruptedException, TimeoutException {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    partitions.forEach(partition -> asked.put(partition, spec));
    return admin.listOffsets(asked).all().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    admin.close(PATIENCE);
  }
}

package io.anabranch.ingest;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.anabranch.runtime.HealthServer.Health;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;

/** What {@code run} says of itself: how far each of its partitions is, and what is wrong. */
final class ArchiveHealth {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SERVING = "";

  private final int loops;
  private final Map<String, String> states = new ConcurrentHashMap<>();
  private final Map<TopicPartition, PartitionStatus> partitions = new ConcurrentHashMap<>();

  ArchiveHealth(int loops) {
    this.loops = loops;
  }

  void serving(String member) {
    states.put(member, SERVING);
  }

  /** A service that {@link #retrying} told of is there now. */
  void connected(String service) {
    states.remove(service);
  }

  void retrying(String member, Exception why) {
    states.put(member, why.toString());
  }

  void follow(TopicPartition partition, PartitionStatus status) {
    partitions.put(partition, status);
  }

  void forget(TopicPartition partition) {
    partitions.remove(partition);
  }

  /** Ready once every loop has its partitions and none of them is refused. */
  Health health() {
    ObjectNode json = JSON.createObjectNode();
    ArrayNode errors = JSON.createArrayNode();
    states.values().stream().filter(state -> !state.equals(SERVING)).forEach(errors::add);
    ArrayNode list = JSON.createArrayNode();
    partitions.values().stream()
        .sorted(
            Comparator.comparing(PartitionStatus::dataset)
                .thenComparingInt(PartitionStatus::partition))
        .forEach(
            status -> {
              list.add(json(status));
              if (!status.error().isEmpty()) {
                errors.add(status.error());
              }
            });
    boolean started = states.size() == loops;
    boolean ready = started && errors.isEmpty();
    json.put("state", ready ? "ready" : errors.isEmpty() ? "starting" : "failing");
    json.set("errors", errors);
    json.set("partitions", list);
    return new Health(ready, json.toString());
  }

  private static ObjectNode json(PartitionStatus status) {
    return JSON.createObjectNode()
        .put("dataset", status.dataset())
        .put("partition", status.partition())
        .put("master_end", status.end())
        .put("read", status.next())
        .put("records_per_s", status.recordsPerSecond());
  }
}

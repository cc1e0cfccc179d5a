package io.anabranch.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Assignment;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.GroupSubscription;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Subscription;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;

class ArchiveThreadsTest {
  private static final String TOPIC = "orders";
  private static final Node BROKER = new Node(1, "localhost", 9092);

  /** By the assignor that Kafka's clients use by default. */
  @Property
  void processesHaveAsManyPartitionsOrOneMore(
      @ForAll @IntRange(min = 1, max = 7) int processes,
      @ForAll @IntRange(min = 1, max = 12) int threads,
      @ForAll @IntRange(min = 1, max = 40) int partitions) {
    Map<String, Subscription> members = new HashMap<>();
    Map<String, Integer> shares = new HashMap<>();
    for (int process = 0; process < processes; process++) {
      shares.put("ingest-" + process, 0);
      for (int thread = 0; thread < threads; thread++) {
        String name = ArchiveThreads.member("ingest-" + process, thread);
        Subscription subscription = new Subscription(List.of(TOPIC));
        subscription.setGroupInstanceId(Optional.of(name));
        members.put(name, subscription);
      }
    }

    Map<String, Assignment> assigned =
        new RangeAssignor()
            .assign(cluster(partitions), new GroupSubscription(members))
            .groupAssignment();

    assigned.forEach(
        (name, share) ->
            shares.merge(
                name.substring(name.indexOf('-') + 1), share.partitions().size(), Integer::sum));
    IntSummaryStatistics spread =
        shares.values().stream().mapToInt(Integer::intValue).summaryStatistics();
    assertThat(spread.getSum()).isEqualTo(partitions);
    assertThat(spread.getMax() - spread.getMin()).isLessThanOrEqualTo(1);
  }

  private static Cluster cluster(int partitions) {
    Node[] replicas = {BROKER};
    List<PartitionInfo> infos = new ArrayList<>();
    for (int i = 0; i < partitions; i++) {
      infos.add(new PartitionInfo(TOPIC, i, BROKER, replicas, replicas));
    }
    return new Cluster("test", List.of(BROKER), infos, Set.of(), Set.of());
  }
}

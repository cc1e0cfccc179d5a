package io.anabranch.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.anabranch.cluster.FreePorts;
import io.anabranch.cluster.LocalStack;
import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.Datasets;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three processes share a topic; two of them are killed again and again while records flow. */
class SharedTopicIT {
  private static final Duration LONGEST = Duration.ofMinutes(4);
  private static final int PARTITIONS = 6;
  private static final int KILLS = 10;

  /** In these rounds the killed stay away until their partitions have another owner. */
  private static final int AWAY_EVERY = 4;

  private static final double RECORDS_PER_SECOND = 1000;
  private static final long SEED = 20_261_123;
  private static final String SURVIVOR = "a";
  private static final List<String> KILLED = List.of("b", "c");

  private static LocalStack stack;

  private final HttpClient http = HttpClient.newHttpClient();
  private final Map<String, Process> processes = new HashMap<>();
  private final Map<String, Integer> healthPorts = new HashMap<>();
  @TempDir private Path folder;

  @BeforeAll
  static void start() {
    stack = LocalStack.start();
  }

  @AfterAll
  static void stop() {
    stack.close();
  }

  @AfterEach
  void killAll() {
    processes.values().forEach(Process::destroyForcibly);
  }

  @Test
  void threeProcessesOfWhichTwoAreKilledTenTimesLeaveNeitherGapNorOverlap() throws Exception {
    Random random = new Random(SEED);
    Path schemas = schemas();
    AtomicBoolean flows = new AtomicBoolean(true);
    try (ArchivedTopic topic = new ArchivedTopic(stack, schemas)) {
      CompletableFuture<Long> sent =
          CompletableFuture.supplyAsync(() -> produce(topic.dataset(), schemas, flows));
      for (String instance : List.of("a", "b", "c")) {
        run(topic, instance);
      }
      await().atMost(LONGEST).until(() -> processes.keySet().stream().allMatch(this::hasTwo));
      for (int kill = 1; kill <= KILLS; kill++) {
        // Something of theirs must have arrived since, so that each kill hits working processes.
        awaitFilesOf(topic, random.nextInt(3000));
        for (String instance : KILLED) {
          processes.get(instance).destroyForcibly().waitFor();
        }
        if (kill % AWAY_EVERY == 0) {
          await().atMost(LONGEST).until(() -> partitionsOf(SURVIVOR) == PARTITIONS);
        }
        for (String instance : KILLED) {
          run(topic, instance);
        }
      }
      await().atMost(LONGEST).until(() -> processes.keySet().stream().allMatch(this::hasTwo));
      flows.set(false);
      long all = sent.get();
      List<ConsumerRecord<byte[], byte[]>> log = topic.log();
      assertThat(log).hasSize((int) all);
      await().atMost(LONGEST).until(() -> topic.covered() == all);

      topic.assertHolds(log);
      for (Process process : processes.values()) {
        process.destroy();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      }
      topic.assertHolds(log);
    }
  }

  /** Returns once every partition has that many more offsets in master files. */
  private static void awaitFilesOf(ArchivedTopic topic, int more) {
    List<Long> before = ends(topic);
    await()
        .atMost(LONGEST)
        .until(
            () -> {
              List<Long> now = ends(topic);
              long moved = 0;
              for (int i = 0; i < PARTITIONS; i++) {
                if (now.get(i) <= before.get(i)) {
                  return false;
                }
                moved += now.get(i) - before.get(i);
              }
              return moved >= more;
            });
  }

  private static List<Long> ends(ArchivedTopic topic) {
    List<Long> ends = new ArrayList<>();
    for (int i = 0; i < PARTITIONS; i++) {
      ends.add(topic.ends(i).stream().mapToLong(Long::longValue).max().orElse(0));
    }
    return ends;
  }

  private void run(ArchivedTopic topic, String instance) throws IOException {
    healthPorts.put(instance, FreePorts.choose(1).get(0));
    processes.put(instance, topic.ingest(instance, healthPorts.get(instance)));
  }

  private boolean hasTwo(String instance) {
    return partitionsOf(instance) == PARTITIONS / 3;
  }

  /** How many partitions a process says that it has; -1 if it says nothing. */
  private int partitionsOf(String instance) {
    URI address = URI.create("http://127.0.0.1:" + healthPorts.get(instance) + "/health");
    try {
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(address).timeout(Duration.ofSeconds(10)).build(),
              HttpResponse.BodyHandlers.ofString());
      JsonNode health = new ObjectMapper().readTree(answer.body());
      return health.get("partitions").size();
    } catch (IOException e) {
      return -1;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Records, and now and then a value that is none, until told to end; returns how many. */
  private static long produce(Dataset dataset, Path schemas, AtomicBoolean flows) {
    RecordGenerator generator = new RecordGenerator(dataset, schemas, SEED, ErrorRates.NONE);
    Pace pace = new Pace(RECORDS_PER_SECOND, 1);
    long sent = 0;
    try (KafkaProducer<byte[], byte[]> producer = KafkaClients.producer(stack.kafka())) {
      RecordSender sender = new RecordSender(producer, dataset);
      for (long number = 0; flows.get(); number++) {
        pace.await(number);
        sender.send(generator.make(number).datum());
        sent++;
        if (number % 1000 == 0) {
          String topic = dataset.topic().name();
          int partition = (int) (sent % PARTITIONS);
          var unused = producer.send(new ProducerRecord<>(topic, partition, null, new byte[1]));
          sent++;
        }
      }
      sender.finish();
      return sent;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** The datasets' folder with the orders alone, on a topic of six partitions. */
  private Path schemas() throws IOException {
    Path copy = Fixtures.copyOfSchemas(folder.resolve("schemas"));
    Path orders = copy.resolve("datasets/customer_orders.yaml");
    for (Path other : Datasets.load(copy).all().stream().map(Dataset::file).toList()) {
      if (!other.equals(orders)) {
        Files.delete(other);
      }
    }
    String yaml = Files.readString(orders);
    String topic = "topic: {name: customer_orders, partitions: 3";
    assertThat(yaml).contains(topic);
    Files.writeString(
        orders, yaml.replace(topic, "topic: {name: shared_orders, partitions: " + PARTITIONS));
    return copy;
  }
}

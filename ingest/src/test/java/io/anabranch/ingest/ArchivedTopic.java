package io.anabranch.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.cluster.LocalStack;
import io.anabranch.master.HdfsMasterStore;
import io.anabranch.master.Listing;
import io.anabranch.master.MasterFile;
import io.anabranch.master.MasterRow;
import io.anabranch.master.RecordDecoder;
import io.anabranch.master.Undecodable;
import io.anabranch.runtime.PlatformSettings;
import io.anabranch.runtime.Settings;
import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.Datasets;
import io.anabranch.schemas.Wire;
import io.anabranch.views.Offsets;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** A topic of the real stack beside its master files, and the processes that make these of it. */
final class ArchivedTopic implements AutoCloseable {
  private final LocalStack stack;
  private final Path schemas;
  private final Dataset dataset;
  private final HdfsMasterStore store;

  /** The topic of customer orders, made if it is absent. */
  ArchivedTopic(LocalStack stack, Path schemas) throws IOException {
    this.stack = stack;
    this.schemas = schemas;
    this.dataset = Datasets.load(schemas).named("customer_orders");
    PlatformSettings platform =
        Settings.read(stack.config()).section("platform", PlatformSettings.class);
    this.store = HdfsMasterStore.connect(platform.hdfs(), platform.root());
    try (Topics topics = new Topics(stack.kafka(), Fixtures.settings("g", "1", 1))) {
      topics.make(dataset);
    }
  }

  Dataset dataset() {
    return dataset;
  }

  /** Starts a process whose files are small. */
  Process ingest(String instance, int healthPort) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx384m",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            "io.anabranch.ingest.Main",
            "run",
            "--config",
            stack.config().toString());
    Map<String, String> environment = builder.environment();
    environment.put("ANABRANCH_INGEST_HEALTH_PORT", Integer.toString(healthPort));
    environment.put("ANABRANCH_INGEST_INSTANCE", instance);
    environment.put("ANABRANCH_PLATFORM_SCHEMAS", schemas.toAbsolutePath().toString());
    environment.put("ANABRANCH_INGEST_ROLL_INTERVAL", "PT2S");
    environment.put("ANABRANCH_INGEST_MAX_FILE_BYTES", "100000");
    return builder
        .redirectErrorStream(true)
        .redirectOutput(
            ProcessBuilder.Redirect.appendTo(new File("target/ingest-" + instance + ".log")))
        .start();
  }

  /** How many offsets the master files cover. */
  long covered() throws IOException {
    Listing listing = store.list(dataset.name());
    return listing.partitions().stream().mapToLong(p -> listing.cover(p).end()).sum();
  }

  /** Where the files of a partition end. */
  List<Long> ends(int partition) {
    try {
      return store.list(dataset.name()).cover(partition).files().stream()
          .map(MasterFile::end)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The whole topic, by partition and offset. */
  List<ConsumerRecord<byte[], byte[]>> log() {
    List<ConsumerRecord<byte[], byte[]>> log = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer = KafkaClients.reader(stack.kafka())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(dataset.topic().name()).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      long all = consumer.endOffsets(partitions).values().stream().mapToLong(Long::longValue).sum();
      while (log.size() < all) {
        consumer.poll(Duration.ofSeconds(1)).forEach(log::add);
      }
    }
    log.sort(
        Comparator.<ConsumerRecord<byte[], byte[]>>comparingInt(ConsumerRecord::partition)
            .thenComparingLong(ConsumerRecord::offset));
    return log;
  }

  /**
   * Holds all files, covered ones too, against the whole topic: each begins where the one before it
   * ends, and together they hold each record of the topic once.
   */
  void assertHolds(List<ConsumerRecord<byte[], byte[]>> log) throws Exception {
    Listing listing = store.list(dataset.name());
    assertThat(listing.strangers()).isEmpty();
    Map<Integer, List<ConsumerRecord<byte[], byte[]>>> byPartition =
        log.stream().collect(Collectors.groupingBy(ConsumerRecord::partition));
    assertThat(listing.partitions()).isEqualTo(byPartition.keySet());
    for (int partition : listing.partitions()) {
      long at = 0;
      for (MasterFile file : files(listing, partition)) {
        assertThat(file.first()).as("%s joins up", file).isEqualTo(at);
        at = file.end();
        assertThat(store.rows(dataset.name(), file))
            .as("%s", file)
            .isEqualTo(rows(byPartition.get(partition).subList((int) file.first(), (int) at)));
      }
      assertThat(at).isEqualTo(byPartition.get(partition).size());
    }
    Map<Integer, Long> ends = new HashMap<>();
    byPartition.forEach((partition, records) -> ends.put(partition, (long) records.size()));
    assertThat(
            store.undecodable(dataset.name(), Offsets.NONE, new Offsets(ends)).stream()
                .map(ArchivedTopic::position))
        .containsExactlyElementsOf(
            log.stream().filter(ArchivedTopic::isRefused).map(ArchivedTopic::position).toList());
  }

  private static List<MasterFile> files(Listing listing, int partition) {
    return listing.files().stream()
        .filter(file -> file.partition() == partition)
        .sorted(Comparator.comparingLong(MasterFile::first).thenComparingLong(MasterFile::end))
        .toList();
  }

  private List<MasterRow> rows(List<ConsumerRecord<byte[], byte[]>> log) throws Exception {
    RecordDecoder decoder = new RecordDecoder(dataset, List.of());
    List<MasterRow> rows = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : log) {
      if (!isRefused(record) && !Wire.isMarker(record.value())) {
        rows.add(
            new MasterRow(
                decoder.decode(record.value()).values(),
                record.partition(),
                record.offset(),
                record.timestamp(),
                Wire.fingerprint(dataset.schema())));
      }
    }
    return rows;
  }

  private static boolean isRefused(ConsumerRecord<byte[], byte[]> record) {
    return Wire.fingerprint(record.value()).isEmpty();
  }

  private static String position(ConsumerRecord<byte[], byte[]> record) {
    return record.partition() + "@" + record.offset();
  }

  private static String position(Undecodable value) {
    return value.partition() + "@" + value.offset();
  }

  @Override
  public void close() throws IOException {
    store.close();
  }
}

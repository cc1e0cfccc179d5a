package io.anabranch.ingest;

import io.anabranch.master.Cover;
import io.anabranch.master.Listing;
import io.anabranch.runtime.ExitStatus;
import io.anabranch.runtime.Problem;
import io.anabranch.schemas.Dataset;
import io.anabranch.views.EpochTimeline;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One consumer and the partitions that its group gives it. Whatever fails, it abandons the open
 * files, waits a moment and begins again at the end of the master files: the same path as after a
 * kill.
 */
final class ArchiveLoop implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(ArchiveLoop.class);
  private static final Duration POLL = Duration.ofMillis(200);

  /** After so long without a record it is worth asking whether the broker is there at all. */
  private static final Duration SILENCE = Duration.ofSeconds(10);

  private static final long FIRST_PAUSE_MS = 500;
  private static final long LONGEST_PAUSE_MS = 15_000;

  private final Archive archive;
  private final String member;
  private final Map<TopicPartition, PartitionArchive> partitions = new HashMap<>();
  private final CountDownLatch stop = new CountDownLatch(1);
  private volatile Consumer<byte[], byte[]> consumer;
  private Instant heardAt = Instant.EPOCH;
  private long pauseMs = FIRST_PAUSE_MS;

  ArchiveLoop(Archive archive, String member) {
    this.archive = archive;
    this.member = member;
  }

  /** Asks the loop to commit what it has and to end. */
  void stop() {
    stop.countDown();
    Consumer<byte[], byte[]> running = consumer;
    if (running != null) {
      running.wakeup();
    }
  }

  private boolean isStopped() {
    return stop.getCount() == 0;
  }

  /**
   * Runs until it is stopped.
   *
   * @throws Problem for what no retry mends
   */
  @Override
  public void run() {
    while (!isStopped()) {
      try {
        consume();
      } catch (Exception e) {
        archive.health().retrying(member, e);
        if (!isStopped()) {
          refuseHopeless(e);
          pause(e);
        }
      }
    }
  }

  private void refuseHopeless(Exception e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof Problem problem && problem.status() != ExitStatus.UNREACHABLE) {
        throw problem;
      } else if (cause instanceof FencedInstanceIdException) {
        throw Problem.badInput(
            "Another process runs as instance '%s': give each a name of its own with ingest.instance"
                .formatted(member),
            e);
      }
    }
  }

  private void pause(Exception e) {
    LOG.warn("Trying again in {} ms: {}", pauseMs, e.toString(), e);
    try {
      // Returns early when the loop is stopped, which its caller sees.
      if (!stop.await(pauseMs, TimeUnit.MILLISECONDS)) {
        pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      stop();
    }
  }

  private void consume() throws IOException {
    archive.prepareTopics();
    try (KafkaProducer<byte[], byte[]> producer = KafkaClients.producer(archive.kafka());
        KafkaConsumer<byte[], byte[]> opened =
            KafkaClients.consumer(archive.kafka(), archive.settings().group(), member)) {
      consume(opened, new DeadLetters(producer, archive.clock()));
    } finally {
      consumer = null;
    }
  }

  /**
   * Takes what the group gives a consumer until the loop is stopped. No file is open afterwards,
   * however this ends: a consumer that is closed gives its partitions back, and a file that
   * something failed in must not be committed then.
   */
  void consume(Consumer<byte[], byte[]> opened, DeadLetters deadLetters) throws IOException {
    consumer = opened;
    try {
      opened.subscribe(archive.topics(), new Assignment(opened, deadLetters));
      while (!isStopped()) {
        take(opened.poll(POLL));
      }
      commitAll(partitions.keySet());
    } catch (WakeupException e) {
      // Polling alone is woken up, so that what was taken before is whole.
      commitAll(partitions.keySet());
    } finally {
      abandonAll(List.copyOf(partitions.keySet()));
    }
  }

  private void take(ConsumerRecords<byte[], byte[]> polled) throws IOException {
    for (TopicPartition partition : polled.partitions()) {
      PartitionArchive files = partitions.get(partition);
      for (ConsumerRecord<byte[], byte[]> record : polled.records(partition)) {
        files.take(record);
      }
    }
    Instant now = archive.clock().instant();
    for (PartitionArchive files : partitions.values()) {
      files.look(now);
    }
    if (!polled.isEmpty()) {
      pauseMs = FIRST_PAUSE_MS;
      heardAt = now;
    } else if (Duration.between(heardAt, now).compareTo(SILENCE) >= 0) {
      new KafkaAddress(archive.kafka()).requireListener();
      heardAt = now;
    }
  }

  private void commitAll(Collection<TopicPartition> these) throws IOException {
    for (TopicPartition partition : these) {
      PartitionArchive files = partitions.get(partition);
      if (files != null) {
        files.commit();
      }
    }
  }

  private void abandonAll(Collection<TopicPartition> these) {
    for (TopicPartition partition : these) {
      PartitionArchive files = partitions.remove(partition);
      if (files != null) {
        files.abandon();
        archive.health().forget(partition);
      }
    }
  }

  /** What the group's decisions mean for files. */
  private final class Assignment implements ConsumerRebalanceListener {
    private final Consumer<byte[], byte[]> member;
    private final DeadLetters deadLetters;

    private Assignment(Consumer<byte[], byte[]> member, DeadLetters deadLetters) {
      this.member = member;
      this.deadLetters = deadLetters;
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
      Map<TopicPartition, Long> beginnings = member.beginningOffsets(assigned);
      Map<TopicPartition, Long> ends = member.endOffsets(assigned);
      Map<String, List<TopicPartition>> byTopic =
          assigned.stream().collect(Collectors.groupingBy(TopicPartition::topic));
      byTopic.forEach(
          (topic, those) -> {
            try {
              begin(archive.dataset(topic), those, beginnings::get, ends::get);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
      archive.health().serving(ArchiveLoop.this.member);
    }

    private void begin(
        Dataset dataset,
        List<TopicPartition> those,
        Function<TopicPartition, Long> beginning,
        Function<TopicPartition, Long> end)
        throws IOException {
      Listing listing = archive.store().list(dataset.name());
      listing.strangers().forEach(name -> LOG.warn("Not a master file, nobody reads it: {}", name));
      EpochTimeline epochs = EpochTimeline.of(archive.catalog().epochs(dataset.name()));
      for (TopicPartition partition : those) {
        Cover cover = listing.cover(partition.partition());
        PartitionStatus status =
            new PartitionStatus(dataset.name(), partition.partition(), cover.end());
        archive.health().follow(partition, status);
        LogBounds log = new LogBounds(beginning.apply(partition), end.apply(partition));
        status.failed(log.refusal(partition, cover));
        archive.store().removeLeftovers(dataset.name(), partition.partition());
        partitions.put(
            partition,
            new PartitionArchive(
                dataset,
                status,
                archive.store(),
                archive.catalog(),
                epochs,
                archive.schemas(dataset),
                deadLetters,
                FileLimits.of(dataset, archive.settings()),
                archive.clock()));
        start(partition, status, cover, log);
      }
    }

    private void start(
        TopicPartition partition, PartitionStatus status, Cover cover, LogBounds log) {
      if (status.error().isEmpty()) {
        cover.gaps().forEach(gap -> LOG.warn("{} lacks master files for {}", partition, gap));
        LOG.info("{} goes on at offset {}", partition, cover.end());
        member.seek(partition, cover.end());
      } else {
        LOG.error(status.error());
        member.seek(partition, log.beginning());
        member.pause(List.of(partition));
      }
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
      try {
        commitAll(revoked);
      } catch (IOException e) {
        LOG.warn("Leaving partitions with unfinished files, which their next owner reads again", e);
      }
      abandonAll(revoked);
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> lost) {
      abandonAll(lost);
    }
  }
}

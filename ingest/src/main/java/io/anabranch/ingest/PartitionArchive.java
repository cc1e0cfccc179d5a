package io.anabranch.ingest;

import io.anabranch.master.MasterFile;
import io.anabranch.master.MasterStore;
import io.anabranch.master.MasterWriter;
import io.anabranch.master.Row;
import io.anabranch.master.UndecodableException;
import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.Marker;
import io.anabranch.schemas.Wire;
import io.anabranch.views.Catalog;
import io.anabranch.views.EpochStart;
import io.anabranch.views.EpochTimeline;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts one partition of a topic into master files, in the order of offsets. A file is closed when
 * an epoch ends, when a record has a newer schema, when it is large, and when it is old; between
 * two files nothing is kept, so that a restart at the end of the last file repeats exactly what was
 * not committed.
 */
final class PartitionArchive {
  private static final Logger LOG = LoggerFactory.getLogger(PartitionArchive.class);

  private final Dataset dataset;
  private final int partition;
  private final MasterStore store;
  private final Catalog catalog;
  private final EpochTimeline epochs;
  private final TopicSchemas schemas;
  private final DeadLetters deadLetters;
  private final FileLimits limits;
  private final Clock clock;
  private final PartitionStatus status;
  private MasterWriter open;
  private Instant openedAt;
  private long next;
  private long bytesSinceLook;

  PartitionArchive(
      Dataset dataset,
      PartitionStatus status,
      MasterStore store,
      Catalog catalog,
      EpochTimeline epochs,
      TopicSchemas schemas,
      DeadLetters deadLetters,
      FileLimits limits,
      Clock clock) {
    this.dataset = dataset;
    this.partition = status.partition();
    this.status = status;
    this.store = store;
    this.catalog = catalog;
    this.epochs = epochs;
    this.schemas = schemas;
    this.deadLetters = deadLetters;
    this.limits = limits;
    this.clock = clock;
    this.next = status.end();
  }

  PartitionStatus status() {
    return status;
  }

  /**
   * Takes the record behind the last one. Of a file that an exception was thrown for, nothing is
   * known: {@link #abandon} it.
   */
  void take(ConsumerRecord<byte[], byte[]> record) throws IOException {
    if (record.offset() < next) {
      throw new IllegalStateException(
          "Offset %s of %s-%s after %s"
              .formatted(record.offset(), dataset.name(), partition, next));
    }
    if (schemas.meet(record.value())) {
      // A file has the columns of one schema.
      commit();
    }
    if (open == null) {
      openedAt = clock.instant();
      open =
          store.open(
              schemas.target(), partition, next, LocalDate.ofInstant(openedAt, ZoneOffset.UTC));
    }
    Optional<Marker> marker = Wire.marker(record.value());
    if (marker.isPresent()) {
      takeMarker(record, marker.get());
      return;
    }
    takeRecord(record);
    next = record.offset() + 1;
    bytesSinceLook += record.value() == null ? 0 : record.value().length;
    if (limits.isWorthALook(bytesSinceLook)) {
      bytesSinceLook = 0;
      if (open.bytes() >= limits.bytes()) {
        commit();
      }
    }
  }

  private void takeRecord(ConsumerRecord<byte[], byte[]> record) throws IOException {
    Row row;
    try {
      row = schemas.decoder().decode(record.value());
    } catch (UndecodableException e) {
      byte[] value = record.value() == null ? new byte[0] : record.value();
      deadLetters.send(dataset, record, e.getMessage());
      open.appendUndecodable(record.offset(), record.timestamp(), value, e.getMessage());
      return;
    }
    open.append(row, record.offset(), record.timestamp());
  }

  /** The catalog learns of an epoch before the file that ends there is seen. */
  private void takeMarker(ConsumerRecord<byte[], byte[]> record, Marker marker) throws IOException {
    Optional<EpochStart> start = epochs.observe(partition, record.offset(), marker);
    if (start.isPresent()) {
      catalog.recordEpoch(dataset.name(), start.get());
    }
    // Not before: no file may reach behind a marker that the catalog does not know.
    next = record.offset() + 1;
    if (start.isPresent()) {
      commit();
    }
  }

  /** Looks at the clock, after each poll: commits a file that is old enough. */
  void look(Instant now) throws IOException {
    schemas.forgetStrangers();
    status.readUpTo(next);
    status.measure(now);
    if (open != null && limits.isOld(openedAt, now)) {
      commit();
    }
  }

  /** Makes visible what was taken. */
  void commit() throws IOException {
    if (open == null) {
      return;
    }
    deadLetters.await();
    MasterFile file = open.commit(next);
    open = null;
    status.committedUpTo(next);
    LOG.info("{} {}", dataset.name(), file.name());
  }

  /** Forgets what was taken since the last commit; somebody will take it again. */
  void abandon() {
    if (open == null) {
      return;
    }
    try {
      open.close();
    } catch (IOException | RuntimeException e) {
      LOG.warn(
          "{} partition {}: an unfinished file stays until the next start: {}",
          dataset.name(),
          partition,
          e.toString());
    }
    open = null;
  }
}

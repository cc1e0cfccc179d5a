package io.anabranch.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.master.MemoryMasterStore;
import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.Marker;
import io.anabranch.schemas.MemorySchemaLog;
import io.anabranch.schemas.Wire;
import io.anabranch.views.Catalog;
import io.anabranch.views.MemoryCatalog;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class ArchiveLoopTest {
  private static final Clock CLOCK = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);
  private static final Dataset ORDERS = Fixtures.DATASETS.named("customer_orders");
  private static final TopicPartition PARTITION = new TopicPartition(ORDERS.topic().name(), 0);

  private final MemoryMasterStore store = new MemoryMasterStore();
  private final MemoryCatalog catalog = new MemoryCatalog();
  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
  private final DeadLetters letters =
      new DeadLetters(
          new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer()),
          CLOCK);

  @Test
  void aFileThatSomethingFailedInIsNotCommittedWhenItsConsumerIsClosed() {
    ArchiveLoop loop = loop(Fixtures.withoutEpochs(catalog));
    byte[] marker = Wire.encode(new Marker(1, 0));
    consumer.schedulePollTask(() -> assign(order(), marker));

    assertThatThrownBy(() -> loop.consume(consumer, letters)).hasMessage(Fixtures.AWAY);
    // What a consumer does that is closed.
    consumer.rebalance(List.of());

    assertThat(store.list(ORDERS.name()).cover(0).end()).isZero();
  }

  @Test
  void whatWasTakenIsCommittedWhenTheLoopIsStopped() throws Exception {
    ArchiveLoop loop = loop(catalog);
    consumer.schedulePollTask(() -> assign(order(), order()));
    consumer.schedulePollTask(loop::stop);

    loop.consume(consumer, letters);

    assertThat(store.list(ORDERS.name()).cover(0).end()).isEqualTo(2);
  }

  private ArchiveLoop loop(Catalog known) {
    IngestSettings settings = Fixtures.settings("g", "1", Long.MAX_VALUE);
    return new ArchiveLoop(
        new Archive(
            Fixtures.DATASETS,
            "nowhere",
            settings,
            store,
            known,
            new MemorySchemaLog(),
            new ArchiveHealth(1),
            CLOCK),
        "1");
  }

  /** Gives the consumer a partition of these values. */
  private void assign(byte[]... values) {
    consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
    consumer.updateEndOffsets(Map.of(PARTITION, (long) values.length));
    consumer.rebalance(List.of(PARTITION));
    for (int i = 0; i < values.length; i++) {
      consumer.addRecord(
          new ConsumerRecord<>(PARTITION.topic(), PARTITION.partition(), i, null, values[i]));
    }
  }

  private static byte[] order() {
    return Wire.encode(
        new RecordGenerator(ORDERS, Fixtures.SCHEMAS, 1, ErrorRates.NONE).make(0).datum());
  }
}

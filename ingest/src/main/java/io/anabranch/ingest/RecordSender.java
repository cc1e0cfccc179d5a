package io.anabranch.ingest;

import io.anabranch.runtime.Problem;
import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.Wire;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;

/** Sends records to a dataset's topic. Not safe for several threads. */
final class RecordSender implements RecordSink {
  private final KafkaProducer<byte[], byte[]> producer;
  private final String topic;
  private final RecordKey key;
  private final BinaryMessageEncoder<GenericRecord> encoder;
  private final AtomicReference<Exception> failure = new AtomicReference<>();

  RecordSender(KafkaProducer<byte[], byte[]> producer, Dataset dataset) {
    this.producer = producer;
    this.topic = dataset.topic().name();
    this.key = new RecordKey(dataset);
    this.encoder = new BinaryMessageEncoder<>(Wire.decimalData(), dataset.schema());
  }

  @Override
  public void send(GenericRecord datum) throws IOException {
    send(datum, bytes(encoder.encode(datum)), taken -> {});
  }

  @Override
  public void sendSpoilt(GenericRecord instead, ByteBuffer value) {
    send(instead, bytes(value.duplicate()), taken -> {});
  }

  /**
   * Sends a record.
   *
   * @param value the record as a value of the topic
   * @param taken is told, in another thread, once the record is acknowledged
   */
  void send(GenericRecord datum, byte[] value, Consumer<RecordMetadata> taken) {
    refuseAfterFailure();
    try {
      var unused =
          producer.send(
              new ProducerRecord<>(topic, key.of(datum), value),
              (sent, why) -> {
                if (why == null) {
                  taken.accept(sent);
                } else {
                  failure.compareAndSet(null, why);
                }
              });
    } catch (KafkaException e) {
      failure.compareAndSet(null, e);
    }
  }

  private static byte[] bytes(ByteBuffer from) {
    byte[] value = new byte[from.remaining()];
    from.get(value);
    return value;
  }

  @Override
  public void finish() {
    producer.flush();
    refuseAfterFailure();
  }

  private void refuseAfterFailure() {
    if (failure.get() != null) {
      throw Problem.unreachable(
          "Kafka did not take all records of %s: %s. What it took stays; load all again, repeats are dropped"
              .formatted(topic, failure.get().getMessage()),
          failure.get());
    }
  }
}

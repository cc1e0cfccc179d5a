package io.anabranch.batch;

import io.anabranch.runtime.Problem;
import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.Marker;
import io.anabranch.schemas.Wire;
import io.anabranch.views.Catalog;
import io.anabranch.views.Offsets;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Draws the line in the log: one marker in each partition. */
final class Markers {
  private final KafkaAnswers answers;
  private final Catalog catalog;

  Markers(String kafka, Catalog catalog) {
    this.answers = new KafkaAnswers(kafka);
    this.catalog = catalog;
  }

  /**
   * Takes the next marker's number and appends it to every partition of the dataset's topic.
   *
   * @return where it stands
   * @throws Problem if the topic is absent, is not the one whose history is kept, or Kafka does not
   *     answer
   */
  Appended append(Dataset dataset) {
    int partitions = partitions(dataset);
    long profile = catalog.published(dataset.name()).map(v -> v.number()).orElse(0L);
    Marker marker = new Marker(catalog.nextMarker(dataset.name()), profile);
    byte[] value = Wire.encode(marker);
    Map<Integer, Long> offsets = new TreeMap<>();
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(producing(), new ByteArraySerializer(), new ByteArraySerializer())) {
      Map<Integer, Future<RecordMetadata>> sent = new TreeMap<>();
      for (int p = 0; p < partitions; p++) {
        sent.put(p, producer.send(new ProducerRecord<>(dataset.topic().name(), p, null, value)));
      }
      for (Map.Entry<Integer, Future<RecordMetadata>> entry : sent.entrySet()) {
        offsets.put(entry.getKey(), answers.of(entry.getValue(), "append a marker").offset());
      }
    }
    return new Appended(marker.number(), new Offsets(offsets));
  }

  /**
   * A marker in the log.
   *
   * @param offsets its own offset in each partition
   */
  record Appended(long number, Offsets offsets) {}

  private int partitions(Dataset dataset) {
    String topic = dataset.topic().name();
    try (Admin admin = Admin.create(answers.connecting())) {
      var described =
          answers
              .of(
                  admin.describeTopics(List.of(topic)).allTopicNames(),
                  "describe the topic " + topic)
              .get(topic);
      String id = described.topicId().toString();
      String bound = catalog.bindTopic(dataset.name(), id);
      if (!bound.equals(id)) {
        throw Problem.failed(
            "the topic %s was deleted and made anew (its id is %s, the history of %s belongs to %s): give the dataset's file another topic name to start a new history"
                .formatted(topic, id, dataset.name(), bound));
      }
      return described.partitions().size();
    }
  }

  private Properties producing() {
    Properties properties = answers.connecting();
    properties.remove("default.api.timeout.ms");
    properties.put("acks", "all");
    properties.put("enable.idempotence", "true");
    properties.put("delivery.timeout.ms", Integer.toString(KafkaAnswers.TIMEOUT_MS - 1000));
    properties.put("max.block.ms", "10000");
    return properties;
  }
}

package io.anabranch.batch;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.unix_millis;

import io.anabranch.schemas.Dataset;
import io.anabranch.views.Offsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;

/** What Kafka still holds of erased records. It cannot delete one, only all before an offset. */
final class TopicRecords {
  private final KafkaAnswers answers;
  private final Dataset dataset;

  TopicRecords(KafkaAnswers answers, Dataset dataset) {
    this.answers = answers;
    this.dataset = dataset;
  }

  /**
   * Makes Kafka delete all that lies before the offsets, whoever it belongs to. Nobody of ours
   * reads it again: the master dataset has it, and the speed layer has applied it.
   */
  void deleteBefore(Offsets offsets) {
    try (Admin admin = Admin.create(answers.connecting())) {
      Map<TopicPartition, RecordsToDelete> ends = new HashMap<>();
      offsets
          .byPartition()
          .forEach((partition, end) -> ends.put(at(partition), RecordsToDelete.beforeOffset(end)));
      answers.of(
          admin.deleteRecords(ends).all(), "delete records of the topic " + dataset.topic().name());
    }
  }

  private TopicPartition at(int partition) {
    return new TopicPartition(dataset.topic().name(), partition);
  }

  /**
   * How many of the records Kafka holds, and until when at most.
   *
   * @param rows {@code _partition}, {@code _offset} and {@code _timestamp} of each
   */
  Map<String, Object> held(org.apache.spark.sql.Dataset<Row> rows, Offsets cut) {
    try (Admin admin = Admin.create(answers.connecting())) {
      Map<Integer, Long> heads = heads(admin, cut);
      Column held = lit(false);
      for (Map.Entry<Integer, Long> head : heads.entrySet()) {
        held =
            held.or(
                col("_partition").equalTo(head.getKey()).and(col("_offset").geq(head.getValue())));
      }
      Row found = rows.where(held).agg(count(lit(1)), max(unix_millis(col("_timestamp")))).first();
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("records_held", found.getLong(0));
      if (found.getLong(0) > 0) {
        json.put("gone_by", goneBy(admin, Instant.ofEpochMilli(found.getLong(1))));
      }
      json.put("dead_letter_not_searched", dataset.topic().deadLetter());
      return json;
    }
  }

  private Map<Integer, Long> heads(Admin admin, Offsets cut) {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    cut.byPartition().keySet().forEach(p -> asked.put(at(p), OffsetSpec.earliest()));
    Map<Integer, Long> heads = new TreeMap<>();
    answers
        .of(admin.listOffsets(asked).all(), "tell the offsets of " + dataset.topic().name())
        .forEach((at, head) -> heads.put(at.partition(), head.offset()));
    return heads;
  }

  /** A segment is deleted as a whole, once its newest record is older than the retention. */
  private String goneBy(Admin admin, Instant newest) {
    ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, dataset.topic().name());
    Config config =
        answers
            .of(admin.describeConfigs(List.of(topic)).all(), "describe " + topic.name())
            .get(topic);
    long retentionMs = number(config, TopicConfig.RETENTION_MS_CONFIG);
    return retentionMs < 0
        ? "never: the topic has no retention"
        : newest
            .plusMillis(retentionMs)
            .plusMillis(number(config, TopicConfig.SEGMENT_MS_CONFIG))
            .toString();
  }

  private static long number(Config config, String key) {
    return Long.parseLong(config.get(key).value());
  }
}

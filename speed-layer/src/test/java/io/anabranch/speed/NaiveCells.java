package io.anabranch.speed;

import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.Marker;
import io.anabranch.schemas.View;
import io.anabranch.schemas.Wire;
import io.anabranch.views.Buckets;
import io.anabranch.views.CellKey;
import io.anabranch.views.CellLayout;
import io.anabranch.views.MergedView;
import io.anabranch.views.Offsets;
import io.anabranch.views.ViewStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The truth about the trips: one pass over the log by hand, without Spark, deltas or epochs. The
 * cleaning of {@code trips.yaml} is written out once more.
 */
final class NaiveCells {
  private final Map<Long, Integer> medians;
  private final Map<CellKey, Map<String, Object>> measures = new TreeMap<>();
  private final Map<Integer, Long> ends = new HashMap<>();
  private final Map<Integer, List<ConsumerRecord<byte[], byte[]>>> topic = new TreeMap<>();

  private NaiveCells(Map<Long, Integer> medians) {
    this.medians = medians;
  }

  /**
   * Folds the whole topic.
   *
   * @param medians version number to the median of seats in its profile
   */
  static NaiveCells of(String bootstrap, Dataset dataset, Map<Long, Integer> medians) {
    NaiveCells naive = new NaiveCells(medians);
    Map<CellKey, Object[]> cells = new HashMap<>();
    for (int partition = 0; partition < dataset.topic().partitions(); partition++) {
      naive.fold(bootstrap, dataset, partition, cells);
    }
    cells.forEach((key, cell) -> naive.measures.put(key, layout(dataset, key).measures(cell)));
    return naive;
  }

  /** First offset after the last record of each partition. */
  Map<Integer, Long> ends() {
    return ends;
  }

  /** All that was appended. */
  Map<Integer, List<ConsumerRecord<byte[], byte[]>>> topic() {
    return topic;
  }

  /** The measures of every cell. */
  Map<CellKey, Map<String, Object>> measures() {
    return measures;
  }

  /** The same from the store: all deltas of all epochs, merged. */
  static Map<CellKey, Map<String, Object>> stored(ViewStore store, Dataset dataset, Offsets ends) {
    Map<CellKey, Map<String, Object>> stored = new TreeMap<>();
    for (View view : dataset.views().values()) {
      CellLayout layout = CellLayout.of(view);
      for (int salt = 0; salt < CellKey.SALTS; salt++) {
        try (var rows =
            store.scanDeltas(
                dataset.name(), layout.id(), Buckets.ALL, salt, ends, MergedView.NOW)) {
          rows.forEachRemaining(
              row -> {
                Object[] cell = layout.empty();
                row.deltas().forEach(delta -> layout.merge(cell, layout.decode(delta.cell())));
                stored.put(row.key(), layout.measures(cell));
              });
        }
      }
    }
    return stored;
  }

  private static CellLayout layout(Dataset dataset, CellKey key) {
    return dataset.views().values().stream()
        .map(CellLayout::of)
        .filter(layout -> layout.view().dimensions().size() == key.dimensions().size())
        .findFirst()
        .orElseThrow();
  }

  private void fold(
      String bootstrap, Dataset dataset, int partition, Map<CellKey, Object[]> cells) {
    Set<String> seen = new HashSet<>();
    Marker last = null;
    List<ConsumerRecord<byte[], byte[]>> records = read(bootstrap, dataset, partition);
    ends.put(partition, records.isEmpty() ? 0L : records.get(records.size() - 1).offset() + 1);
    topic.put(partition, records);
    for (ConsumerRecord<byte[], byte[]> record : records) {
      byte[] value = record.value();
      if (Wire.isMarker(value)) {
        Marker marker = Wire.decodeMarker(value);
        last = last == null || marker.number() > last.number() ? marker : last;
      } else if (Wire.fingerprint(value).isPresent()) {
        GenericRecord trip = decode(dataset, value);
        BigDecimal fare = (BigDecimal) trip.get("fare");
        boolean rejected = fare != null && fare.signum() < 0;
        if (!rejected && seen.add(trip.get("trip_id").toString())) {
          count(dataset, trip, last == null ? 0 : last.profile(), cells);
        }
      }
    }
  }

  private void count(
      Dataset dataset, GenericRecord trip, long profile, Map<CellKey, Object[]> cells) {
    Object area = trip.get("area");
    Integer seats = (Integer) trip.get("seats");
    Integer known = seats == null ? medians.get(profile) : seats;
    BigDecimal fare = (BigDecimal) trip.get("fare");
    Long cents = fare == null ? null : fare.unscaledValue().longValueExact();
    long second = Math.floorDiv((Long) trip.get("started"), 1000L);
    Map<String, Object> inputs = new HashMap<>();
    inputs.put("fare", cents);
    inputs.put("seats", known == null ? null : known.longValue());
    inputs.put("trip_id", trip.get("trip_id").toString());
    String clean = area == null ? null : area.toString().strip().toUpperCase(Locale.ROOT);
    for (View view : dataset.views().values()) {
      CellLayout layout = CellLayout.of(view);
      String[] dimensions = view.dimensions().isEmpty() ? new String[0] : new String[] {clean};
      CellKey key = CellKey.of(layout.id(), Buckets.startOf(second, view.grain()), dimensions);
      Object[] values =
          layout.storedValues().stream()
              .map(
                  stored ->
                      stored.column() == null
                          ? (Object) 1L
                          : stored.function().equals("count_values")
                              ? (inputs.get(stored.column()) == null ? null : (Object) 1L)
                              : inputs.get(stored.column()))
              .toArray();
      layout.update(cells.computeIfAbsent(key, k -> layout.empty()), values);
    }
  }

  private static GenericRecord decode(Dataset dataset, byte[] value) {
    try {
      return new GenericDatumReader<GenericRecord>(
              dataset.schema(), dataset.schema(), Wire.decimalData())
          .read(
              null,
              DecoderFactory.get()
                  .binaryDecoder(
                      value, Wire.HEADER_LENGTH, value.length - Wire.HEADER_LENGTH, null));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<ConsumerRecord<byte[], byte[]>> read(
      String bootstrap, Dataset dataset, int partition) {
    TopicPartition topic = new TopicPartition(dataset.topic().name(), partition);
    List<ConsumerRecord<byte[], byte[]>> values = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrap),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.assign(List.of(topic));
      consumer.seekToBeginning(List.of(topic));
      long end = consumer.endOffsets(List.of(topic)).get(topic);
      while (consumer.position(topic) < end) {
        consumer.poll(Duration.ofSeconds(1)).forEach(values::add);
      }
    }
    return values;
  }
}

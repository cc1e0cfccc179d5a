package io.anabranch.speed;

import io.anabranch.master.HdfsMasterStore;
import io.anabranch.master.MasterWriter;
import io.anabranch.master.RecordDecoder;
import io.anabranch.master.UndecodableException;
import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.Wire;
import io.anabranch.views.Catalog;
import io.anabranch.views.EpochTimeline;
import java.io.IOException;
import java.net.URI;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** What ingest makes of a topic: master files, and the starts of epochs in the catalog. */
final class MasterCopy {
  private static final int RECORDS_PER_FILE = 1_500;

  private MasterCopy() {}

  static void write(
      String hdfs,
      Dataset dataset,
      Catalog catalog,
      Map<Integer, List<ConsumerRecord<byte[], byte[]>>> topic)
      throws IOException {
    EpochTimeline epochs = new EpochTimeline();
    RecordDecoder decoder = new RecordDecoder(dataset, List.of());
    try (HdfsMasterStore store = HdfsMasterStore.connect(URI.create(hdfs), "/anabranch")) {
      for (Map.Entry<Integer, List<ConsumerRecord<byte[], byte[]>>> partition : topic.entrySet()) {
        List<ConsumerRecord<byte[], byte[]>> records = partition.getValue();
        long first = 0;
        for (int from = 0; from < records.size(); from += RECORDS_PER_FILE) {
          int to = Math.min(records.size(), from + RECORDS_PER_FILE);
          try (MasterWriter file =
              store.open(dataset, partition.getKey(), first, LocalDate.EPOCH)) {
            for (ConsumerRecord<byte[], byte[]> record : records.subList(from, to)) {
              append(file, record, dataset, catalog, epochs, decoder);
            }
            first = records.get(to - 1).offset() + 1;
            var unused = file.commit(first);
          }
        }
      }
    }
  }

  private static void append(
      MasterWriter file,
      ConsumerRecord<byte[], byte[]> record,
      Dataset dataset,
      Catalog catalog,
      EpochTimeline epochs,
      RecordDecoder decoder)
      throws IOException {
    if (Wire.isMarker(record.value())) {
      epochs
          .observe(record.partition(), record.offset(), Wire.decodeMarker(record.value()))
          .ifPresent(start -> catalog.recordEpoch(dataset.name(), start));
      return;
    }
    try {
      file.append(decoder.decode(record.value()), record.offset(), record.timestamp());
    } catch (UndecodableException e) {
      file.appendUndecodable(record.offset(), record.timestamp(), record.value(), e.getMessage());
    }
  }
}

package io.anabranch.ingest;

import io.anabranch.master.MasterStore;
import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.Datasets;
import io.anabranch.schemas.SchemaLog;
import io.anabranch.views.Catalog;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What the loops of a process share. */
record Archive(
    Datasets datasets,
    String kafka,
    IngestSettings settings,
    MasterStore store,
    Catalog catalog,
    SchemaLog schemaLog,
    ArchiveHealth health,
    Clock clock) {

  /** Makes absent topics, and refuses one that is not the one that it was. */
  void prepareTopics() {
    try (Topics topics = new Topics(kafka, settings)) {
      for (Dataset dataset : datasets.all()) {
        topics.make(dataset);
        topics.bind(dataset, catalog);
      }
    }
  }

  List<String> topics() {
    return datasets.all().stream().map(dataset -> dataset.topic().name()).toList();
  }

  Dataset dataset(String topic) {
    Map<String, Dataset> byTopic =
        datasets.all().stream()
            .collect(Collectors.toMap(dataset -> dataset.topic().name(), Function.identity()));
    return byTopic.get(topic);
  }

  TopicSchemas schemas(Dataset dataset) {
    return new TopicSchemas(dataset, schemaLog);
  }
}

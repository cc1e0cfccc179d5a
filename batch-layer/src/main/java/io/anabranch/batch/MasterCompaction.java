package io.anabranch.batch;

import io.anabranch.master.Compaction;
import io.anabranch.master.HdfsMasterStore;
import io.anabranch.master.Listing;
import io.anabranch.master.MasterFile;
import io.anabranch.master.MasterStore.Compacted;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;

/**
 * Makes wide master files of small ones, a task for each wide file, beside ingest and readers. A
 * small file goes with a later run, once the wide one has stood for the grace period.
 */
final class MasterCompaction {
  /** About as many offsets as fill one HDFS block with records of a hundred bytes. */
  private static final long OFFSETS = 1_000_000;

  private final Workplace place;

  MasterCompaction(Workplace place) {
    this.place = place;
  }

  /**
   * Runs.
   *
   * @param offsets how many offsets a wide file covers at most; 0 for the default
   */
  Map<String, Object> run(long offsets) throws IOException {
    String dataset = place.dataset().name();
    Instant before = Instant.now().minus(place.settings().compactedGrace());
    int removed = place.master().removeCovered(dataset, before);
    Listing listing = place.master().list(dataset);
    List<List<MasterFile>> groups = new ArrayList<>();
    for (int partition : listing.partitions()) {
      Compaction.groups(listing.cover(partition), offsets == 0 ? OFFSETS : offsets)
          .forEach(groups::add);
    }
    List<Compacted> done = groups.isEmpty() ? List.of() : compact(dataset, groups);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("dataset", dataset);
    json.put("files_before", listing.files().size());
    json.put("files_joined", groups.stream().mapToLong(List::size).sum());
    json.put("files_made", done.size());
    json.put("files_removed", removed);
    json.put("rows", done.stream().mapToLong(Compacted::rows).sum());
    json.put("hash", "%016x".formatted(done.stream().mapToLong(Compacted::hash).sum()));
    return json;
  }

  private List<Compacted> compact(String dataset, List<List<MasterFile>> groups) {
    URI hdfs = place.platform().hdfs();
    String root = place.platform().root();
    FlatMapFunction<List<MasterFile>, Compacted> task =
        group -> {
          try (HdfsMasterStore store = HdfsMasterStore.connect(hdfs, root)) {
            return store.compact(dataset, group).iterator();
          }
        };
    JavaSparkContext spark =
        JavaSparkContext.fromSparkContext(
            Sessions.over(place.platform(), "anabranch batch compact").sparkContext());
    return spark.parallelize(groups, groups.size()).flatMap(task).collect();
  }
}

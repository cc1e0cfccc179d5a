package io.anabranch.batch;

import io.anabranch.master.HdfsMasterStore;
import java.io.IOException;
import java.io.Serializable;
import java.net.URI;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;

/** Work on master files, a task for each piece: no row crosses the network but to its task. */
final class MasterJob {
  private final Workplace place;

  MasterJob(Workplace place) {
    this.place = place;
  }

  /** What a task does with a piece of the work. */
  @FunctionalInterface
  interface Task<W, R> extends Serializable {
    List<R> on(HdfsMasterStore store, W work) throws IOException;
  }

  /** Does all pieces, which must be serializable; nothing is started for none. */
  <W, R> List<R> run(List<W> work, Task<W, R> task) {
    if (work.isEmpty()) {
      return List.of();
    }
    URI hdfs = place.platform().hdfs();
    String root = place.platform().root();
    FlatMapFunction<W, R> one =
        piece -> {
          try (HdfsMasterStore store = HdfsMasterStore.connect(hdfs, root)) {
            return task.on(store, piece).iterator();
          }
        };
    JavaSparkContext spark =
        JavaSparkContext.fromSparkContext(
            Sessions.over(place, "anabranch master files").sparkContext());
    return spark.parallelize(work, work.size()).flatMap(one).collect();
  }
}

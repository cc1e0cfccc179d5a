package io.anabranch.batch;

import io.anabranch.master.MasterFile;
import io.anabranch.master.MasterStore.Erased;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.apache.spark.sql.Row;
import scala.Tuple2;

/**
 * Takes rows out of the master files: each file that holds one is written anew, also those that a
 * wider one covers. The lock of whoever rewrites files is held meanwhile.
 */
final class MasterErasure {
  private final Workplace place;

  MasterErasure(Workplace place) {
    this.place = place;
  }

  /**
   * Erases.
   *
   * @param rows {@code _partition} and {@code _offset} of each
   */
  Map<String, Object> run(org.apache.spark.sql.Dataset<Row> rows) throws IOException {
    String dataset = place.dataset().name();
    int leftovers = place.master().removeRewritten(dataset);
    List<Tuple2<MasterFile, long[]>> work =
        work(place.master().list(dataset).files(), offsets(rows));
    List<Erased> done =
        new MasterJob(place)
            .run(work, (store, one) -> store.erase(dataset, one._1(), one._2()).stream().toList());
    Map<String, Object> found = new LinkedHashMap<>();
    found.put("files_rewritten", done.size());
    found.put("leftovers_removed", leftovers);
    found.put("rows_removed", done.stream().mapToLong(Erased::removed).sum());
    found.put("rows_kept", done.stream().mapToLong(Erased::rows).sum());
    found.put("hash_kept", "%016x".formatted(done.stream().mapToLong(Erased::hash).sum()));
    return found;
  }

  /** The offsets of each partition, rising. */
  private static Map<Integer, long[]> offsets(org.apache.spark.sql.Dataset<Row> rows) {
    Map<Integer, LongStream.Builder> found = new TreeMap<>();
    rows.select("_partition", "_offset")
        .toLocalIterator()
        .forEachRemaining(
            row ->
                found
                    .computeIfAbsent(row.getInt(0), partition -> LongStream.builder())
                    .add(row.getLong(1)));
    Map<Integer, long[]> offsets = new TreeMap<>();
    found.forEach((partition, all) -> offsets.put(partition, all.build().sorted().toArray()));
    return offsets;
  }

  private static List<Tuple2<MasterFile, long[]>> work(
      List<MasterFile> files, Map<Integer, long[]> offsets) {
    List<Tuple2<MasterFile, long[]>> work = new ArrayList<>();
    for (MasterFile file : files) {
      long[] all = offsets.getOrDefault(file.partition(), new long[0]);
      long[] within = Arrays.copyOfRange(all, indexOf(all, file.first()), indexOf(all, file.end()));
      if (within.length > 0) {
        work.add(new Tuple2<>(file, within));
      }
    }
    return work;
  }

  /** How many are smaller. */
  private static int indexOf(long[] sorted, long value) {
    int found = Arrays.binarySearch(sorted, value);
    return found >= 0 ? found : -found - 1;
  }
}

package io.anabranch.batch;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.unix_millis;

import io.anabranch.engine.DatasetPlan;
import io.anabranch.engine.ProfileLookup;
import io.anabranch.runtime.Problem;
import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.View;
import io.anabranch.views.Catalog;
import io.anabranch.views.Cut;
import io.anabranch.views.Offsets;
import io.anabranch.views.Version;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;

/**
 * All cells from scratch, up to a marker of its own or up to given offsets, by the rules that batch
 * version and speed layer follow together: what verify compares with.
 */
final class Recompute {
  /**
   * What is recomputed.
   *
   * @param marker 0 if the end is no marker
   */
  private record Extent(long marker, Offsets until, Optional<Version> version) {}

  private static final String CELL_SCHEMA =
      "{\"type\": \"record\", \"name\": \"RecomputedCell\", \"namespace\": \"io.anabranch\","
          + " \"fields\": [{\"name\": \"view\", \"type\": \"string\"}, {\"name\": \"key\","
          + " \"type\": \"bytes\"}, {\"name\": \"cell\", \"type\": \"bytes\"}]}";

  private static final int FILES = 8;

  private final Workplace place;
  private final Dataset dataset;

  Recompute(Workplace place) {
    this.place = place;
    this.dataset = place.dataset();
  }

  /**
   * Appends a marker and recomputes up to it, on the published version.
   *
   * @param out a folder that does not exist; Avro files with {@code view}, {@code key} and {@code
   *     cell}, each in the order of keys
   */
  Map<String, Object> run(String out) throws IOException {
    Catalog catalog = place.catalog();
    Waiting waiting = new Waiting(dataset.name(), catalog, place.master());
    Markers.Appended marker = new Markers(place.platform().kafka(), catalog).append(dataset);
    Progress.say("%s: marker %s appended".formatted(dataset.name(), marker.number()));
    SparkSession session = session();
    Cut until = waiting.untilCovered(marker, place.settings().coverPatience());
    waiting.untilApplied(marker.offsets(), place.settings().appliedPatience());
    return write(
        session,
        new Extent(marker.number(), until.offsets(), catalog.published(dataset.name())),
        out);
  }

  /**
   * Recomputes up to given offsets, as an answer says that it rests on.
   *
   * @param version number of the answer's version, 0 for none
   * @param until first offset of each partition that stays out
   */
  Map<String, Object> run(String out, long version, Offsets until) throws IOException {
    Optional<Version> base = place.catalog().version(dataset.name(), version);
    if (version != 0 && base.isEmpty()) {
      throw Problem.badInput(
          "version %s of %s is no longer kept: an answer can be checked as long as its version is"
              .formatted(version, dataset.name()));
    }
    new Waiting(dataset.name(), place.catalog(), place.master())
        .untilCovered(until, place.settings().coverPatience());
    return write(session(), new Extent(0, until, base), out);
  }

  private SparkSession session() {
    return Sessions.over(place, "anabranch recompute");
  }

  private Map<String, Object> write(SparkSession session, Extent extent, String out)
      throws IOException {
    Optional<Version> version = extent.version();
    DatasetPlan plan = place.plan(session);
    Sessions.tune(session, extent.until().minus(Offsets.NONE));
    MasterRows rows = new MasterRows(session, plan, place);
    rows.requireWhatNamesSay(extent.until());
    try (ErasureLog erasures = ErasureLog.in(place.erasureFolder())) {
      Erased erased = Erased.by(session, erasures, leftOut(version, erasures.all()));
      org.apache.spark.sql.Dataset<Row> judged =
          plan.judge(erased.dropFrom(rows.between(Offsets.NONE, extent.until())));
      return write(plan, judged, erased, extent, out);
    }
  }

  /** What the version leaves out, whatever was erased since. */
  private static List<Erasure> leftOut(Optional<Version> version, List<Erasure> recorded) {
    return recorded.stream()
        .filter(erasure -> version.filter(v -> v.leavesOut(erasure.number())).isPresent())
        .toList();
  }

  private Map<String, Object> write(
      DatasetPlan plan,
      org.apache.spark.sql.Dataset<Row> judged,
      Erased erased,
      Extent extent,
      String out) {
    Optional<Version> version = extent.version();
    Offsets cut = version.map(v -> v.cut().offsets()).orElse(Offsets.NONE);
    try (Repeats repeats = Repeats.find(judged, erased, isRepeat(cut))) {
      org.apache.spark.sql.Dataset<Row> clean =
          plan.clean(repeats.drop(judged), profiles(version, cut))
              .persist(StorageLevel.MEMORY_AND_DISK());
      write(plan, clean, out);
      version.ifPresent(this::requireKept);
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("dataset", dataset.name());
      json.put("marker", extent.marker());
      json.put("version", version.map(Version::number).orElse(0L));
      json.put("cut", cut.byPartition());
      json.put("until", extent.until().byPartition());
      json.put("folder", out);
      json.put("repeats", repeats.count());
      json.put("profile_version", version.map(Version::number).orElse(0L));
      return json;
    }
  }

  /** Once it is removed, an erasure may take records out of the files that were being read. */
  private void requireKept(Version version) {
    if (place.catalog().version(dataset.name(), version.number()).isEmpty()) {
      throw Problem.failed(
          "version %s of %s was removed while it was recomputed: start again"
              .formatted(version.number(), dataset.name()));
    }
  }

  /** Before the cut every repeat is dropped, after it those within the horizon. */
  private Column isRepeat(Offsets cut) {
    Column covered = lit(false);
    for (Map.Entry<Integer, Long> end : cut.byPartition().entrySet()) {
      covered =
          covered.or(
              col("_partition").equalTo(end.getKey()).and(col("_offset").lt(end.getValue())));
    }
    Column age = unix_millis(col("_timestamp")).minus(unix_millis(Repeats.PREVIOUS));
    return covered.or(age.leq(dataset.identity().horizon().toMillis()));
  }

  private ProfileLookup profiles(Optional<Version> version, Offsets cut) {
    Map<Long, Map<String, String>> versions = new HashMap<>();
    place.catalog().versions(dataset.name()).forEach(v -> versions.put(v.number(), v.profile()));
    ProfileLookup after = ProfileLookup.byEpoch(place.catalog().epochs(dataset.name()), versions);
    if (version.isEmpty()) {
      return after;
    }
    ProfileLookup before = ProfileLookup.constant(version.get().profile());
    HashMap<Integer, Long> ends = new HashMap<>(cut.byPartition());
    return (expression, partition, offset) ->
        offset < ends.getOrDefault(partition, 0L)
            ? before.value(expression, partition, offset)
            : after.value(expression, partition, offset);
  }

  /** Each file is in the order of its keys; the reader merges them. */
  private static void write(DatasetPlan plan, org.apache.spark.sql.Dataset<Row> clean, String out) {
    org.apache.spark.sql.Dataset<Row> all = null;
    for (View view : plan.dataset().views().values()) {
      org.apache.spark.sql.Dataset<Row> cells =
          plan.aggregate(clean, view).select(lit(view.name()).as("view"), col("key"), col("cell"));
      all = all == null ? cells : all.union(cells);
    }
    all.coalesce(FILES)
        .sortWithinPartitions("key")
        .write()
        .format("avro")
        .option("avroSchema", CELL_SCHEMA)
        .save(out);
  }
}

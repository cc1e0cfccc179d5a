package io.anabranch.batch;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.to_date;

import io.anabranch.engine.DatasetPlan;
import io.anabranch.engine.ProfileLookup;
import io.anabranch.master.Undecodable;
import io.anabranch.runtime.Problem;
import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.View;
import io.anabranch.views.Cut;
import io.anabranch.views.Version;
import io.anabranch.views.Version.Publication;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;

/**
 * One run: marker, cut, everything before the cut, a version beside the published one, publish. A
 * run that dies before the publish leaves nothing that anybody reads.
 */
final class BatchRun {
  private final Workplace place;
  private final RunLock lock;
  private final Dataset dataset;
  private final Instant started = Instant.now();

  BatchRun(Workplace place, RunLock lock) {
    this.place = place;
    this.lock = lock;
    this.dataset = place.dataset();
  }

  Map<String, Object> run() throws IOException {
    long published = place.catalog().published(dataset.name()).map(Version::number).orElse(0L);
    Markers.Appended marker =
        new Markers(place.platform().kafka(), place.catalog()).append(dataset);
    Progress.say("%s: marker %s appended".formatted(dataset.name(), marker.number()));
    // Starting Spark takes as long as ingest needs to come to the marker.
    SparkSession session =
        place.settings().hive()
            ? Sessions.withHive(place.platform(), "anabranch batch")
            : Sessions.over(place.platform(), "anabranch batch");
    DatasetPlan plan = DatasetPlan.compile(session, dataset, place.platform().schemas());
    Optional<HiveTables> hive =
        place.settings().hive() ? Optional.of(new HiveTables(session)) : Optional.empty();
    Cut cut =
        new Waiting(dataset.name(), place.catalog(), place.master())
            .untilCovered(marker, place.settings().coverPatience());
    Progress.say("%s: cut %s".formatted(dataset.name(), cut.offsets().byPartition()));

    VersionFiles files = new VersionFiles(place, plan, cut.marker(), hive);
    Outcome outcome = compute(session, plan, cut, files);
    publish(published, outcome.version());
    hive.ifPresent(tables -> tables.follow(dataset, place.catalog()));
    new Retention(place, lock, hive).sweep(cut.marker());
    return outcome.json(started);
  }

  /**
   * What a run found.
   *
   * @param quarantined records by reason; a record with two reasons counts for both
   */
  private record Outcome(
      Version version, Map<String, Long> quarantined, long repeats, long daysRecomputed) {
    Map<String, Object> json(Instant started) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("dataset", version.dataset());
      json.put("version", version.number());
      json.put("cut", version.cut().offsets().byPartition());
      json.put("rows_read", version.rowsRead());
      json.put("clean_rows", version.cleanRows());
      json.put("quarantined", quarantined);
      json.put("repeats", repeats);
      json.put("cells", version.cells());
      json.put("days_recomputed", daysRecomputed);
      json.put("duration_ms", Duration.between(started, Instant.now()).toMillis());
      return json;
    }
  }

  private Outcome compute(SparkSession session, DatasetPlan plan, Cut cut, VersionFiles files)
      throws IOException {
    org.apache.spark.sql.Dataset<Row> judged =
        plan.judge(new MasterRows(session, plan, place).before(cut.offsets()));
    List<Undecodable> undecodable =
        place.master().undecodable(dataset.name()).stream()
            .filter(value -> cut.covers(value.partition(), value.offset()))
            .toList();
    Tally tally = Tally.of(judged, undecodable.size());
    Progress.say(
        "%s: %s records read, quarantined %s"
            .formatted(dataset.name(), tally.records(), tally.quarantined()));
    files.writeQuarantine(session, judged, undecodable);
    try (Repeats repeats = Repeats.find(judged, lit(true))) {
      Map<String, String> profile = plan.learn(repeats.drop(judged));
      org.apache.spark.sql.Dataset<Row> clean =
          plan.clean(repeats.drop(judged), ProfileLookup.constant(profile))
              .persist(StorageLevel.MEMORY_AND_DISK());
      long cleanRows = clean.count();
      Progress.say(
          "%s: %s clean rows, %s repeats, profile %s"
              .formatted(dataset.name(), cleanRows, repeats.count(), profile));
      requireAllCounted(tally, repeats.count(), cleanRows);
      Written written = write(plan, cut, files, clean, cleanRows);
      Version version =
          new Version(
              dataset.name(),
              cut,
              profile,
              fingerprints(),
              tally.records(),
              cleanRows,
              written.cells(),
              written.bytes(),
              Instant.now(),
              Duration.between(started, Instant.now()),
              Optional.empty());
      return new Outcome(version, tally.quarantined(), repeats.count(), days(clean));
    }
  }

  private record Written(long cells, long bytes) {}

  private Written write(
      DatasetPlan plan,
      Cut cut,
      VersionFiles files,
      org.apache.spark.sql.Dataset<Row> clean,
      long cleanRows)
      throws IOException {
    try (CellTables cells = new CellTables(plan, clean)) {
      lock.requireHeld();
      long bytes = new BatchCells(place, cut.marker()).load(cells.all(), cells.count());
      Progress.say("%s: %s cells loaded".formatted(dataset.name(), cells.count()));
      files.writeClean(clean);
      cells.byView().forEach(files::writeView);
      Progress.say("%s: tables written".formatted(dataset.name()));
      new CleanRowTable(place, plan).load(clean, cleanRows, cut.marker());
      Progress.say("%s: clean rows loaded".formatted(dataset.name()));
      return new Written(cells.count(), bytes);
    }
  }

  private void publish(long expected, Version version) {
    lock.requireHeld();
    Publication publication = new Publication("batch run", Instant.now());
    if (!place.catalog().publish(version, expected, publication)) {
      throw Problem.failed(
          "another version of %s than %s was published while the run computed version %s, which was dropped: start the run again"
              .formatted(dataset.name(), expected, version.number()));
    }
    Progress.say("%s: version %s published".formatted(dataset.name(), version.number()));
  }

  private void requireAllCounted(Tally tally, long repeats, long cleanRows) {
    if (tally.accepted() != repeats + cleanRows) {
      throw Problem.failed(
          "%s records were accepted, but %s repeats and %s clean rows were made of them: nothing was published"
              .formatted(tally.accepted(), repeats, cleanRows));
    }
  }

  private Map<String, String> fingerprints() {
    return dataset.views().values().stream()
        .collect(Collectors.toMap(View::name, View::fingerprint));
  }

  private long days(org.apache.spark.sql.Dataset<Row> clean) {
    return clean.select(to_date(col(dataset.eventTime()))).distinct().count();
  }
}

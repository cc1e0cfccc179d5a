package io.anabranch.batch;

import io.anabranch.engine.DatasetPlan;
import io.anabranch.runtime.Problem;
import io.anabranch.schemas.Dataset;
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
import java.util.TreeMap;
import org.apache.spark.sql.SparkSession;

/**
 * One run: marker, cut, the records before the cut, a version beside the published one, publish. A
 * full run reads all of them; an incremental one reads what came after the published version's cut
 * and adds it to that version. A run that dies before the publish leaves nothing that anybody
 * reads.
 */
final class BatchRun {
  private final Workplace place;
  private final RunLock lock;
  private final Dataset dataset;
  private final boolean full;
  private final RunQuality.OnFailure onFailure;
  private final Instant started = Instant.now();

  /**
   * @param full whether all records are read, though an incremental run would do
   * @param onFailure what is done if a quality check of level {@code fail} does not hold
   */
  BatchRun(Workplace place, RunLock lock, boolean full, RunQuality.OnFailure onFailure) {
    this.place = place;
    this.lock = lock;
    this.dataset = place.dataset();
    this.full = full;
    this.onFailure = onFailure;
  }

  Map<String, Object> run() throws IOException {
    // Asked early, since a dataset file that is older than some records costs no marker.
    var unused = place.history();
    try (ErasureLog erasures = ErasureLog.in(place.erasureFolder())) {
      return run(erasures);
    }
  }

  private Map<String, Object> run(ErasureLog erasures) throws IOException {
    Optional<Version> published = place.catalog().published(dataset.name());
    List<Erasure> recorded = erasures.all();
    Optional<Version> base = base(published, recorded);
    Markers.Appended marker =
        new Markers(place.platform().kafka(), place.catalog()).append(dataset);
    Progress.say("%s: marker %s appended".formatted(dataset.name(), marker.number()));
    // Starting Spark takes as long as ingest needs to come to the marker.
    SparkSession session = Sessions.of(place, "anabranch batch");
    Optional<HiveTables> hive =
        place.settings().hive() ? Optional.of(new HiveTables(session)) : Optional.empty();
    Cut cut =
        new Waiting(dataset.name(), place.catalog(), place.master())
            .untilCovered(marker, place.settings().coverPatience());
    DatasetPlan plan = place.plan(session);
    Progress.say(
        "%s: cut %s, %s"
            .formatted(
                dataset.name(),
                cut.offsets().byPartition(),
                base.map(b -> "added to version " + b.number()).orElse("a full run")));

    Outcome outcome;
    try (QualityReports reports = QualityReports.in(place.qualityFolder())) {
      RunQuality quality = new RunQuality(session, plan, reports, onFailure);
      RunQuality.Subject subject = new RunQuality.Subject(cut, published, base);
      // What a base leaves out is before its cut: an incremental run does not meet it.
      Erased erased = base.isPresent() ? Erased.NONE : Erased.by(session, erasures, recorded);
      outcome =
          new RunWork(place, lock, session, plan, hive, quality, subject, erased, started)
              .compute();
    }
    requireNoneSince(erasures, recorded);
    publish(published.map(Version::number).orElse(0L), outcome.version());
    hive.ifPresent(tables -> tables.follow(dataset, place.catalog()));
    new Retention(place, lock, hive).sweep(cut.marker());
    return outcome.json(started);
  }

  /** Whoever records an erasure holds the lock, so that there is one only if this run lost it. */
  private void requireNoneSince(ErasureLog erasures, List<Erasure> known) throws IOException {
    if (erasures.all().size() != known.size()) {
      throw Problem.failed(
          "records of %s were erased while the run computed a version with them, which was dropped: start the run again"
              .formatted(dataset.name()));
    }
  }

  /** The published version, if records may be added to it. */
  private Optional<Version> base(Optional<Version> published, List<Erasure> erasures)
      throws IOException {
    if (full || !new FactIndex(place).exists()) {
      return Optional.empty();
    }
    return published
        .filter(version -> version.definition().equals(dataset.fingerprint()))
        .filter(version -> erasures.stream().allMatch(e -> version.leavesOut(e.number())));
  }

  /**
   * What a run found.
   *
   * @param base the version that it was added to, 0 for none
   * @param added the run's own part of the version's counts
   * @param days event days of the run's clean rows
   */
  record Outcome(Version version, long base, Version.Counts added, long days) {
    Map<String, Object> json(Instant started) {
      Version.Counts counts = version.counts();
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("dataset", version.dataset());
      json.put("version", version.number());
      json.put("mode", base == 0 ? "full" : "incremental");
      json.put("base", base);
      json.put("cut", version.cut().offsets().byPartition());
      json.put("rows_read", counts.rowsRead());
      json.put("rows_added", added.rowsRead());
      json.put("clean_rows", counts.cleanRows());
      json.put("quarantined", new TreeMap<>(counts.quarantined()));
      json.put("repeats", counts.repeats());
      json.put("cells", counts.cells());
      json.put("days_recomputed", days);
      json.put("duration_ms", Duration.between(started, Instant.now()).toMillis());
      return json;
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
}

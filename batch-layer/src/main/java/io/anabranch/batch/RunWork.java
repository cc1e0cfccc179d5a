package io.anabranch.batch;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.date_format;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.to_date;

import io.anabranch.batch.BatchRun.Outcome;
import io.anabranch.engine.DatasetPlan;
import io.anabranch.engine.ProfileLookup;
import io.anabranch.master.Undecodable;
import io.anabranch.runtime.Problem;
import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.View;
import io.anabranch.views.Cut;
import io.anabranch.views.Offsets;
import io.anabranch.views.Version;
import io.anabranch.views.Version.Counts;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;

/** What a run does between its cut and its publish: everything lands beside what is served. */
final class RunWork {
  private final Workplace place;
  private final RunLock lock;
  private final SparkSession session;
  private final DatasetPlan plan;
  private final Dataset dataset;
  private final RunQuality quality;
  private final RunQuality.Subject subject;
  private final Cut cut;
  private final Optional<Version> base;
  private final List<Long> runs;
  private final Instant started;
  private final VersionFiles files;
  private final FactIndex facts;
  private final Erased erased;

  RunWork(
      Workplace place,
      RunLock lock,
      SparkSession session,
      DatasetPlan plan,
      Optional<HiveTables> hive,
      RunQuality quality,
      RunQuality.Subject subject,
      Erased erased,
      Instant started) {
    this.place = place;
    this.lock = lock;
    this.session = session;
    this.plan = plan;
    this.dataset = place.dataset();
    this.quality = quality;
    this.subject = subject;
    this.cut = subject.cut();
    this.base = subject.base();
    this.started = started;
    this.runs = new ArrayList<>(base.map(Version::runs).orElse(List.of()));
    this.runs.add(cut.marker());
    this.files = new VersionFiles(place, plan, runs.get(0), cut.marker(), hive);
    this.facts = new FactIndex(place);
    this.erased = erased;
  }

  Outcome compute() throws IOException {
    Offsets from = subject.from();
    Sessions.tune(session, cut.offsets().minus(from));
    org.apache.spark.sql.Dataset<Row> judged =
        plan.judge(
            erased.dropFrom(new MasterRows(session, plan, place).between(from, cut.offsets())));
    List<Undecodable> undecodable = place.master().undecodable(dataset.name(), from, cut.offsets());
    Tally tally = Tally.of(judged, undecodable.size());
    Progress.say(
        "%s: %s records read, quarantined %s"
            .formatted(dataset.name(), tally.records(), tally.quarantined()));
    try (Repeats repeats = findRepeats(judged, undecodable)) {
      files.writeQuality(session, quality.require(subject, judged, tally, repeats.count()));
      // What an incremental run adds is cleaned as the rows that are there already were.
      Map<String, String> profile =
          base.map(Version::profile).orElseGet(() -> plan.learn(repeats.drop(judged)));
      org.apache.spark.sql.Dataset<Row> clean =
          plan.clean(repeats.drop(judged), ProfileLookup.constant(profile))
              .persist(StorageLevel.MEMORY_AND_DISK());
      long cleanRows = clean.count();
      Progress.say(
          "%s: %s clean rows, %s repeats, profile %s"
              .formatted(dataset.name(), cleanRows, repeats.count(), profile));
      requireAllCounted(tally, repeats.count(), cleanRows);
      Written written = write(clean, cleanRows, repeats.erasedFacts());
      Counts added =
          new Counts(
              tally.records(),
              cleanRows,
              repeats.count(),
              tally.quarantined(),
              written.cells(),
              written.bytes());
      return new Outcome(
          version(profile, added), base.map(Version::number).orElse(0L), added, days(clean));
    }
  }

  /** Writes what is rejected meanwhile. */
  private Repeats findRepeats(
      org.apache.spark.sql.Dataset<Row> judged, List<Undecodable> undecodable) throws IOException {
    return Together.get(
        () ->
            base.isPresent()
                ? Repeats.find(judged, facts)
                : Repeats.find(judged, erased, lit(true)),
        () -> files.writeQuarantine(session, judged, undecodable));
  }

  private Version version(Map<String, String> profile, Counts added) {
    return new Version(
        dataset.name(),
        cut,
        runs,
        profile,
        dataset.views().values().stream().collect(Collectors.toMap(View::name, View::fingerprint)),
        dataset.fingerprint(),
        base.map(Version::counts).orElse(Counts.NONE).plus(added),
        Instant.now(),
        Duration.between(started, Instant.now()),
        Optional.empty());
  }

  private record Written(long cells, long bytes) {}

  private Written write(
      org.apache.spark.sql.Dataset<Row> clean,
      long cleanRows,
      Optional<org.apache.spark.sql.Dataset<Row>> erasedFacts)
      throws IOException {
    Optional<CellMerge> merge = base.map(version -> new CellMerge(place, version.number()));
    BatchCells table = new BatchCells(place, cut.marker());
    lock.requireHeld();
    try (CellTables cells =
        Together.get(() -> new CellTables(plan, clean, merge), () -> make(table))) {
      lock.requireHeld();
      long bytes = load(table, cells);
      Together.run(() -> loadRows(clean, cleanRows, erasedFacts), () -> writeFiles(clean, cells));
      return new Written(cells.added(), bytes);
    }
  }

  private void make(BatchCells table) throws IOException {
    if (base.isPresent()) {
      table.makeOver(base.get().number());
    } else {
      table.make();
    }
  }

  private long load(BatchCells table, CellTables cells) throws IOException {
    long bytes =
        base.isPresent()
            ? table.loadOver(cells.all(), cells.changed())
            : table.load(cells.all(), cells.changed());
    Progress.say("%s: %s cells loaded".formatted(dataset.name(), cells.changed()));
    return bytes;
  }

  private void loadRows(
      org.apache.spark.sql.Dataset<Row> clean,
      long cleanRows,
      Optional<org.apache.spark.sql.Dataset<Row>> erasedFacts)
      throws IOException {
    facts.load(clean, erasedFacts, cut.marker());
    new CleanRowTable(place, plan).load(clean, cleanRows, cut.marker());
    Progress.say("%s: clean rows loaded".formatted(dataset.name()));
  }

  private void writeFiles(org.apache.spark.sql.Dataset<Row> clean, CellTables cells) {
    files.writeClean(clean);
    for (View view : dataset.views().values()) {
      files.writeView(view, ofWholeMonths(view, cells.of(view)));
    }
    Progress.say("%s: tables written".formatted(dataset.name()));
  }

  /** A full run has all cells at hand; others read those beside the changed ones back. */
  private org.apache.spark.sql.Dataset<Row> ofWholeMonths(
      View view, org.apache.spark.sql.Dataset<Row> cells) {
    if (base.isEmpty()) {
      return cells;
    }
    Column month = date_format(col("bucket"), "yyyy-MM");
    List<YearMonth> months =
        plan.served(cells, view).select(month).distinct().collectAsList().stream()
            .map(row -> YearMonth.parse(row.getString(0)))
            .toList();
    return new StoredCells(session, place, cut.marker()).of(view, months);
  }

  private void requireAllCounted(Tally tally, long repeats, long cleanRows) {
    if (tally.accepted() != repeats + cleanRows) {
      throw Problem.failed(
          "%s records were accepted, but %s repeats and %s clean rows were made of them: nothing was published"
              .formatted(tally.accepted(), repeats, cleanRows));
    }
  }

  private long days(org.apache.spark.sql.Dataset<Row> clean) {
    return clean.select(to_date(col(dataset.eventTime()))).distinct().count();
  }
}

package io.anabranch.batch;

import static io.anabranch.batch.Erasure.Step.VIEWS;

import io.anabranch.batch.Erasure.Step;
import io.anabranch.engine.DatasetPlan;
import io.anabranch.hbase.Tables;
import io.anabranch.runtime.Problem;
import io.anabranch.schemas.Dataset;
import io.anabranch.views.Version;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.hbase.TableName;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** The steps of an erasure on the real stores. */
final class ErasureWork implements ErasureSteps.Stores {
  private final Workplace place;
  private final RunLock lock;
  private final SparkSession session;
  private final ErasureLog log;
  private final Dataset dataset;
  private final Optional<HiveTables> hive;

  ErasureWork(Workplace place, RunLock lock, SparkSession session, ErasureLog log) {
    this.place = place;
    this.lock = lock;
    this.session = session;
    this.log = log;
    this.dataset = place.dataset();
    this.hive = place.settings().hive() ? Optional.of(new HiveTables(session)) : Optional.empty();
  }

  @Override
  public Map<String, Object> take(Step step, Erasure erasure) throws IOException {
    lock.requireHeld();
    Progress.say("%s: erasure %s, %s".formatted(dataset.name(), erasure.number(), step.key()));
    return switch (step) {
      case VIEWS -> publish(erasure);
      case CLEAN_ROWS -> deleteCleanRows(erasure);
      case VERSIONS -> removeVersions(erasure);
      case MASTER -> new MasterErasure(place).run(rows(erasure));
      case TABLES -> rewriteTables();
      case TOPIC -> topic(erasure);
    };
  }

  @Override
  public void record(Erasure erasure) throws IOException {
    log.write(erasure);
  }

  private org.apache.spark.sql.Dataset<Row> rows(Erasure erasure) {
    return session.read().schema(Erased.SCHEMA).parquet(log.rows(erasure.number()).toString());
  }

  /** The published version, which leaves the records out. */
  private Version published(Erasure erasure) {
    return place
        .catalog()
        .published(dataset.name())
        .filter(version -> version.leavesOut(erasure.number()))
        .orElseThrow(
            () ->
                Problem.failed(
                    "an older version of %s was published meanwhile: finish the erasure with 'anabranch erase %s --resume'"
                        .formatted(dataset.name(), dataset.name())));
  }

  /**
   * A full run, then one that adds what came meanwhile: the epochs after the first one's marker are
   * cleaned by the profile of a version that is about to go, those after the second one's by that
   * of the first. Checks do not stop them: what is erased may well be what made them hold.
   */
  private Map<String, Object> publish(Erasure erasure) throws IOException {
    Optional<Version> before = place.catalog().published(dataset.name());
    if (before.filter(version -> version.leavesOut(erasure.number())).isEmpty()) {
      var unused = new BatchRun(place, lock, true, RunQuality.OnFailure.PUBLISH).run();
    }
    if (needsRemovedProfile(erasure)) {
      var unused = new BatchRun(place, lock, false, RunQuality.OnFailure.PUBLISH).run();
    }
    hive.ifPresent(tables -> tables.follow(dataset, place.catalog()));
    Version after = published(erasure);
    Map<String, Object> found = new LinkedHashMap<>();
    found.put("version", after.number());
    // What an earlier try said of the version before it stays true.
    Map<String, Object> earlier = erasure.found(VIEWS).orElse(Map.of());
    found.put("cells_before", earlier.getOrDefault("cells_before", counts(before).cells()));
    found.put("cells_after", after.counts().cells());
    found.put(
        "clean_rows_before", earlier.getOrDefault("clean_rows_before", counts(before).cleanRows()));
    found.put("clean_rows_after", after.counts().cleanRows());
    return found;
  }

  private static Version.Counts counts(Optional<Version> version) {
    return version.map(Version::counts).orElse(Version.Counts.NONE);
  }

  /** Whether a record after the published cut is cleaned by the profile of a version that goes. */
  private boolean needsRemovedProfile(Erasure erasure) {
    DatasetPlan plan = place.plan(session);
    long served = published(erasure).number();
    return !plan.profileExpressions().isEmpty()
        && place.catalog().epochs(dataset.name()).stream()
            .filter(epoch -> epoch.number() >= served)
            .anyMatch(epoch -> epoch.profile() > 0 && epoch.profile() < erasure.number());
  }

  /** The full run wrote all rows that stay anew, so that those with an older time are theirs. */
  private Map<String, Object> deleteCleanRows(Erasure erasure) throws IOException {
    Map<String, Object> found = new LinkedHashMap<>();
    found.put("table", dataset.hbase().table());
    if (log.hasKeys(erasure.number())) {
      DatasetPlan plan = place.plan(session);
      found.put(
          "rows_removed",
          new CleanRowTable(place, plan)
              .delete(
                  session.read().parquet(log.keys(erasure.number()).toString()),
                  published(erasure).root()));
      log.removeKeys(erasure.number());
    } else {
      // An earlier try deleted all of them and died before it could say how many.
      found.put("rows_removed", null);
    }
    return found;
  }

  /** Deltas before the cut go too: nobody writes one again once the speed layer is behind it. */
  private Map<String, Object> removeVersions(Erasure erasure) throws IOException {
    new Waiting(dataset.name(), place.catalog(), place.master())
        .untilApplied(published(erasure).cut().offsets(), place.settings().appliedPatience());
    Retention.Removed removed = new Retention(place, lock, hive).forget(erasure.number());
    Map<String, Object> found = new LinkedHashMap<>();
    found.put("versions_removed", removed.versions());
    found.put("deltas_removed", removed.deltas());
    found.put("hive_tables", hive.isPresent() ? dataset.hiveTables() : List.of());
    found.put("quarantined_removed", erasure.rejected());
    return found;
  }

  private Map<String, Object> rewriteTables() throws IOException {
    List<TableName> tables =
        List.of(TableName.valueOf(dataset.hbase().table()), Tables.deltas(dataset.name()));
    Map<String, Object> found = new LinkedHashMap<>();
    found.put("tables", tables.stream().map(TableName::getNameAsString).toList());
    found.put("rewritten", new TableRewrite(place.hbase().connection()).run(tables));
    return found;
  }

  private Map<String, Object> topic(Erasure erasure) {
    TopicRecords topic = new TopicRecords(new KafkaAnswers(place.platform().kafka()), dataset);
    if (erasure.purge()) {
      topic.deleteBefore(erasure.before());
    }
    return topic.held(rows(erasure), erasure.before());
  }
}

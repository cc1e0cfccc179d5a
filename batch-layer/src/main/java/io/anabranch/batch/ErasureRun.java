package io.anabranch.batch;

import io.anabranch.batch.ErasureSearch.Found;
import io.anabranch.master.Listing;
import io.anabranch.runtime.Problem;
import io.anabranch.schemas.Dataset;
import io.anabranch.views.Cut;
import io.anabranch.views.Offsets;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.SparkSession;

/**
 * One call of erase: what earlier calls left unfinished, then marker, cut, the records before the
 * cut that are meant, the record of the erasure, and its steps. Until it is recorded nothing has
 * happened; from then on it goes to its end, if not in this process then in the next.
 */
final class ErasureRun implements AutoCloseable {
  private static final int EXAMPLES = 10;

  private final Workplace place;
  private final Dataset dataset;
  private final ErasureLog log;
  private final Instant started = Instant.now();

  private ErasureRun(Workplace place, ErasureLog log) {
    this.place = place;
    this.dataset = place.dataset();
    this.log = log;
  }

  static ErasureRun of(Workplace place) throws IOException {
    return new ErasureRun(place, ErasureLog.in(place.erasureFolder()));
  }

  /**
   * What was asked for.
   *
   * @param condition which records
   * @param reason kept with the erasure
   * @param purge whether Kafka shall delete all that lies before the cut
   * @param atMost more records than that are not erased: the condition is wrong then
   */
  record Request(String condition, String reason, boolean purge, long atMost) {}

  /** Looks for the records in the master dataset as it is now; changes nothing. */
  Map<String, Object> preview(String condition) throws IOException {
    Offsets ends = masterEnds();
    try (Found found =
        new ErasureSearch(place, Sessions.unloggedOver(place, "anabranch erase"), log)
            .find(ends, condition)) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("dataset", dataset.name());
      json.put("dry_run", true);
      json.put("until", ends.byPartition());
      json.put("records", found.accepted() + found.rejected());
      json.put("accepted", found.accepted());
      json.put("rejected", found.rejected());
      json.put("not_searched", notSearched(ends));
      json.put("first_appended", found.first().map(Instant::toString).orElse(null));
      json.put("last_appended", found.last().map(Instant::toString).orElse(null));
      json.put("examples", found.examples(EXAMPLES));
      json.put("unfinished", unfinished().stream().map(Erasure::number).toList());
      return json;
    }
  }

  private Offsets masterEnds() throws IOException {
    Listing listing = place.master().list(dataset.name());
    Map<Integer, Long> ends = new TreeMap<>();
    listing.partitions().forEach(partition -> ends.put(partition, listing.cover(partition).end()));
    return new Offsets(ends);
  }

  private List<Erasure> unfinished() throws IOException {
    return log.all().stream().filter(erasure -> !erasure.isFinished()).toList();
  }

  private long notSearched(Offsets until) throws IOException {
    return place.master().undecodable(dataset.name(), Offsets.NONE, until).size();
  }

  /**
   * Finishes what was left, then erases.
   *
   * @param request empty to only finish
   */
  Map<String, Object> run(RunLock lock, Optional<Request> request) throws IOException {
    log.removeUnrecorded();
    SparkSession session = Sessions.unlogged(place, "anabranch erase");
    ErasureSteps steps = new ErasureSteps(new ErasureWork(place, lock, session, log));
    List<Map<String, Object>> resumed = new ArrayList<>();
    for (Erasure left : unfinished()) {
      Progress.say("%s: finishing erasure %s".formatted(dataset.name(), left.number()));
      resumed.add(steps.finish(left).json());
    }
    Map<String, Object> json = new LinkedHashMap<>();
    if (request.isPresent()) {
      Erasure erasure = record(lock, session, request.get());
      json.putAll((erasure.records() == 0 ? erasure : steps.finish(erasure)).json());
    } else {
      json.put("dataset", dataset.name());
    }
    json.put("resumed", resumed);
    json.put("duration_ms", Duration.between(started, Instant.now()).toMillis());
    return json;
  }

  private Erasure record(RunLock lock, SparkSession session, Request request) throws IOException {
    ErasureSearch search = new ErasureSearch(place, session, log);
    search.check(request.condition());
    Markers.Appended marker =
        new Markers(place.platform().kafka(), place.catalog()).append(dataset);
    Progress.say("%s: marker %s appended".formatted(dataset.name(), marker.number()));
    Cut cut =
        new Waiting(dataset.name(), place.catalog(), place.master())
            .untilCovered(marker, place.settings().coverPatience());
    try (Found found = search.find(cut.offsets(), request.condition())) {
      Progress.say(
          "%s: %s records found, %s of them in quarantine"
              .formatted(dataset.name(), found.accepted() + found.rejected(), found.rejected()));
      Erasure erasure =
          new Erasure(
              dataset.name(),
              marker.number(),
              Instant.now(),
              System.getProperty("user.name"),
              request.reason(),
              cut.offsets().byPartition(),
              found.accepted(),
              found.rejected(),
              notSearched(cut.offsets()),
              request.purge(),
              Map.of());
      if (erasure.records() > request.atMost()) {
        throw Problem.badInput(
            "%s records are meant, and at most %s would be erased: look at them with --dry-run, then say --at-most %s"
                .formatted(erasure.records(), request.atMost(), erasure.records()));
      } else if (erasure.records() > 0) {
        found.write(log.rows(erasure.number()), log.keys(erasure.number()));
        requireAlone(lock, erasure.number());
        log.write(erasure);
      }
      return erasure;
    }
  }

  /** A version that did not see the erasure must not have a greater number. */
  private void requireAlone(RunLock lock, long erasure) {
    lock.requireHeld();
    if (place.catalog().versions(dataset.name()).stream().anyMatch(v -> v.leavesOut(erasure))) {
      throw Problem.failed(
          "a batch run of %s published a version while records were looked for: nothing was erased, start again"
              .formatted(dataset.name()));
    }
  }

  @Override
  public void close() throws IOException {
    log.close();
  }
}

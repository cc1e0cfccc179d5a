package io.anabranch.batch;

import io.anabranch.views.Offsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A recorded erasure: records that do not count any more. What was looked for is not part of it,
 * since that may itself be personal; which records were found lies beside it, as positions.
 *
 * @param number of its marker; every version of that number or a greater one leaves the records out
 * @param at when it was recorded, UTC
 * @param by the name of the account that asked
 * @param reason what the person who asked gave, such as the number of a ticket; may be empty
 * @param cut the offset in each partition before which records were looked for
 * @param accepted how many of the records no rule rejects, repeats among them
 * @param rejected how many are in quarantine
 * @param notSearched values before the cut that are no records, so that nobody can tell whose
 * @param purge whether Kafka shall delete all that lies before the cut
 * @param done what each step that is done found
 */
record Erasure(
    String dataset,
    long number,
    Instant at,
    String by,
    String reason,
    Map<Integer, Long> cut,
    long accepted,
    long rejected,
    long notSearched,
    boolean purge,
    Map<String, Map<String, Object>> done) {

  /** In this order. Each may be done again, at the least from its beginning. */
  enum Step {
    /** A version that leaves the records out is published. */
    VIEWS,
    /** Their clean rows are deleted in HBase. */
    CLEAN_ROWS,
    /** Versions that hold them are removed: cells, Hive's tables, quarantine, reports, deltas. */
    VERSIONS,
    /** They are removed from the master files. */
    MASTER,
    /** HBase writes its files anew, without what was deleted. */
    TABLES,
    /** How long Kafka has copies. */
    TOPIC;

    /** The name in the record and in reports. */
    String key() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  Erasure {
    cut = Map.copyOf(cut);
    done = new LinkedHashMap<>(done);
  }

  long records() {
    return accepted + rejected;
  }

  Offsets before() {
    return new Offsets(cut);
  }

  boolean isDone(Step step) {
    return done.containsKey(step.key());
  }

  /** Whether nothing is left to do. */
  boolean isFinished() {
    return records() == 0 || isDone(Step.TOPIC);
  }

  /** What a step found, if it is done. */
  Optional<Map<String, Object>> found(Step step) {
    return Optional.ofNullable(done.get(step.key()));
  }

  /** This erasure after a step. */
  Erasure with(Step step, Map<String, Object> found) {
    Map<String, Map<String, Object>> more = new LinkedHashMap<>(done);
    more.put(step.key(), found);
    return new Erasure(
        dataset, number, at, by, reason, cut, accepted, rejected, notSearched, purge, more);
  }

  /** What is told of it. */
  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("dataset", dataset);
    json.put("erasure", number);
    json.put("at", at.toString());
    json.put("by", by);
    json.put("reason", reason);
    json.put("cut", cut);
    json.put("records", records());
    json.put("accepted", accepted);
    json.put("rejected", rejected);
    json.put("not_searched", notSearched);
    json.put("finished", isFinished());
    json.put("stores", done);
    return json;
  }
}

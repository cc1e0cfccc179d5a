package io.anabranch.ingest;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;

/**
 * What a source prints at its end.
 *
 * @param dataset where the rows went
 * @param counts what became of them
 * @param took how long it took
 */
record Summary(String dataset, LoadCounts counts, Duration took) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** One JSON object, to which a command may add keys. */
  ObjectNode json() {
    ObjectNode summary = JSON.createObjectNode().put("dataset", dataset);
    summary
        .put("read", counts.read())
        .put("accepted", counts.accepted())
        .put("sent", counts.sent())
        .put("rejected", counts.rejected());
    ObjectNode reasons = summary.putObject("rejected_by_reason");
    counts.tally().reasons().forEach(reasons::put);
    return summary
        .put("repeats", counts.repeats())
        .put("duration_ms", durationMs())
        .put("records_per_s", rate());
  }

  /** Lines for people. */
  String words() {
    StringBuilder words =
        new StringBuilder(
            "%s: %d rows read, %d accepted (%d sent now), %d rejected, %d repeats left out, in %.1f s (%d rows/s)"
                .formatted(
                    dataset,
                    counts.read(),
                    counts.accepted(),
                    counts.sent(),
                    counts.rejected(),
                    counts.repeats(),
                    durationMs() / 1000.0,
                    rate()));
    counts
        .tally()
        .reasons()
        .forEach((reason, rows) -> words.append("%n  %d rejected: %s".formatted(rows, reason)));
    return words.toString();
  }

  private long durationMs() {
    return Math.max(1, took.toMillis());
  }

  private long rate() {
    return counts.read() * 1000 / durationMs();
  }
}

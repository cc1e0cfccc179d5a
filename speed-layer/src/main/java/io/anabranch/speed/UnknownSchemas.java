package io.anabranch.speed;

import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.SchemaHistory;
import io.anabranch.schemas.SchemaLog;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Tells whether a schema that a plan does not know is registered. Whoever appends a record has
 * registered its schema before; so one answer holds for all records that stood in the topic when it
 * was asked for, and a flood of foreign values costs a question now and then. Safe for several
 * threads.
 */
final class UnknownSchemas {
  private final Dataset dataset;
  private final SchemaLog log;
  private final Supplier<Map<Integer, Long>> topicEnds;
  private Map<Integer, Long> askedUpTo = Map.of();
  private SchemaHistory answer = SchemaHistory.NONE;

  /**
   * @param topicEnds the first offset behind each partition of the topic, at this moment
   */
  UnknownSchemas(Dataset dataset, SchemaLog log, Supplier<Map<Integer, Long>> topicEnds) {
    this.dataset = dataset;
    this.log = log;
    this.topicEnds = topicEnds;
  }

  /** Whether the schema of the record at that position was registered when it was appended. */
  synchronized boolean isRegistered(long fingerprint, int partition, long offset) {
    if (!answer.knows(fingerprint) && offset >= askedUpTo.getOrDefault(partition, 0L)) {
      // In this order: what was appended before the ends were read was registered before that.
      Map<Integer, Long> ends = topicEnds.get();
      answer = log.history(dataset);
      askedUpTo = ends;
    }
    return answer.knows(fingerprint);
  }
}

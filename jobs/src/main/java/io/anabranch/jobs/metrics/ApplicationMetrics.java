package io.anabranch.jobs.metrics;

import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an application of Spark's did.
 *
 * @param started empty if its log does not tell
 * @param ended empty while it runs, and for ever if its driver was killed
 * @param stages in the order of their numbers; those that were skipped have no part
 */
public record ApplicationMetrics(
    String application,
    String name,
    Optional<Instant> started,
    Optional<Instant> ended,
    List<StageMetrics> stages) {
  public ApplicationMetrics {
    stages = List.copyOf(stages);
  }

  /** The sums over all stages. */
  public Map<Measure, Long> totals() {
    Map<Measure, Long> totals = new EnumMap<>(Measure.class);
    for (Measure measure : Measure.values()) {
      totals.put(measure, stages.stream().mapToLong(s -> s.measures().get(measure)).sum());
    }
    return totals;
  }
}

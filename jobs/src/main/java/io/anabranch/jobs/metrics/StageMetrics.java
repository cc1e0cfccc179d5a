package io.anabranch.jobs.metrics;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * One attempt of a stage.
 *
 * @param stage number within the application, from 0
 * @param attempt from 0
 * @param tasks how many it has
 * @param failed tries of tasks that failed
 * @param killed tries of tasks that were ended since they were not wanted any more
 * @param measures sums over all tries of tasks that have ended
 */
public record StageMetrics(
    int stage,
    int attempt,
    String name,
    Status status,
    Optional<Instant> submitted,
    Optional<Instant> completed,
    int tasks,
    int failed,
    int killed,
    Map<Measure, Long> measures) {
  /** How far a stage is, in the History Server's words. */
  public enum Status {
    ACTIVE,
    COMPLETE,
    FAILED
  }
}

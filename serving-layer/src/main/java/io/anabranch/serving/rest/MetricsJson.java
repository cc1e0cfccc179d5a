package io.anabranch.serving.rest;

import io.anabranch.jobs.metrics.ApplicationMetrics;
import io.anabranch.jobs.metrics.Measure;
import io.anabranch.jobs.metrics.StageMetrics;
import io.anabranch.jobs.store.Step;
import java.net.URI;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the applications of Spark's that a run started did, in the order of their starts; those of
 * tries that were replaced too.
 */
record MetricsJson(String run, List<ApplicationJson> applications) {
  /**
   * An application.
   *
   * @param history its page at the History Server, which answers while that runs
   * @param step the number of the step that started it
   * @param current whether the run rests on that step
   * @param logged whether its event log is there; without it nothing below is known
   * @param ended null while it runs, and for ever if its driver was killed
   * @param durationMs to its end, or to the last stage's end that the log tells of; null if neither
   *     is known
   * @param totals the sums over all stages, by the names of a stage's measures
   */
  record ApplicationJson(
      String application,
      URI history,
      int step,
      String node,
      boolean current,
      boolean logged,
      String name,
      Instant started,
      Instant ended,
      Long durationMs,
      int failedTasks,
      int killedTasks,
      Map<String, Long> totals,
      List<StageJson> stages) {
    static ApplicationJson of(
        RunJson.Application named, Step step, Optional<ApplicationMetrics> known) {
      ApplicationMetrics metrics =
          known.orElseGet(
              () ->
                  new ApplicationMetrics(
                      named.application(), "", Optional.empty(), Optional.empty(), List.of()));
      return new ApplicationJson(
          named.application(),
          named.history(),
          step.number(),
          step.node(),
          step.current(),
          known.isPresent(),
          metrics.name(),
          metrics.started().orElse(null),
          metrics.ended().orElse(null),
          duration(metrics),
          metrics.stages().stream().mapToInt(StageMetrics::failed).sum(),
          metrics.stages().stream().mapToInt(StageMetrics::killed).sum(),
          named(metrics.totals()),
          metrics.stages().stream().map(StageJson::of).toList());
    }

    private static Long duration(ApplicationMetrics metrics) {
      Optional<Instant> last =
          metrics
              .ended()
              .or(
                  () ->
                      metrics.stages().stream()
                          .flatMap(stage -> stage.completed().stream())
                          .max(Instant::compareTo));
      return last.map(end -> RunJson.duration(metrics.started(), last, end)).orElse(null);
    }
  }

  /**
   * One attempt of a stage.
   *
   * @param durationMs from its submission to its completion; null before that
   * @param measures sums over its tasks; names end in the unit where it is no count
   */
  record StageJson(
      int stage,
      int attempt,
      String name,
      String status,
      Instant submitted,
      Instant completed,
      Long durationMs,
      int tasks,
      int failedTasks,
      int killedTasks,
      Map<String, Long> measures) {
    static StageJson of(StageMetrics stage) {
      return new StageJson(
          stage.stage(),
          stage.attempt(),
          stage.name(),
          RunJson.lower(stage.status()),
          stage.submitted().orElse(null),
          stage.completed().orElse(null),
          stage
              .completed()
              .map(end -> RunJson.duration(stage.submitted(), stage.completed(), end))
              .orElse(null),
          stage.tasks(),
          stage.failed(),
          stage.killed(),
          named(stage.measures()));
    }
  }

  private static Map<String, Long> named(Map<Measure, Long> measures) {
    Map<String, Long> named = new LinkedHashMap<>();
    measures.forEach((measure, sum) -> named.put(RunJson.lower(measure), sum));
    return named;
  }
}

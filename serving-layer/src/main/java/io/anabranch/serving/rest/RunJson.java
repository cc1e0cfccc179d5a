package io.anabranch.serving.rest;

import io.anabranch.jobs.store.Run;
import io.anabranch.jobs.store.Step;
import io.anabranch.serving.jobs.SparkApplications;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A run.
 *
 * @param schedule null if it was started by hand
 * @param dataset null if it holds none
 * @param nominal when it was due
 * @param durationMs from its start to its end, or to now; null before its start
 */
record RunJson(
    String run,
    String schedule,
    String name,
    String app,
    String dataset,
    String user,
    String status,
    Instant nominal,
    Instant started,
    Instant ended,
    Long durationMs,
    int attempt,
    String message) {

  /** Runs, those that were due last first. */
  record RunList(List<RunJson> runs) {}

  /**
   * One try of a node.
   *
   * @param current false for a try that was replaced by a later one
   * @param due when it may begin, after a failed try
   * @param applications of Spark's that it started
   */
  record StepJson(
      int step,
      String node,
      String type,
      int attempt,
      int tries,
      String status,
      boolean current,
      Instant due,
      Instant started,
      Instant ended,
      Long durationMs,
      String transition,
      String message,
      Map<String, String> output,
      List<Application> applications) {
    static StepJson of(Step step, List<Application> applications, Instant now) {
      return new StepJson(
          step.number(),
          step.node(),
          step.type(),
          step.attempt(),
          step.tries(),
          lower(step.status()),
          step.current(),
          step.due(),
          step.started().orElse(null),
          step.ended().orElse(null),
          duration(step.started(), step.ended(), now),
          text(step.transition()),
          text(step.message()),
          step.data(),
          applications);
    }
  }

  /**
   * An application of Spark's.
   *
   * @param history its page at the History Server, which answers while that runs
   */
  record Application(String application, URI history) {
    static Application of(String id, SparkApplications spark) {
      return new Application(id, spark.page(id));
    }
  }

  /** A run with its properties and the steps that it made, in order. */
  record Detail(RunJson run, Map<String, String> configuration, List<StepJson> steps) {}

  static RunJson of(Run run, Instant now) {
    return new RunJson(
        run.id(),
        text(run.schedule()),
        run.name(),
        run.app(),
        text(run.dataset()),
        run.user(),
        lower(run.status()),
        run.nominal(),
        run.started().orElse(null),
        run.ended().orElse(null),
        duration(run.started(), run.ended(), now),
        run.attempt(),
        text(run.message()));
  }

  static Long duration(Optional<Instant> from, Optional<Instant> to, Instant now) {
    return from.map(start -> Duration.between(start, to.orElse(now)).toMillis()).orElse(null);
  }

  private static String text(String text) {
    return text.isEmpty() ? null : text;
  }

  static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}

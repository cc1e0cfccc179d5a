package io.anabranch.serving.rest;

import io.anabranch.jobs.Jobs;
import io.anabranch.jobs.store.Run;
import io.anabranch.jobs.store.Schedule;
import io.anabranch.runtime.Problem;
import io.anabranch.serving.Sources;
import java.util.Optional;
import org.springframework.http.HttpStatus;

/** The schedules and runs that paths name. */
final class NamedJobs {
  private final Optional<Jobs> jobs;

  NamedJobs(Sources sources) {
    this.jobs = sources.jobs();
  }

  /**
   * The scheduler.
   *
   * @throws Problem if this serving layer runs none
   */
  Jobs jobs() {
    return jobs.orElseThrow(
        () ->
            Problem.unreachable(
                "this serving layer runs no schedules: set jobs.enabled = true and start it again"));
  }

  /** A run, or 404. */
  Run run(String id) {
    return jobs()
        .find(id)
        .orElseThrow(
            () ->
                new RestProblem(
                    HttpStatus.NOT_FOUND,
                    "unknown run '%s': GET /api/v1/runs lists them".formatted(id)));
  }

  /** A schedule, or 404. */
  Schedule schedule(String name) {
    return jobs()
        .findSchedule(name)
        .orElseThrow(
            () ->
                new RestProblem(
                    HttpStatus.NOT_FOUND,
                    "unknown schedule '%s', expected one of %s"
                        .formatted(
                            name, jobs().schedules().stream().map(Schedule::name).toList())));
  }
}

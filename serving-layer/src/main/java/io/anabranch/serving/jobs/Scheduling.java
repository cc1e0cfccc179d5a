package io.anabranch.serving.jobs;

import io.anabranch.jobs.Jobs;
import io.anabranch.jobs.JobsService;
import io.anabranch.jobs.JobsSettings;
import java.time.Clock;
import java.util.Optional;

/** The scheduler of this process, if its settings want one. */
public final class Scheduling implements AutoCloseable {
  private final Optional<JobsService> service;

  private Scheduling(Optional<JobsService> service) {
    this.service = service;
  }

  /** Starts it. */
  public static Scheduling start(JobsSettings settings, JobsService.Place place) {
    return new Scheduling(
        settings.enabled()
            ? Optional.of(JobsService.start(settings, place, Clock.systemUTC()))
            : Optional.empty());
  }

  /** What REST asks; empty if there is no scheduler. */
  public Optional<Jobs> jobs() {
    return service.map(JobsService::jobs);
  }

  @Override
  public void close() {
    service.ifPresent(JobsService::close);
  }
}

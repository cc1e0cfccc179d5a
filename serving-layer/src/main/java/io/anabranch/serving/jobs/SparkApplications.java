package io.anabranch.serving.jobs;

import io.anabranch.jobs.metrics.ApplicationMetrics;
import io.anabranch.jobs.metrics.EventLogs;
import io.anabranch.runtime.HistorySettings;
import java.net.URI;
import java.util.Optional;

/** The applications of Spark's that runs started: what they did, and where people see more. */
public record SparkApplications(EventLogs logs, HistorySettings history) {
  /** What an application did until now; empty if there is no event log of it. */
  public Optional<ApplicationMetrics> metrics(String application) {
    return logs.of(application);
  }

  /** Its page at the History Server, which answers while that runs. */
  public URI page(String application) {
    return history.page(application);
  }
}

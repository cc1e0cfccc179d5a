package io.anabranch.serving.rest;

import io.anabranch.jobs.Jobs;
import io.anabranch.jobs.run.Rerun;
import io.anabranch.jobs.store.JobStore.Filter;
import io.anabranch.jobs.store.Run;
import io.anabranch.jobs.store.Run.Status;
import io.anabranch.jobs.store.Schedule;
import io.anabranch.jobs.store.Step;
import io.anabranch.runtime.Problem;
import io.anabranch.runtime.UsersFile.Role;
import io.anabranch.schemas.Datasets;
import io.anabranch.serving.Sources;
import io.anabranch.serving.access.Access;
import io.anabranch.serving.jobs.RunLog;
import io.anabranch.serving.jobs.RunLog.Until;
import io.anabranch.serving.jobs.SparkApplications;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Runs of workflows: history, logs, and what people do with them. */
@RestController
@RequestMapping("/api/v1/runs")
final class RunsController implements ApplicationListener<ContextClosedEvent> {
  private static final int MAX_FOLLOWERS = 16;

  /** How long a log that is followed may stay as it is. */
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private static final int MAX_RUNS = 10_000;

  /**
   * What to start.
   *
   * @param what name of a schedule, or address of a workflow: a path on the server or a URI
   * @param parameters properties over those of the schedule or of {@code job.properties}
   * @param user whose run it is where the instance has no users; {@code rest} by default
   */
  record StartRequest(String what, Map<String, String> parameters, String user) {}

  private final NamedJobs named;
  private final Datasets datasets;
  private final Access access;
  private final SparkApplications spark;
  private final Clock clock;
  private final Semaphore followers = new Semaphore(MAX_FOLLOWERS);
  private final CountDownLatch stopped = new CountDownLatch(1);

  RunsController(Sources sources, Access access) {
    this.access = access;
    this.named = new NamedJobs(sources);
    this.datasets = sources.datasets();
    this.spark = sources.spark();
    this.clock = sources.clock();
  }

  @GetMapping
  @Operation(summary = "Runs, those that were due last first")
  RunJson.RunList runs(
      @RequestParam(name = "schedule", required = false) String schedule,
      @RequestParam(name = "status", required = false) String status,
      @RequestParam(name = "dataset", required = false) String dataset,
      @RequestParam(name = "limit", defaultValue = "100") int limit) {
    if (limit < 1 || limit > MAX_RUNS) {
      throw Problem.badInput("Invalid limit: %s (must be 1 to %s)".formatted(limit, MAX_RUNS));
    }
    Filter filter =
        new Filter(
            Optional.ofNullable(schedule),
            Optional.ofNullable(status).map(RunsController::status),
            Optional.ofNullable(dataset),
            limit);
    Instant now = clock.instant();
    return new RunJson.RunList(
        named.jobs().runs(filter).stream().map(run -> RunJson.of(run, now)).toList());
  }

  private static Status status(String text) {
    return Arrays.stream(Status.values())
        .filter(status -> status.name().equals(text.toUpperCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(
            () ->
                Problem.badInput(
                    "unknown status '%s', expected one of %s"
                        .formatted(
                            text, Arrays.stream(Status.values()).map(RunJson::lower).toList())));
  }

  @PostMapping
  @Operation(
      summary = "Starts a run now",
      description = "Of a schedule's workflow, as if it were due now, or of any workflow.")
  RunJson start(@RequestBody StartRequest request) {
    if (request.what() == null || request.what().isBlank()) {
      throw Problem.badInput("'what' must name a schedule or a workflow");
    }
    Jobs.Request asked =
        new Jobs.Request(
            request.what(),
            request.parameters() == null ? Map.of() : request.parameters(),
            access.user(request.user() == null ? "rest" : request.user()));
    if (!access.has(Role.ADMIN)) {
      requireSetUp(asked);
    }
    return RunJson.of(named.jobs().start(asked), clock.instant());
  }

  /**
   * A workflow can run any program: those who are no admins start what an admin has submitted. The
   * dataset is one of ours, since programs are given it as a word among their options.
   */
  private void requireSetUp(Jobs.Request asked) {
    Jobs jobs = named.jobs();
    Schedule schedule =
        jobs.findSchedule(asked.what())
            .orElseThrow(
                () ->
                    new RestProblem(
                        HttpStatus.FORBIDDEN,
                        "'%s' is no schedule: a workflow that was not submitted is started by an admin"
                            .formatted(asked.what())));
    List<String> given =
        asked.parameters().keySet().stream().filter(jobs.given()::contains).sorted().toList();
    if (!given.isEmpty()) {
      throw new RestProblem(
          HttpStatus.FORBIDDEN,
          "the properties %s are the platform's: leave them out, or ask an admin".formatted(given));
    } else if (!Jobs.keepsWorkflow(schedule, asked.parameters())) {
      throw new RestProblem(
          HttpStatus.FORBIDDEN,
          "with these parameters '%s' runs another workflow than the one that was submitted: leave them out, or ask an admin"
              .formatted(schedule.name()));
    }
    Optional.ofNullable(asked.parameters().get("dataset"))
        .ifPresent(dataset -> NamedDataset.in(datasets, dataset));
  }

  @GetMapping("/{run}")
  @Operation(summary = "A run with its properties and its steps; tries that were replaced too")
  RunJson.Detail run(@PathVariable("run") String id) {
    Run run = named.run(id);
    Instant now = clock.instant();
    return new RunJson.Detail(
        RunJson.of(run, now),
        run.configuration(),
        named.jobs().steps(id).stream()
            .map(step -> RunJson.StepJson.of(step, applications(step), now))
            .toList());
  }

  private List<RunJson.Application> applications(Step step) {
    return named.jobs().applications(step).stream()
        .map(id -> RunJson.Application.of(id, spark))
        .toList();
  }

  @GetMapping("/{run}/metrics")
  @Operation(
      summary = "What the applications of Spark's that a run started did, by stage",
      description = "From their event logs, so the numbers are those of Spark's History Server.")
  MetricsJson metrics(@PathVariable("run") String id) {
    return new MetricsJson(
        named.run(id).id(),
        named.jobs().steps(id).stream()
            .flatMap(
                step ->
                    applications(step).stream()
                        .map(
                            started ->
                                MetricsJson.ApplicationJson.of(
                                    started, step, spark.metrics(started.application()))))
            .toList());
  }

  @PostMapping("/{run}/cancel")
  @Operation(summary = "Ends a run; its processes get a signal")
  RunJson cancel(
      @PathVariable("run") String id,
      @RequestParam(name = "user", defaultValue = "rest") String user) {
    return RunJson.of(named.jobs().cancel(named.run(id).id(), access.user(user)), clock.instant());
  }

  @PostMapping("/{run}/rerun")
  @Operation(
      summary = "Begins a run once more",
      description = "With from=failure at the actions that did not succeed, else at its start.")
  RunJson rerun(
      @PathVariable("run") String id,
      @RequestParam(name = "from", defaultValue = "start") String from) {
    Rerun rerun =
        switch (from) {
          case "start" -> Rerun.FROM_START;
          case "failure" -> Rerun.FROM_FAILURE;
          default ->
              throw Problem.badInput(
                  "unknown place '%s' for from, expected start or failure".formatted(from));
        };
    Run run = named.run(id);
    if (!access.has(Role.ADMIN)) {
      requireOfSchedule(run);
    }
    return RunJson.of(named.jobs().rerun(run.id(), rerun), clock.instant());
  }

  /** The workflow is read anew: who could not start it may not run it again. */
  private void requireOfSchedule(Run run) {
    if (!named.jobs().isOfItsSchedule(run)) {
      throw new RestProblem(
          HttpStatus.FORBIDDEN,
          "%s is not what a schedule says that is submitted now: it is run again by an admin"
              .formatted(run.id()));
    }
  }

  @GetMapping(value = "/{run}/log", produces = "text/plain;charset=UTF-8")
  @Operation(
      summary = "The words of a run's steps and what happened to it, or those of one step",
      description =
          "With follow=true the answer goes on until the run or step has ended, or has written"
              + " nothing for ten minutes; with download=true a browser saves it.")
  void log(
      @PathVariable("run") String id,
      @RequestParam(name = "step", required = false) String step,
      @RequestParam(name = "follow", defaultValue = "false") boolean follow,
      @RequestParam(name = "download", defaultValue = "false") boolean download,
      HttpServletResponse response)
      throws IOException {
    Run run = named.run(id);
    RunLog log = new RunLog(named.jobs(), follow ? Until.ITS_END : Until.NOW, stopped, PATIENCE);
    Optional<Step> one = Optional.ofNullable(step).map(wanted -> step(log, run, wanted));
    if (follow && !followers.tryAcquire()) {
      throw Problem.unreachable(
          "%s logs are followed already: read it without follow".formatted(MAX_FOLLOWERS));
    }
    try {
      response.setContentType("text/plain;charset=UTF-8");
      if (download) {
        response.setHeader(
            "Content-Disposition",
            "attachment; filename=\"%s.log\"".formatted(id.replaceAll("[^A-Za-z0-9._@-]", "-")));
      }
      if (one.isPresent()) {
        log.write(one.get(), response.getOutputStream());
      } else {
        log.write(run, response.getOutputStream());
      }
    } finally {
      if (follow) {
        followers.release();
      }
    }
  }

  private Step step(RunLog log, Run run, String wanted) {
    return log.step(run, wanted)
        .orElseThrow(
            () ->
                new RestProblem(
                    HttpStatus.NOT_FOUND,
                    "%s has no step '%s' yet, expected one of %s"
                        .formatted(
                            run.id(),
                            wanted,
                            named.jobs().steps(run.id()).stream().map(Step::node).toList())));
  }

  /** Ends those who follow, so that the server need not wait for them. */
  @Override
  public void onApplicationEvent(ContextClosedEvent event) {
    stopped.countDown();
  }
}

package io.anabranch.jobs;

import io.anabranch.jobs.definition.Coordinator;
import io.anabranch.jobs.definition.JobProperties;
import io.anabranch.jobs.definition.Workflow;
import io.anabranch.jobs.expression.Expressions;
import io.anabranch.jobs.files.JobFiles;
import io.anabranch.jobs.run.ActionRunner;
import io.anabranch.jobs.run.Engine;
import io.anabranch.jobs.run.Rerun;
import io.anabranch.jobs.run.RunFolders;
import io.anabranch.jobs.run.WorkflowFile;
import io.anabranch.jobs.store.JobStore;
import io.anabranch.jobs.store.Run;
import io.anabranch.jobs.store.Run.Status;
import io.anabranch.jobs.store.Schedule;
import io.anabranch.jobs.store.Schedule.Backfill;
import io.anabranch.jobs.store.Step;
import io.anabranch.jobs.time.Cadence;
import io.anabranch.jobs.time.Cadence.Slot;
import io.anabranch.jobs.time.OozieTime;
import io.anabranch.runtime.Problem;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Schedules and runs: what people ask of them, and the {@link #tick} that does what is due, on one
 * thread. The other methods may be called from any thread; each is done when it returns, the runs
 * themselves go on with the ticks. Who reads waits for nobody; who changes waits for one step of a
 * tick at most. What is asked of a run or schedule that is not there is a {@link Problem}.
 */
public final class Jobs implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Jobs.class);

  private static final int MOST_FORGOTTEN = 1_000;

  /** The property with the address of the folder of a job's files. */
  private static final String APP = "app";

  private final JobStore store;
  private final JobFiles files;
  private final RunFolders folders;
  private final Map<String, String> defaults;
  private final Clock clock;
  private final Plans plans = new Plans();
  private final Engine engine;
  private final Scheduler scheduler;

  /**
   * @param store is closed with this
   * @param runners by types of actions
   * @param defaults properties of every job that its own do not give
   * @param parallel runs at the same time
   */
  public Jobs(
      JobStore store,
      JobFiles files,
      RunFolders folders,
      Map<String, ActionRunner> runners,
      Map<String, String> defaults,
      int parallel,
      Clock clock) {
    this.store = store;
    this.files = files;
    this.folders = folders;
    this.defaults = Map.copyOf(defaults);
    this.clock = clock;
    this.engine = new Engine(store, files, folders, runners, clock);
    this.scheduler =
        new Scheduler(store, files, engine, folders, plans, parallel, clock, this::alone);
  }

  /** Does what is due. */
  public void tick() {
    scheduler.tick();
  }

  private synchronized void alone(Runnable step) {
    step.run();
  }

  /**
   * A schedule, or a new version of the one of the same name.
   *
   * @param app address of a coordinator, or of the folder of {@code coordinator.xml}; a {@code
   *     job.properties} beside it is read
   * @param parameters over those of {@code job.properties}
   */
  public record Submission(String name, String app, Map<String, String> parameters, String user) {}

  /**
   * Adds a schedule; a new version of a paused one stays paused. Nights that its start lies back
   * are caught up as its execution order says; a run that is there already is not made again.
   *
   * @throws Problem if its files are not valid, its workflow's included
   */
  public Schedule submit(Submission submission) {
    String file = WorkflowFile.in(submission.app(), "coordinator.xml", files);
    String folder = file.substring(0, file.lastIndexOf('/'));
    Map<String, String> properties = properties(folder, submission.parameters());
    String text = files.text(file);
    Coordinator coordinator = Coordinator.read(file, text, properties);
    coordinator.checkEvents();
    String workflow = WorkflowFile.address(coordinator.app(), files);
    Workflow.read(workflow, files.text(workflow));
    Schedule schedule =
        valid(
            () ->
                new Schedule(
                    submission.name(),
                    folder,
                    text,
                    properties,
                    submission.user(),
                    Schedule.State.ACTIVE,
                    clock.instant(),
                    0,
                    Instant.EPOCH,
                    Optional.empty()));
    return put(schedule, coordinator);
  }

  /** It goes on where a former version was, and stays paused if that was. */
  private synchronized Schedule put(Schedule schedule, Coordinator coordinator) {
    Optional<Schedule> former = store.schedule(schedule.name());
    Optional<Schedule> counted = former.filter(old -> isDueLike(old, coordinator));
    boolean paused = former.map(Schedule::state).filter(Schedule.State.PAUSED::equals).isPresent();
    Schedule next =
        schedule
            .in(paused ? Schedule.State.PAUSED : schedule.state())
            .made(
                counted.map(Schedule::made).orElse(schedule.made()),
                counted.map(Schedule::raw).orElse(schedule.raw()));
    store.put(next);
    return next;
  }

  private static <T> T valid(Supplier<T> value) {
    try {
      return value.get();
    } catch (IllegalArgumentException e) {
      throw Problem.badInput(e.getMessage(), e);
    }
  }

  /** Whether a former version counts the same moments, so that the new one goes on after it. */
  private boolean isDueLike(Schedule old, Coordinator now) {
    try {
      Cadence before = plans.of(old).cadence();
      Cadence after = now.cadence();
      return before.frequency().equals(after.frequency())
          && before.start().equals(after.start())
          && before.zone().equals(after.zone());
    } catch (Problem noLongerValid) {
      return false;
    }
  }

  private Map<String, String> properties(String folder, Map<String, String> parameters) {
    String file = folder + "/job.properties";
    Map<String, String> known = new TreeMap<>(defaults);
    known.put(APP, folder);
    return JobProperties.read(file, files.exists(file) ? files.text(file) : "", known, parameters);
  }

  /** All schedules, in order of name. */
  public List<Schedule> schedules() {
    return store.schedules();
  }

  /** A schedule. */
  public Schedule schedule(String name) {
    return store
        .schedule(name)
        .orElseThrow(
            () ->
                Problem.badInput(
                    "unknown schedule '%s', expected one of %s".formatted(name, names())));
  }

  /** A schedule, if it is there. */
  public Optional<Schedule> findSchedule(String name) {
    return store.schedule(name);
  }

  private List<String> names() {
    return store.schedules().stream().map(Schedule::name).toList();
  }

  /** When a schedule is due from a moment on, at most so many times. */
  public List<Instant> due(Schedule schedule, Instant from, int count) {
    List<Instant> due = new ArrayList<>();
    Optional<Slot> slot = plans.cadence(schedule).atOrAfter(from);
    while (slot.isPresent() && due.size() < count) {
      due.add(slot.get().nominal());
      slot = plans.cadence(schedule).after(slot.get());
    }
    return due;
  }

  /** Lets a schedule make no runs and start none until it is resumed. */
  public synchronized Schedule pause(String name) {
    return change(name, Schedule.State.PAUSED);
  }

  /** Lets it go on; what was due meanwhile is caught up as its execution order says. */
  public synchronized Schedule resume(String name) {
    return change(name, Schedule.State.ACTIVE);
  }

  private Schedule change(String name, Schedule.State state) {
    Schedule changed = schedule(name).in(state);
    store.put(changed);
    return changed;
  }

  /** Removes a schedule; its runs stay, those that have never begun are cancelled. */
  public synchronized void remove(String name) {
    store.remove(schedule(name).name());
  }

  /**
   * Makes the runs of a schedule's past that are not there yet or were skipped, oldest first. It
   * does so under a name of its own, which is a schedule that can be paused and removed.
   *
   * @param from inclusive
   * @param to exclusive, not after now
   * @param atOnce runs at the same time
   * @throws Problem if one of the same range is not done yet
   */
  public synchronized Schedule backfill(String name, Instant from, Instant to, int atOnce) {
    Schedule of = schedule(name);
    if (of.backfill().isPresent()) {
      throw Problem.badInput("'%s' is a backfill itself".formatted(name));
    } else if (to.isAfter(clock.instant())) {
      throw Problem.badInput("a backfill must end in the past, not at " + OozieTime.format(to));
    }
    Schedule backfill =
        valid(
            () ->
                new Schedule(
                    "%s-backfill-%s-%s".formatted(name, stamp(from), stamp(to)),
                    of.app(),
                    of.definition(),
                    of.properties(),
                    of.user(),
                    Schedule.State.ACTIVE,
                    clock.instant(),
                    0,
                    Instant.EPOCH,
                    Optional.of(new Backfill(name, from, to, atOnce))));
    store
        .schedule(backfill.name())
        .filter(other -> other.backfill().isEmpty() || other.state() != Schedule.State.DONE)
        .ifPresent(Jobs::refuseToReplace);
    store.put(backfill);
    return backfill;
  }

  private static String stamp(Instant time) {
    return OozieTime.format(time).replaceAll("[^0-9TZ]", "");
  }

  private static void refuseToReplace(Schedule other) {
    throw Problem.badInput(
        "%s is %s: let it end, or remove it first"
            .formatted(other.name(), other.state().name().toLowerCase(Locale.ROOT)));
  }

  /** What is to be run by hand. */
  public record Request(String what, Map<String, String> parameters, String user) {}

  /**
   * Starts a run now.
   *
   * @param request names a schedule, whose workflow is run as if it were due now, or the address of
   *     a workflow
   */
  public Run start(Request request) {
    Instant now = clock.instant();
    Optional<Schedule> schedule = store.schedule(request.what());
    if (schedule.isEmpty() && !request.what().contains("/")) {
      throw Problem.badInput(
          "unknown schedule '%s', expected one of %s or the address of a workflow"
              .formatted(request.what(), names()));
    }
    Run run = schedule.isPresent() ? byHand(schedule.get(), request, now) : byHand(request, now);
    while (!store.add(run)) {
      now = now.plusMillis(1);
      run = schedule.isPresent() ? byHand(schedule.get(), request, now) : byHand(request, now);
    }
    folders.note(run, now, "asked for by " + request.user());
    return run;
  }

  private Run byHand(Schedule schedule, Request request, Instant now) {
    Coordinator coordinator = coordinator(schedule, request.parameters());
    String id = id(schedule.name(), now);
    Coordinator.Inputs inputs =
        coordinator.inputs(new Coordinator.Due(id, request.user(), now, now), files);
    Map<String, String> configuration =
        new TreeMap<>(coordinator.configuration(inputs.moment(), files));
    configuration.putAll(request.parameters());
    return byHand(
        id, schedule.owner(), coordinator.name(), coordinator.app(), configuration, request, now);
  }

  private static Coordinator coordinator(Schedule schedule, Map<String, String> parameters) {
    Map<String, String> properties = new TreeMap<>(schedule.properties());
    properties.putAll(parameters);
    return Coordinator.read(schedule.app() + "/coordinator.xml", schedule.definition(), properties);
  }

  /**
   * Whether a schedule that is started with these parameters runs the workflow that it was
   * submitted with: its address may be made of properties, and a workflow can run any program.
   */
  public static boolean keepsWorkflow(Schedule schedule, Map<String, String> parameters) {
    return coordinator(schedule, parameters).app().equals(coordinator(schedule, Map.of()).app());
  }

  /**
   * Whether a run does what its schedule says: the schedule is there and made it, or somebody
   * started it with the workflow and the {@link #given} properties that the schedule has now.
   */
  public boolean isOfItsSchedule(Run run) {
    Optional<Schedule> schedule = store.schedule(run.schedule());
    return schedule.isPresent()
        && (!run.maker().isEmpty() || isLike(run, coordinator(schedule.get(), Map.of())));
  }

  private boolean isLike(Run run, Coordinator coordinator) {
    return run.app().equals(coordinator.app())
        && given().stream()
            .allMatch(
                name ->
                    Objects.equals(
                        run.configuration().get(name), coordinator.properties().get(name)));
  }

  private Run byHand(Request request, Instant now) {
    String file = WorkflowFile.address(request.what(), files);
    String folder = file.substring(0, file.lastIndexOf('/'));
    Workflow workflow = Workflow.read(file, files.text(file));
    Map<String, String> configuration = workflow.complete(properties(folder, request.parameters()));
    String name = Expressions.of(configuration).text(workflow.name());
    String id = id(name.replaceAll("[^A-Za-z0-9._-]", "-"), now);
    return byHand(id, "", name, file, configuration, request, now);
  }

  private static String id(String name, Instant now) {
    return name + "-" + now.truncatedTo(ChronoUnit.MILLIS);
  }

  private static Run byHand(
      String id,
      String schedule,
      String name,
      String app,
      Map<String, String> configuration,
      Request request,
      Instant now) {
    return valid(
        () ->
            new Run(
                    id,
                    schedule,
                    "",
                    name,
                    app,
                    request.user(),
                    configuration.getOrDefault("dataset", ""),
                    "",
                    configuration,
                    now.truncatedTo(ChronoUnit.MILLIS),
                    now,
                    Optional.empty(),
                    Optional.empty(),
                    Status.READY,
                    1,
                    "")
                .requireFolder());
  }

  /** The names of the properties that the platform gives to every job. */
  public Set<String> given() {
    Set<String> given = new TreeSet<>(defaults.keySet());
    given.add(APP);
    return given;
  }

  /** Runs, those that were due last first. */
  public List<Run> runs(JobStore.Filter filter) {
    return store.runs(filter);
  }

  /** A run. */
  public Run run(String id) {
    return find(id).orElseThrow(() -> Problem.badInput("unknown run '%s'".formatted(id)));
  }

  /** A run, if it is there. */
  public Optional<Run> find(String id) {
    return store.run(id);
  }

  /** The steps of a run, in the order in which they were made; tries that were replaced too. */
  public List<Step> steps(String run) {
    return store.steps(run);
  }

  /** Where the words of a run are; the file may not be there yet. */
  public Path log(Run run) {
    return folders.log(run.id());
  }

  /** Where the words of a step's process are; the file may not be there yet. */
  public Path log(Step step) {
    return folders.log(step);
  }

  /** The ids of the applications of Spark's that a step started. */
  public List<String> applications(Step step) {
    return folders.applications(step);
  }

  /**
   * Begins a run once more that did not succeed, or from its start one that did.
   *
   * @throws Problem if it is under way, or is the child of another
   */
  public synchronized Run rerun(String id, Rerun from) {
    Run run = run(id);
    if (run.parentRun().isPresent()) {
      throw Problem.badInput("%s is a sub-workflow: rerun %s".formatted(id, run.parentRun().get()));
    } else if (!run.status().isFinal()) {
      throw Problem.badInput("%s is %s: cancel it first".formatted(id, run.status()));
    } else if (run.status() == Status.SUCCEEDED && from == Rerun.FROM_FAILURE) {
      throw Problem.badInput(id + " succeeded: nothing of it failed");
    }
    return engine.again(again(run), from);
  }

  /**
   * The run as it begins once more. One that never became ready gets what it then would have got,
   * or waits for its inputs anew.
   */
  private Run again(Run run) {
    Optional<Schedule> maker = store.schedule(run.maker());
    if (run.started().isPresent() || maker.isEmpty()) {
      return run.again();
    }
    Coordinator coordinator = plans.of(maker.get());
    Coordinator.Inputs inputs =
        coordinator.inputs(
            new Coordinator.Due(run.id(), run.user(), run.nominal(), run.created()), files);
    if (!inputs.missing().isEmpty()) {
      return run.waiting(clock.instant());
    }
    Map<String, String> configuration = coordinator.configuration(inputs.moment(), files);
    return run.ready(configuration, configuration.getOrDefault("dataset", "")).again();
  }

  /**
   * Ends a run; what is under way gets a signal, and the run is CANCELLED when that has ended.
   *
   * @throws Problem if it has ended already
   */
  public synchronized Run cancel(String id, String user) {
    Run run = run(id);
    if (run.status().isFinal()) {
      throw Problem.badInput("%s has ended already: it is %s".formatted(id, run.status()));
    }
    Status next = run.status().isUnderWay() ? Status.CANCELLING : Status.CANCELLED;
    Run cancelled = run.to(next, clock.instant(), "cancelled by " + user);
    store.put(cancelled);
    folders.note(cancelled, clock.instant(), "cancelled by " + user);
    return cancelled;
  }

  /**
   * Removes the runs that ended before a moment, with their folders; at most a thousand at once.
   * One that cannot be removed is logged, and stays until the next call.
   */
  public void forget(Instant before) {
    for (Run run : store.ended(before, MOST_FORGOTTEN)) {
      try {
        alone(() -> forget(run, before));
      } catch (RuntimeException e) {
        LOG.warn("{} is no longer kept and cannot be removed", run.id(), e);
      }
    }
  }

  private void forget(Run run, Instant before) {
    store
        .run(run.id())
        .filter(now -> now.ended().filter(before::isAfter).isPresent())
        .ifPresent(engine::remove);
  }

  /** Ends what is under way so that the next start begins it again, and closes the store. */
  @Override
  public synchronized void close() {
    engine.abandon();
    store.close();
  }
}

package io.anabranch.jobs;

import io.anabranch.jobs.definition.Coordinator;
import io.anabranch.jobs.definition.Coordinator.Execution;
import io.anabranch.jobs.files.JobFiles;
import io.anabranch.jobs.run.Engine;
import io.anabranch.jobs.run.RunFolders;
import io.anabranch.jobs.store.JobStore;
import io.anabranch.jobs.store.Run;
import io.anabranch.jobs.store.Run.Status;
import io.anabranch.jobs.store.Schedule;
import io.anabranch.jobs.time.Cadence.Slot;
import io.anabranch.jobs.time.OozieTime;
import io.anabranch.runtime.Problem;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the runs that schedules want, looks whether their inputs are there, starts those whose turn
 * it is and leads them on. All that it knows is in the store, and a scheduled run's id is made of
 * its schedule and its nominal time: one that is killed at any moment is followed by one that makes
 * no run twice and forgets none.
 *
 * <p>One thread ticks. Others may change schedules and runs between two of its steps, so each step
 * begins with what is in the store then.
 */
final class Scheduler {
  private static final Logger LOG = LoggerFactory.getLogger(Scheduler.class);

  /** Oozie's tolerance for the execution NONE. */
  private static final Duration TOLERANCE = Duration.ofMinutes(1);

  /** How often somebody is asked for what was not there or did not answer. */
  private static final Duration ASKING = Duration.ofSeconds(30);

  private static final int NO_LIMIT = -1;

  /** Moments of one schedule that are looked at by one tick. */
  private static final int MOST_AT_ONCE = 1_000;

  private final JobStore store;
  private final JobFiles files;
  private final Engine engine;
  private final RunFolders folders;
  private final Plans plans;
  private final int parallel;
  private final Clock clock;
  private final Executor alone;
  private final Map<String, Instant> inputChecks = new HashMap<>();

  /** Addresses of workflows that did not answer, and when. */
  private final Map<String, Instant> silent = new HashMap<>();

  private final Map<String, String> troubles = new HashMap<>();

  /**
   * @param alone runs what it is given at once, while nobody else changes schedules or runs
   */
  Scheduler(
      JobStore store,
      JobFiles files,
      Engine engine,
      RunFolders folders,
      Plans plans,
      int parallel,
      Clock clock,
      Executor alone) {
    this.store = store;
    this.files = files;
    this.engine = engine;
    this.folders = folders;
    this.plans = plans;
    this.parallel = parallel;
    this.clock = clock;
    this.alone = alone;
  }

  /** Does what is to be done now. */
  void tick() {
    for (Schedule schedule : store.schedules()) {
      guarded(
          schedule.name(),
          () ->
              store
                  .schedule(schedule.name())
                  .filter(now -> now.state() == Schedule.State.ACTIVE)
                  .ifPresent(this::make));
    }
    for (Run run : store.open()) {
      on(run, now -> now.status() == Status.WAITING, this::look);
    }
    Map<String, Schedule> schedules = new HashMap<>();
    store.schedules().forEach(schedule -> schedules.put(schedule.name(), schedule));
    begin(schedules);
    advance();
    Set<String> open = store.open().stream().map(Run::id).collect(Collectors.toSet());
    inputChecks.keySet().retainAll(open);
    silent.values().removeIf(at -> !isFresh(at));
  }

  private boolean isFresh(Instant asked) {
    return clock.instant().isBefore(asked.plus(ASKING));
  }

  /** Does something for a run as it stands now, which may be after somebody cancelled it. */
  private void on(Run run, Predicate<Run> wanted, Consumer<Run> work) {
    guarded(run.id(), () -> store.run(run.id()).filter(wanted).ifPresent(work));
  }

  /** Children are made while their parents go on, and parents go on when these have ended. */
  private void advance() {
    Set<String> begun = new HashSet<>();
    boolean moved = true;
    while (moved) {
      moved = false;
      for (Run run : store.open()) {
        if (isChildToBegin(run) && begun.add(run.id() + "#" + run.attempt())) {
          begin(run, this::isChildToBegin);
        }
      }
      for (Run run : store.open()) {
        if (run.status().isUnderWay()) {
          Status before = run.status();
          on(run, now -> now.status().isUnderWay(), engine::advance);
          moved |= store.run(run.id()).map(now -> now.status() != before).orElse(false);
        }
      }
      moved |=
          store.open().stream()
              .filter(this::isChildToBegin)
              .anyMatch(run -> !begun.contains(run.id() + "#" + run.attempt()));
    }
  }

  /** Whether its parent goes on, and nobody but those above it has its dataset. */
  private boolean isChildToBegin(Run run) {
    if (run.status() != Status.READY || run.parent().isEmpty()) {
      return false;
    }
    List<Run> above = new ArrayList<>();
    for (Optional<Run> up = parent(run); up.isPresent(); up = parent(up.get())) {
      above.add(up.get());
    }
    return !above.isEmpty()
        && above.get(0).status() == Status.RUNNING
        && (run.dataset().isEmpty()
            || above.stream().anyMatch(each -> each.dataset().equals(run.dataset()))
            || store.open().stream()
                .filter(each -> each.status().isUnderWay())
                .noneMatch(each -> each.dataset().equals(run.dataset())));
  }

  private Optional<Run> parent(Run run) {
    return run.parentRun().flatMap(store::run);
  }

  /**
   * What does not answer now, or does not work, is asked again by the next tick; the others go on.
   * It is logged when it changes.
   */
  private void guarded(String what, Runnable work) {
    try {
      alone.execute(work);
      troubles.remove(what);
    } catch (RuntimeException | Error e) { // an error of one run, too, holds up no other
      if (e.toString().equals(troubles.put(what, e.toString()))) {
        return;
      } else if (e instanceof Problem || e instanceof UncheckedIOException) {
        LOG.warn("{} waits: {}", what, e.getMessage());
      } else {
        LOG.error("{} failed, and is looked at again", what, e);
      }
    }
  }

  private void make(Schedule schedule) {
    Instant now = clock.instant();
    Execution execution = plans.execution(schedule);
    boolean skips = execution == Execution.LAST_ONLY || execution == Execution.NONE;
    int room = skips ? MOST_AT_ONCE : room(schedule);
    Schedule at = schedule;
    Optional<Slot> next = plans.next(at);
    int left = MOST_AT_ONCE;
    while (next.isPresent() && room > 0 && left-- > 0 && !next.get().nominal().isAfter(now)) {
      Slot slot = next.get();
      at = at.made(slot.number(), slot.raw());
      Run run = run(at, slot, now);
      if (make(at, run)) {
        folders.note(run, now, "made, due at " + OozieTime.format(run.nominal()));
        room--;
      }
      next = plans.next(at);
    }
    if (next.isEmpty()) {
      store.put(at.in(Schedule.State.DONE));
    }
  }

  /**
   * Whether a run was made: one that is not there, or that was skipped and a backfill makes up for.
   * Who is killed in between finds that one made.
   */
  private boolean make(Schedule schedule, Run run) {
    boolean skipped =
        schedule.backfill().isPresent()
            && store.run(run.id()).filter(old -> old.status() == Status.SKIPPED).isPresent();
    if (!skipped) {
      return store.make(schedule, run);
    }
    store.put(run);
    store.put(schedule);
    return true;
  }

  /** Whether the next tick makes a run that was due before now: the newest is not there yet. */
  private boolean isBehind(Schedule schedule) {
    return room(schedule) > 0
        && plans.next(schedule).filter(due -> !due.nominal().isAfter(clock.instant())).isPresent();
  }

  /** How many more runs may be made now; a backfill's range can hold a hundred thousand. */
  private int room(Schedule schedule) {
    int throttle = plans.of(schedule).controls().throttle();
    return schedule.backfill().isPresent()
        ? Math.max(throttle, plans.concurrency(schedule)) - count(schedule, run -> true)
        : throttle - count(schedule, run -> run.status() == Status.WAITING);
  }

  private int count(Schedule schedule, Predicate<Run> which) {
    return (int)
        store.open().stream()
            .filter(run -> run.maker().equals(schedule.name()))
            .filter(which)
            .count();
  }

  private Run run(Schedule schedule, Slot slot, Instant now) {
    Coordinator coordinator = plans.of(schedule);
    return new Run(
        schedule.owner() + "@" + OozieTime.format(slot.nominal()),
        schedule.owner(),
        schedule.name(),
        coordinator.name(),
        coordinator.app(),
        schedule.user(),
        coordinator.properties().getOrDefault("dataset", ""),
        "",
        schedule.properties(),
        slot.nominal(),
        now,
        Optional.empty(),
        Optional.empty(),
        Status.WAITING,
        1,
        "");
  }

  /** Skips a run, lets it time out, or makes it ready. */
  private void look(Run run) {
    Instant now = clock.instant();
    Optional<Schedule> maker = store.schedule(run.maker());
    if (maker.isEmpty()) {
      endRemoved(run);
      return;
    }
    Schedule schedule = maker.get();
    if (schedule.state() == Schedule.State.PAUSED || skipped(run, schedule, now)) {
      return;
    }
    Instant last = inputChecks.get(run.id());
    if (last != null && isFresh(last)) {
      return;
    }
    inputChecks.put(run.id(), now);
    Coordinator coordinator = plans.of(schedule);
    try {
      lookForInputs(run, coordinator, now);
    } catch (UncheckedIOException away) {
      throw away;
    } catch (Problem | IllegalArgumentException e) {
      end(run, Status.FAILED, e.getMessage());
    }
  }

  private void lookForInputs(Run run, Coordinator coordinator, Instant now) {
    Coordinator.Inputs inputs =
        coordinator.inputs(
            new Coordinator.Due(run.id(), run.user(), run.nominal(), run.created()), files);
    if (inputs.missing().isEmpty()) {
      inputChecks.remove(run.id());
      Map<String, String> configuration = coordinator.configuration(inputs.moment(), files);
      Run ready = run.ready(configuration, configuration.getOrDefault("dataset", ""));
      store.put(ready);
      return;
    }
    Instant since = run.nominal().isAfter(run.created()) ? run.nominal() : run.created();
    String missing = "not there: " + inputs.missing().get(0);
    if (now.isAfter(since.plus(coordinator.controls().timeout()))) {
      end(run, Status.TIMED_OUT, missing);
    } else if (!run.message().equals(missing)) {
      store.put(run.to(Status.WAITING, now, missing));
      folders.note(run, now, missing);
    }
  }

  /** Whether it is too late for a run, which then ends; never for one that is run again. */
  private boolean skipped(Run run, Schedule schedule, Instant now) {
    if (run.attempt() > 1) {
      return false;
    }
    Execution execution = plans.execution(schedule);
    if (execution == Execution.LAST_ONLY) {
      Optional<Instant> next =
          plans.cadence(schedule).atOrAfter(run.nominal().plusSeconds(1)).map(Slot::nominal);
      if (next.isPresent() && now.isAfter(next.get())) {
        end(run, Status.SKIPPED, "the next one was due at " + OozieTime.format(next.get()));
        return true;
      }
    } else if (execution == Execution.NONE && now.isAfter(run.nominal().plus(TOLERANCE))) {
      end(run, Status.SKIPPED, "more than a minute late");
      return true;
    }
    return false;
  }

  private void endRemoved(Run run) {
    end(run, Status.CANCELLED, "its schedule was removed");
  }

  private void end(Run run, Status status, String why) {
    inputChecks.remove(run.id());
    Instant now = clock.instant();
    store.put(run.to(status, now, why));
    folders.note(run, now, status.name().toLowerCase(Locale.ROOT) + ": " + why);
  }

  /** What those that are under way take. */
  private static final class Places {
    private final Set<String> datasets = new HashSet<>();
    private final Map<String, Integer> ofMakers = new HashMap<>();
    private int all;

    void take(Run run) {
      datasets.add(run.dataset());
      if (run.parent().isEmpty()) { // a child has its parent's place
        ofMakers.merge(run.maker(), 1, Integer::sum);
        all++;
      }
    }

    boolean areFree(Run run, int limit, int parallel) {
      return all < parallel
          && (limit == NO_LIMIT || ofMakers.getOrDefault(run.maker(), 0) < limit)
          && (run.dataset().isEmpty() || !datasets.contains(run.dataset()));
    }
  }

  /**
   * Begins the runs whose turn it is: limits of schedules, of the machine, one run of a dataset. A
   * place is taken by a run that has begun; one that cannot begin now leaves it to the next.
   */
  private void begin(Map<String, Schedule> schedules) {
    Places places = new Places();
    Map<String, List<Run>> ready = new LinkedHashMap<>();
    for (Run run : store.open()) {
      if (run.status().isUnderWay()) {
        places.take(run);
      } else if (run.status() == Status.READY && run.parent().isEmpty()) {
        ready.computeIfAbsent(run.maker(), maker -> new ArrayList<>()).add(run);
      }
    }
    ready.forEach(
        (maker, runs) -> begin(maker, runs, Optional.ofNullable(schedules.get(maker)), places));
  }

  private void begin(String maker, List<Run> ready, Optional<Schedule> schedule, Places places) {
    List<Run> ordered = new ArrayList<>();
    int[] limit = {NO_LIMIT};
    guarded(
        "the turns of " + maker,
        () -> {
          limit[0] = schedule.map(plans::concurrency).orElse(maker.isEmpty() ? NO_LIMIT : 1);
          ordered.addAll(ordered(ready, schedule));
        });
    for (Run run : ordered) {
      if (schedule.isEmpty() && !maker.isEmpty() && run.attempt() == 1) {
        on(run, now -> now.status() == Status.READY, this::endRemoved);
      } else if (places.areFree(run, limit[0], parallel)) {
        begin(run, now -> now.status() == Status.READY);
        store.run(run.id()).filter(now -> now.status().isUnderWay()).ifPresent(places::take);
      }
    }
  }

  /**
   * Begins a run, unless its workflow did not answer a moment ago: a dead file system is not asked
   * by each run that waits for it, and when it is back no run has overtaken another.
   */
  private void begin(Run run, Predicate<Run> wanted) {
    if (silent.containsKey(run.app()) && isFresh(silent.get(run.app()))) {
      return;
    }
    on(run, wanted, engine::begin);
    if (store.run(run.id()).filter(wanted).isPresent()) {
      silent.put(run.app(), clock.instant());
    }
  }

  /** Those that are too late by now are skipped, the rest is in the schedule's order. */
  private List<Run> ordered(List<Run> ready, Optional<Schedule> schedule) {
    List<Run> ordered = new ArrayList<>(ready);
    if (schedule.isEmpty()) {
      return ordered;
    } else if (schedule.get().state() == Schedule.State.PAUSED) {
      return List.of();
    }
    ordered.removeIf(run -> skipped(run, schedule.get(), clock.instant()));
    if (plans.execution(schedule.get()) == Execution.LIFO) {
      if (isBehind(schedule.get())) {
        return List.of();
      }
      Collections.reverse(ordered);
    }
    return ordered;
  }
}

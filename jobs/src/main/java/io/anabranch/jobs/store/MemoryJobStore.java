package io.anabranch.jobs.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A store that forgets with its process. */
public final class MemoryJobStore implements JobStore {
  private static final Comparator<Run> DUE =
      Comparator.comparing(Run::nominal).thenComparing(Run::id);

  private final Map<String, Schedule> schedules = new TreeMap<>();
  private final Map<String, Run> runs = new LinkedHashMap<>();
  private final Map<String, TreeMap<Integer, Step>> steps = new TreeMap<>();

  @Override
  public synchronized List<Schedule> schedules() {
    return List.copyOf(schedules.values());
  }

  @Override
  public synchronized Optional<Schedule> schedule(String name) {
    return Optional.ofNullable(schedules.get(name));
  }

  @Override
  public synchronized void put(Schedule schedule) {
    schedules.put(schedule.name(), schedule);
  }

  @Override
  public synchronized void remove(String schedule) {
    schedules.remove(schedule);
  }

  @Override
  public synchronized boolean add(Run run) {
    return runs.putIfAbsent(run.id(), run) == null;
  }

  @Override
  public synchronized boolean make(Schedule schedule, Run run) {
    put(schedule);
    return add(run);
  }

  @Override
  public synchronized Optional<Run> run(String id) {
    return Optional.ofNullable(runs.get(id));
  }

  @Override
  public synchronized List<Run> open() {
    return runs.values().stream().filter(run -> !run.status().isFinal()).sorted(DUE).toList();
  }

  @Override
  public synchronized List<Run> ended(Instant before, int limit) {
    return runs.values().stream()
        .filter(run -> run.status().isFinal() && run.parent().isEmpty())
        .filter(run -> run.ended().filter(before::isAfter).isPresent())
        .sorted(Comparator.comparing((Run run) -> run.ended().orElseThrow()).thenComparing(Run::id))
        .limit(limit)
        .toList();
  }

  @Override
  public synchronized void forget(Run run) {
    runs.remove(run.id());
    steps.remove(run.id());
  }

  @Override
  public synchronized List<Run> runs(Filter filter) {
    return runs.values().stream()
        .filter(run -> filter.schedule().map(run.schedule()::equals).orElse(true))
        .filter(run -> filter.status().map(run.status()::equals).orElse(true))
        .filter(run -> filter.dataset().map(run.dataset()::equals).orElse(true))
        .sorted(DUE.reversed())
        .limit(filter.limit())
        .toList();
  }

  @Override
  public synchronized void put(Run run, List<Step> changed) {
    if (runs.replace(run.id(), run) == null) {
      throw new IllegalArgumentException("There is no run " + run.id());
    }
    TreeMap<Integer, Step> all = steps.computeIfAbsent(run.id(), id -> new TreeMap<>());
    changed.forEach(step -> all.put(step.number(), step));
  }

  @Override
  public synchronized List<Step> steps(String run) {
    return new ArrayList<>(steps.getOrDefault(run, new TreeMap<>()).values());
  }

  @Override
  public synchronized void close() {}
}

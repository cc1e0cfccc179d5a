package io.anabranch.jobs.store;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Schedules, runs and steps. A call that returns is durable: it survives the end of the process and
 * of the machine. A call that does not return changed all or nothing. For any thread.
 *
 * <p>What does not answer is an {@link java.io.UncheckedIOException}; values that cannot be kept
 * are an {@link IllegalArgumentException}.
 */
public interface JobStore extends AutoCloseable {
  /**
   * Which runs.
   *
   * @param schedule of this schedule
   * @param status in this status
   * @param dataset of this dataset
   * @param limit at most so many
   */
  record Filter(
      Optional<String> schedule, Optional<Run.Status> status, Optional<String> dataset, int limit) {
    /** All, up to a limit. */
    public static Filter any(int limit) {
      return new Filter(Optional.empty(), Optional.empty(), Optional.empty(), limit);
    }
  }

  /** All schedules, in order of name. */
  List<Schedule> schedules();

  /** A schedule. */
  Optional<Schedule> schedule(String name);

  /** Writes a schedule over the one of the same name. */
  void put(Schedule schedule);

  /** Removes a schedule; its runs stay. */
  void remove(String schedule);

  /**
   * Adds a run.
   *
   * @return whether it was added; false if its id is there already, and nothing was changed
   */
  boolean add(Run run);

  /**
   * Adds a run unless its id is there, and writes the schedule that made it, both or neither.
   *
   * @return whether the run was added
   */
  boolean make(Schedule schedule, Run run);

  /** A run. */
  Optional<Run> run(String id);

  /** The runs that are not in a final status, in the order in which they were due. */
  List<Run> open();

  /** Runs, those that were due last first. */
  List<Run> runs(Filter filter);

  /**
   * Runs in a final status that are no sub-workflows and ended before a moment, those that ended
   * first first.
   */
  List<Run> ended(Instant before, int limit);

  /** Removes a run that is there, with its steps. */
  void forget(Run run);

  /** Writes a run that is there, and steps that are new or there, all or none. */
  void put(Run run, List<Step> steps);

  /** Writes a run that is there. */
  default void put(Run run) {
    put(run, List.of());
  }

  /** The steps of a run, in order. */
  List<Step> steps(String run);

  @Override
  void close();
}

package io.anabranch.jobs.store;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One run of a workflow.
 *
 * @param id unique for ever; that of a scheduled run is made of its schedule and nominal time, so
 *     that it cannot exist twice
 * @param schedule the schedule whose run it is, empty if it was started by hand
 * @param maker the schedule that made it: the same, or its backfill; empty if started by hand
 * @param name of the workflow
 * @param app address of the workflow
 * @param dataset of runs that name the same dataset one is under way at a time; empty for none
 * @param parent id of the run and number of the step that it is the sub-workflow of, joined by
 *     {@code #}; empty for none
 * @param configuration its properties; complete once it is READY
 * @param nominal when it was due
 * @param created when it was made, or was made to wait for its inputs anew
 * @param attempt 1, and one more with each rerun
 * @param message why it is in its status, empty if that needs no words
 */
public record Run(
    String id,
    String schedule,
    String maker,
    String name,
    String app,
    String user,
    String dataset,
    String parent,
    Map<String, String> configuration,
    Instant nominal,
    Instant created,
    Optional<Instant> started,
    Optional<Instant> ended,
    Status status,
    int attempt,
    String message) {
  /** What file systems allow. */
  private static final int FOLDER_NAME_BYTES = 255;

  /** How far a run is. */
  public enum Status {
    /** It waits for input events. */
    WAITING,
    /** It waits for its turn. */
    READY,
    RUNNING,
    /** Its steps are being ended. */
    CANCELLING,
    SUCCEEDED,
    /** It came to a kill node, or could not go on. */
    FAILED,
    CANCELLED,
    /** Its input events did not come in time. */
    TIMED_OUT,
    /** It was not run, as its schedule's execution order says. */
    SKIPPED;

    /** Whether nothing more happens to it by itself. */
    public boolean isFinal() {
      return compareTo(CANCELLING) > 0;
    }

    /** Whether it takes a place among the runs that are under way. */
    public boolean isUnderWay() {
      return this == RUNNING || this == CANCELLING;
    }
  }

  public Run {
    requireLength("id", id, 400);
    requireLength("name", name, 400);
    requireLength("app", app, 4000);
    requireLength("user", user, 200);
    requireLength("dataset", dataset, 400);
    configuration = new TreeMap<>(configuration);
  }

  static void requireLength(String what, String text, int most) {
    if (text.length() > most) {
      throw new IllegalArgumentException(
          "Invalid %s: '%s...' has %s characters (must be at most %s)"
              .formatted(what, text.substring(0, 40), text.length(), most));
    }
  }

  /**
   * The same run, whose id can name a folder.
   *
   * @throws IllegalArgumentException if the id is too long for that
   */
  public Run requireFolder() {
    int bytes = id.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > FOLDER_NAME_BYTES) {
      throw new IllegalArgumentException(
          "Invalid id: '%s...' has %s bytes (must be at most %s, since it names the run's folder)"
              .formatted(id.substring(0, 40), bytes, FOLDER_NAME_BYTES));
    }
    return this;
  }

  /** The id of the run that it is the sub-workflow of; empty for none. */
  public Optional<String> parentRun() {
    return parent.isEmpty()
        ? Optional.empty()
        : Optional.of(parent.substring(0, parent.indexOf('#')));
  }

  /** The same run with another status from a moment on. */
  public Run to(Status next, Instant now, String why) {
    return new Run(
        id,
        schedule,
        maker,
        name,
        app,
        user,
        dataset,
        parent,
        configuration,
        nominal,
        created,
        next == Status.RUNNING && started.isEmpty() ? Optional.of(now) : started,
        next.isFinal() ? Optional.of(now) : Optional.empty(),
        next,
        attempt,
        why);
  }

  /** The same run with its inputs there, to be run when its turn comes. */
  public Run ready(Map<String, String> complete, String holds) {
    return new Run(
        id,
        schedule,
        maker,
        name,
        app,
        user,
        holds,
        parent,
        complete,
        nominal,
        created,
        started,
        Optional.empty(),
        Status.READY,
        attempt,
        "");
  }

  /** The same run, to be begun once more when its inputs are there, for which it waits from now. */
  public Run waiting(Instant now) {
    return new Run(
        id,
        schedule,
        maker,
        name,
        app,
        user,
        dataset,
        parent,
        configuration,
        nominal,
        now,
        Optional.empty(),
        Optional.empty(),
        Status.WAITING,
        attempt + 1,
        "");
  }

  /** The same run, begun once more. */
  public Run again() {
    return again(this);
  }

  /** The same run, begun once more as another would begin: its parent, app and configuration. */
  public Run again(Run as) {
    return new Run(
        id,
        schedule,
        maker,
        name,
        as.app,
        user,
        as.dataset,
        as.parent,
        as.configuration,
        nominal,
        created,
        Optional.empty(),
        Optional.empty(),
        Status.READY,
        attempt + 1,
        "");
  }
}

package io.anabranch.jobs.store;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A coordinator that was submitted.
 *
 * @param name unique; letters, digits, dots, hyphens and underscores
 * @param app address of its folder, for messages
 * @param definition the text of {@code coordinator.xml} when it was submitted
 * @param properties what it was submitted with
 * @param made number of the last run that was made, 0 for none
 * @param raw where the next run is looked for from; meaningless while none was made
 * @param backfill set if it makes runs of another schedule's past
 */
public record Schedule(
    String name,
    String app,
    String definition,
    Map<String, String> properties,
    String user,
    State state,
    Instant created,
    long made,
    Instant raw,
    Optional<Backfill> backfill) {
  /** Whether it makes runs. */
  public enum State {
    ACTIVE,
    /** It makes none, and starts none that it made, until it is resumed. */
    PAUSED,
    /** Its end has come: it makes no more. */
    DONE
  }

  /**
   * The part of another schedule's past that is made up for.
   *
   * @param of the other schedule, whose runs these are
   * @param from inclusive
   * @param to exclusive
   * @param parallel runs at the same time
   */
  public record Backfill(String of, Instant from, Instant to, int parallel) {
    public Backfill {
      if (!from.isBefore(to) || parallel < 1) {
        throw new IllegalArgumentException(
            "Invalid backfill from %s to %s, parallel %s (from must be before to, parallel >= 1)"
                .formatted(from, to, parallel));
      }
    }
  }

  public Schedule {
    if (!name.matches("[A-Za-z0-9._-]{1,100}")) {
      throw new IllegalArgumentException(
          "Invalid name: '%s' (must be 1 to 100 letters, digits, dots, hyphens, underscores)"
              .formatted(name));
    }
    Run.requireLength("app", app, 4000);
    Run.requireLength("user", user, 200);
    properties = new TreeMap<>(properties);
  }

  /** The schedule whose runs it makes. */
  public String owner() {
    return backfill.map(Backfill::of).orElse(name);
  }

  /** The same in another state. */
  public Schedule in(State next) {
    return new Schedule(
        name, app, definition, properties, user, next, created, made, raw, backfill);
  }

  /** The same after a run was made. */
  public Schedule made(long number, Instant from) {
    return new Schedule(
        name, app, definition, properties, user, state, created, number, from, backfill);
  }
}

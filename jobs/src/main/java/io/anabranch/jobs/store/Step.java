package io.anabranch.jobs.store;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One try of a node of a run.
 *
 * @param run id of the run
 * @param number in the order in which a run's steps were made, from 1
 * @param node name of the node
 * @param type the action's type, or {@code decision}
 * @param attempt the run's attempt that made it
 * @param tries 1 for the node's first try in this attempt, one more with each retry
 * @param interruptions how often the node's process was lost and begun again in this attempt
 * @param due it is not started before
 * @param transition the node that followed, empty while there is none
 * @param message what went wrong, empty if nothing did
 * @param data what it wrote as its output
 * @param current whether the run rests on it; a try that was replaced stays as history
 */
public record Step(
    String run,
    int number,
    String node,
    String type,
    int attempt,
    int tries,
    int interruptions,
    Status status,
    Instant due,
    Optional<Instant> started,
    Optional<Instant> ended,
    String transition,
    String message,
    Map<String, String> data,
    boolean current) {
  /** How far a step is. */
  public enum Status {
    /** It waits until it is due. */
    PENDING,
    RUNNING,
    OK,
    ERROR,
    CANCELLED
  }

  public Step {
    data = new TreeMap<>(data);
  }

  /** A first try. */
  public static Step first(Run run, int number, String node, String type, Instant now) {
    return new Step(
        run.id(),
        number,
        node,
        type,
        run.attempt(),
        1,
        0,
        Status.PENDING,
        now,
        Optional.empty(),
        Optional.empty(),
        "",
        "",
        Map.of(),
        true);
  }

  /** A retry of this one. */
  public Step retry(int newNumber, Instant at) {
    return another(newNumber, at, tries + 1, interruptions);
  }

  /** This one again, since nobody knows how it ended. */
  public Step afterInterruption(int newNumber, Instant at) {
    return another(newNumber, at, tries, interruptions + 1);
  }

  private Step another(int newNumber, Instant at, int newTries, int newInterruptions) {
    return new Step(
        run,
        newNumber,
        node,
        type,
        attempt,
        newTries,
        newInterruptions,
        Status.PENDING,
        at,
        Optional.empty(),
        Optional.empty(),
        "",
        "",
        Map.of(),
        true);
  }

  /** The same, started. */
  public Step running(Instant now) {
    return new Step(
        run,
        number,
        node,
        type,
        attempt,
        tries,
        interruptions,
        Status.RUNNING,
        due,
        Optional.of(now),
        Optional.empty(),
        "",
        "",
        Map.of(),
        current);
  }

  /** The same, ended. */
  public Step ended(Status how, Instant now, String next, String why, Map<String, String> output) {
    return new Step(
        run,
        number,
        node,
        type,
        attempt,
        tries,
        interruptions,
        how,
        due,
        started.or(() -> Optional.of(now)),
        Optional.of(now),
        next,
        why,
        output,
        current);
  }

  /** The same as history. */
  public Step replaced() {
    return new Step(
        run,
        number,
        node,
        type,
        attempt,
        tries,
        interruptions,
        status,
        due,
        started,
        ended,
        transition,
        message,
        data,
        false);
  }
}

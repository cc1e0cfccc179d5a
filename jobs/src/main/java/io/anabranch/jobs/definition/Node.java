package io.anabranch.jobs.definition;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** A node of a workflow. All but {@link End} and {@link Kill} lead somewhere. */
public sealed interface Node {
  /** Unique in its workflow. */
  String name();

  /** The nodes that it may lead to. */
  List<String> targets();

  /**
   * Something that is run.
   *
   * @param type spark, hive2, shell, java, fs or sub-workflow
   * @param body the element of that type, its expressions not yet evaluated; with the workflow's
   *     global name node if it names none
   * @param ok where a success leads
   * @param error where a failure leads, after all retries
   */
  record Action(String name, String type, XmlElement body, String ok, String error, Retry retry)
      implements Node {
    @Override
    public List<String> targets() {
      return List.of(ok, error);
    }
  }

  /**
   * How often a failed action is tried again.
   *
   * @param max tries after the first, 0 for none
   * @param interval from one's end to the next one's start; doubled each time if exponential
   */
  record Retry(int max, Duration interval, Policy policy) {
    /** How the interval grows. */
    public enum Policy {
      PERIODIC,
      EXPONENTIAL
    }

    public Retry {
      if (max < 0 || interval.isNegative()) {
        throw new IllegalArgumentException(
            "Invalid retry-max %s or retry-interval %s (must be >= 0)".formatted(max, interval));
      }
    }

    /** The wait before a retry, the first of which is number 1. */
    public Duration before(int retry) {
      return policy == Policy.PERIODIC
          ? interval
          : interval.multipliedBy(1L << Math.min(retry - 1, 20));
    }
  }

  /** A way to go if its predicate holds. */
  record Case(String predicate, String to) {}

  /** The first case that holds, else the default. */
  record Decision(String name, List<Case> cases, String otherwise) implements Node {
    @Override
    public List<String> targets() {
      return Stream.concat(cases.stream().map(Case::to), Stream.of(otherwise)).toList();
    }
  }

  /** Paths that run side by side until they meet in one join. */
  record Fork(String name, List<String> paths) implements Node {
    @Override
    public List<String> targets() {
      return paths;
    }
  }

  /** Where all paths of a fork have come before it goes on. */
  record Join(String name, String to) implements Node {
    @Override
    public List<String> targets() {
      return List.of(to);
    }
  }

  /** The end of a failed run. */
  record Kill(String name, String message) implements Node {
    @Override
    public List<String> targets() {
      return List.of();
    }
  }

  /** The end of a run that succeeded. */
  record End(String name) implements Node {
    @Override
    public List<String> targets() {
      return List.of();
    }
  }
}

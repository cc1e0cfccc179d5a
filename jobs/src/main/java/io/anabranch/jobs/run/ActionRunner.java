package io.anabranch.jobs.run;

import io.anabranch.jobs.store.Step;
import java.nio.file.Path;
import java.util.Optional;

/** Runs the actions of one type. */
@FunctionalInterface
public interface ActionRunner {
  /** An action that was started. */
  interface Execution {
    /** How it ended; empty while it is under way. */
    Optional<Outcome> outcome();

    /** Asks it to end; asked again and again until it has. */
    void end();

    /** Asks it to end, and leaves it as something that nobody knows the outcome of. */
    void abandon();

    /** Waits until what was abandoned has ended; it is made to after a while. */
    default void awaitEnd() {}
  }

  /**
   * The action that was started for a step, also if another process started it; empty if none was,
   * or the runner keeps no trace of it.
   *
   * @param folder that of the step
   */
  default Optional<Execution> find(Step step, Path folder) {
    return Optional.empty();
  }

  /**
   * Starts an action and returns at once. A call whose folder is that of an earlier one finds what
   * that one started, be it still under way or ended, also if another process made it: an action is
   * never run twice for one step.
   *
   * @throws io.anabranch.runtime.Problem if it cannot be started
   */
  Execution start(ActionCall call);

  /** An action that has ended. */
  static Execution ended(Outcome outcome) {
    return new Execution() {
      @Override
      public Optional<Outcome> outcome() {
        return Optional.of(outcome);
      }

      @Override
      public void end() {}

      @Override
      public void abandon() {}
    };
  }
}

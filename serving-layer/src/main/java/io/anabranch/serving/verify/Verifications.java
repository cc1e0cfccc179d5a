package io.anabranch.serving.verify;

import io.anabranch.runtime.Problem;
import io.anabranch.schemas.Dataset;
import io.anabranch.serving.Sources;
import io.anabranch.serving.cells.Answer;
import io.anabranch.serving.cells.CellQuery;
import io.anabranch.serving.standing.Provenance;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Runs of verify: one at a time for each dataset, and the last result of each. */
public final class Verifications {
  /**
   * What is known of a dataset's verification.
   *
   * @param state idle, running, done or failed
   * @param step what it does now; null unless it is running
   * @param since when the run began; null if there was none
   * @param error why the last run failed; null unless it did
   * @param last the last result; null if there is none
   */
  public record State(
      String dataset,
      String state,
      String step,
      Instant since,
      String error,
      Verification.Result last) {}

  private final Sources sources;
  private final int maxRows;
  private final Map<String, State> states = new ConcurrentHashMap<>();

  /**
   * @param maxRows how many rows an answer may have
   */
  public Verifications(Sources sources, int maxRows) {
    this.sources = sources;
    this.maxRows = maxRows;
  }

  /** What is known of the dataset. */
  public State state(Dataset dataset) {
    return states.getOrDefault(
        dataset.name(), new State(dataset.name(), "idle", null, null, null, null));
  }

  /**
   * Verifies; empty if the dataset is being verified already.
   *
   * @throws Problem if the recompute fails, or the speed layer does not come to its marker
   */
  public Optional<Verification.Result> run(Dataset dataset) {
    return alone(
        dataset,
        () -> {
          Verification.Result result =
              new Verification(sources, dataset, step -> next(dataset, step)).run();
          end(dataset, "done", null, result);
          return result;
        });
  }

  /**
   * Answers a query once more from the master dataset alone; empty if the dataset is being verified
   * already.
   *
   * @param provenance of the answer that was served
   * @throws Problem if the recompute fails, or the answer's version is no longer kept
   */
  public Optional<Answer> recompute(CellQuery query, Provenance provenance) {
    Dataset dataset = sources.datasets().named(query.view().dataset());
    return alone(
        dataset,
        () -> {
          next(dataset, "recomputing an answer from the master dataset");
          Answer answer = new AnswerRecompute(sources, dataset, maxRows).run(query, provenance);
          end(dataset, "done", null, state(dataset).last());
          return answer;
        });
  }

  private <T> Optional<T> alone(Dataset dataset, Supplier<T> work) {
    if (!begin(dataset)) {
      return Optional.empty();
    }
    try {
      return Optional.of(work.get());
    } catch (RuntimeException e) {
      end(dataset, "failed", e.getMessage(), state(dataset).last());
      throw e;
    }
  }

  private synchronized boolean begin(Dataset dataset) {
    State before = state(dataset);
    if (before.state().equals("running")) {
      return false;
    }
    states.put(
        dataset.name(),
        new State(
            dataset.name(), "running", "starting", sources.clock().instant(), null, before.last()));
    return true;
  }

  private synchronized void next(Dataset dataset, String step) {
    State now = state(dataset);
    states.put(
        dataset.name(), new State(dataset.name(), "running", step, now.since(), null, now.last()));
  }

  private synchronized void end(
      Dataset dataset, String state, String error, Verification.Result result) {
    states.put(
        dataset.name(),
        new State(dataset.name(), state, null, state(dataset).since(), error, result));
  }
}

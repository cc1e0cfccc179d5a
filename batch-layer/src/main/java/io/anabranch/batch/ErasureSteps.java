package io.anabranch.batch;

import io.anabranch.batch.Erasure.Step;
import java.io.IOException;
import java.util.Map;

/**
 * Takes a recorded erasure to its end, whatever was done of it before. A process that dies in a
 * step leaves that step to be done again; until the last one is done, the erasure is unfinished and
 * known as such, and what is served and what it is compared with leave out the same records.
 */
final class ErasureSteps {
  /** What the steps are done to. */
  interface Stores {
    /**
     * Does a step, again if need be.
     *
     * @return what it found
     */
    Map<String, Object> take(Step step, Erasure erasure) throws IOException;

    /** Keeps what became of an erasure, in one step. */
    void record(Erasure erasure) throws IOException;
  }

  private final Stores stores;

  ErasureSteps(Stores stores) {
    this.stores = stores;
  }

  /** Does what is left to do. */
  Erasure finish(Erasure erasure) throws IOException {
    Erasure now = erasure;
    for (Step step : Step.values()) {
      if (!now.isDone(step) || mayBeUndone(now, step)) {
        now = now.with(step, stores.take(step, now));
        stores.record(now);
      }
    }
    return now;
  }

  /** As long as older versions are there, somebody may have published one of them again. */
  private static boolean mayBeUndone(Erasure erasure, Step step) {
    return step == Step.VIEWS && !erasure.isDone(Step.VERSIONS);
  }
}

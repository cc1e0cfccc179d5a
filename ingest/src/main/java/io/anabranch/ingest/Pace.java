package io.anabranch.ingest;

import java.util.concurrent.locks.LockSupport;

/**
 * Keeps to a rate: the nth step comes n / rate seconds after the first, or, in bursts, together
 * with the first of its burst.
 */
final class Pace {
  /** Ahead by less than this is not worth a pause. */
  private static final long SLACK_NS = 500_000;

  private final double nsPerStep;
  private final long burst;
  private final long startNs = System.nanoTime();

  /**
   * A pace that begins now.
   *
   * @param perSecond steps a second; 0 for as fast as can be
   * @param burst how many steps come at once; 1 for a steady pace
   */
  Pace(double perSecond, long burst) {
    this.burst = burst;
    this.nsPerStep = perSecond == 0 ? 0 : 1e9 / perSecond;
  }

  /** Returns when the step of that number is due; at once if it is overdue. */
  void await(long step) {
    if (nsPerStep == 0) {
      return;
    }
    long dueNs = startNs + dueNs(step);
    for (long ahead = dueNs - System.nanoTime();
        ahead > SLACK_NS && !Thread.currentThread().isInterrupted();
        ahead = dueNs - System.nanoTime()) {
      LockSupport.parkNanos(ahead);
    }
  }

  /** When a step is due, in nanoseconds after the first. */
  long dueNs(long step) {
    return (long) (step / burst * burst * nsPerStep);
  }
}

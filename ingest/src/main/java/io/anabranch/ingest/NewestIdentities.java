package io.anabranch.ingest;

import io.anabranch.views.RepeatFilter;
import io.anabranch.views.ViewStore.SeenIdentity;
import java.time.Duration;

/**
 * The identities of a horizon that were added last, as many as there is room for: those in the
 * older of two halves are forgotten when the newer one is full.
 */
final class NewestIdentities {
  /** What {@link RepeatFilter} takes for one at most, while it grows. */
  private static final int BYTES = 96;

  private final Duration horizon;
  private final int half;
  private RepeatFilter older;
  private RepeatFilter newer;

  NewestIdentities(Duration horizon, int most) {
    this.horizon = horizon;
    this.half = Math.max(1, most / 2);
    this.older = new RepeatFilter(horizon);
    this.newer = new RepeatFilter(horizon);
  }

  /** How many fit into so many bytes. */
  static int fitting(long bytes) {
    return (int) Math.min(Integer.MAX_VALUE, bytes / BYTES);
  }

  void add(SeenIdentity identity) {
    if (newer.size() >= half) {
      older = newer;
      newer = new RepeatFilter(horizon);
    }
    var unused = newer.isRepeat(identity.high(), identity.low(), identity.appendedMs());
  }

  /** Whether a record of that identity that is appended then would be a repeat. */
  boolean contains(long high, long low, long appendedMs) {
    return newer.wouldRepeat(high, low, appendedMs) || older.wouldRepeat(high, low, appendedMs);
  }
}

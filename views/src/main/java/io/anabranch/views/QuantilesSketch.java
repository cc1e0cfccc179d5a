package io.anabranch.views;

import static org.apache.datasketches.quantilescommon.QuantileSearchCriteria.EXCLUSIVE;
import static org.apache.datasketches.quantilescommon.QuantileSearchCriteria.INCLUSIVE;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.apache.datasketches.kll.KllDoublesSketch;
import org.apache.datasketches.memory.Memory;

/**
 * Quantiles of numbers, by a KLL sketch with k = 200: normalised rank error about 1.65% (double
 * sided, 99% confidence). Merging is randomised, so two orders of merging may differ within the
 * error.
 */
record QuantilesSketch() implements AggregateState {
  private static final double[] RANKS = {0.05, 0.25, 0.5, 0.75, 0.95};

  /**
   * By how many of their errors two sketches of the same values may lie apart: two add up, and one
   * more, since of many cells some are beyond what 99% of them keep to.
   */
  private static final int ERRORS_APART = 3;

  @Override
  public Object update(Object state, Object input) {
    if (input == null) {
      return state;
    }
    KllDoublesSketch sketch =
        state == null ? KllDoublesSketch.newHeapInstance() : (KllDoublesSketch) state;
    sketch.update(((Number) input).doubleValue());
    return sketch;
  }

  @Override
  public Object merge(Object into, Object from) {
    ((KllDoublesSketch) into).merge((KllDoublesSketch) from);
    return into;
  }

  @Override
  public Object copy(Object state) {
    return KllDoublesSketch.heapify(Memory.wrap(((KllDoublesSketch) state).toByteArray()));
  }

  @Override
  public byte[] encode(Object state) {
    return Sketches.encode(((KllDoublesSketch) state).toByteArray());
  }

  @Override
  public Object decode(ByteBuffer in) {
    return KllDoublesSketch.heapify(Memory.wrap(Sketches.decode(in)));
  }

  @Override
  public Object finish(Object state) {
    return isEmpty(state)
        ? List.of()
        : Arrays.stream(((KllDoublesSketch) state).getQuantiles(RANKS)).boxed().toList();
  }

  /** A former release wrote empty sketches, too: where all values were NaN. */
  private static boolean isEmpty(Object state) {
    return state == null || ((KllDoublesSketch) state).isEmpty();
  }

  /**
   * Whether two states may be of the same values: as many of them, with the same least and greatest
   * one, and the served quantiles of each have nearly the same ranks in the other.
   */
  static boolean agree(Object left, Object right) {
    if (isEmpty(left) || isEmpty(right)) {
      return isEmpty(left) && isEmpty(right);
    }
    KllDoublesSketch one = (KllDoublesSketch) left;
    KllDoublesSketch other = (KllDoublesSketch) right;
    return one.getN() == other.getN()
        && one.getMinItem() == other.getMinItem()
        && one.getMaxItem() == other.getMaxItem()
        && hasNearRanks(one, other)
        && hasNearRanks(other, one);
  }

  /** A value that is there many times has a range of ranks. */
  private static boolean hasNearRanks(KllDoublesSketch of, KllDoublesSketch in) {
    double error = ERRORS_APART * in.getNormalizedRankError(false);
    return Arrays.stream(RANKS)
        .allMatch(
            rank -> {
              double quantile = of.getQuantile(rank);
              return in.getRank(quantile, EXCLUSIVE) - error <= rank
                  && rank <= in.getRank(quantile, INCLUSIVE) + error;
            });
  }
}

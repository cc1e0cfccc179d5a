package io.anabranch.views;

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
    return state == null
        ? List.of()
        : Arrays.stream(((KllDoublesSketch) state).getQuantiles(RANKS)).boxed().toList();
  }
}

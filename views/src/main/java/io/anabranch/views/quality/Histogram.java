package io.anabranch.views.quality;

import java.util.ArrayList;
import java.util.List;
import org.apache.datasketches.kll.KllDoublesSketch;
import org.apache.datasketches.quantilescommon.QuantileSearchCriteria;

/**
 * Values counted in bins of equal width between Tukey's fences (Tukey, Exploratory Data Analysis,
 * 1977): 1.5 times the distance of the quartiles below the first and above the third. Without the
 * values beyond them, one that is absurd does not push all others into one bin. The counts are read
 * from a sketch, each as exact as its ranks; together they are the number of values.
 *
 * @param from where the first bin begins, inclusive
 * @param width of a bin; the last one includes its end
 * @param counts values in each bin, at most {@value #BINS}
 * @param below values below the lower fence
 * @param above values above the upper fence
 */
public record Histogram(double from, double width, List<Long> counts, long below, long above) {
  /** The bins of a histogram whose values may lie anywhere. */
  public static final int BINS = 20;

  private static final double REACH = 1.5;

  public Histogram {
    counts = List.copyOf(counts);
  }

  /** Values beyond the fences. */
  public long outliers() {
    return below + above;
  }

  /**
   * The histogram of a sketch.
   *
   * @param sketch not empty
   * @param step between possible values: 1 for whole numbers, whose bins then hold equally many of
   *     them, 0 if they may lie anywhere
   */
  static Histogram of(KllDoublesSketch sketch, double step) {
    double first = sketch.getQuantile(0.25);
    double third = sketch.getQuantile(0.75);
    double reach = REACH * (third - first);
    double from = Math.max(sketch.getMinItem(), roundedUp(first - reach, step));
    double to = Math.min(sketch.getMaxItem(), -roundedUp(-(third + reach), step));
    // Of halves, which are exact: the range itself may be more than a double holds.
    double width = roundedUp((to / 2 - from / 2 + step / 2) / BINS * 2, step);
    int bins = width == 0 ? 1 : (int) Math.min(BINS, Math.ceil((to - from + step) / width));
    long below = values(sketch, from, QuantileSearchCriteria.EXCLUSIVE);
    long within = values(sketch, to, QuantileSearchCriteria.INCLUSIVE);
    List<Long> counts = new ArrayList<>();
    long before = below;
    for (int bin = 1; bin <= bins; bin++) {
      long until =
          bin == bins
              ? within
              : values(sketch, Math.fma(bin, width, from), QuantileSearchCriteria.EXCLUSIVE);
      counts.add(until - before);
      before = until;
    }
    return new Histogram(from, width, counts, below, sketch.getN() - within);
  }

  private static double roundedUp(double value, double step) {
    return step == 0 ? value : Math.ceil(value / step) * step;
  }

  /** Values up to one, with it or without it. */
  private static long values(KllDoublesSketch sketch, double value, QuantileSearchCriteria upTo) {
    return Math.round(sketch.getRank(value, upTo) * sketch.getN());
  }
}

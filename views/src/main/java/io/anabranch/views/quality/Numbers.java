package io.anabranch.views.quality;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.datasketches.kll.KllDoublesSketch;
import org.apache.datasketches.quantilescommon.QuantileSearchCriteria;

/**
 * How the numbers of a field are spread.
 *
 * @param percentiles 101 values: the least, the one that 1 % of the values do not exceed, and so on
 *     to the greatest; those between are read from a sketch
 * @param outliers values beyond Tukey's fences, see {@link Histogram}
 */
public record Numbers(double mean, List<Double> percentiles, Histogram histogram, long outliers) {
  private static final double[] RANKS =
      IntStream.rangeClosed(0, 100).mapToDouble(percent -> percent / 100.0).toArray();

  public Numbers {
    percentiles = List.copyOf(percentiles);
    if (percentiles.size() != RANKS.length) {
      throw new IllegalArgumentException(
          "Invalid percentiles: %s (must be %s)".formatted(percentiles.size(), RANKS.length));
    }
  }

  /**
   * The numbers of a sketch.
   *
   * @param sketch not empty
   * @param step as {@link Histogram} takes it
   */
  public static Numbers of(KllDoublesSketch sketch, double mean, double step) {
    Histogram histogram = Histogram.of(sketch, step);
    double[] quantiles = sketch.getQuantiles(RANKS, QuantileSearchCriteria.INCLUSIVE);
    return new Numbers(
        mean, Arrays.stream(quantiles).boxed().toList(), histogram, histogram.outliers());
  }

  /** The value that a share of the values, in percent from 0 to 100, does not exceed. */
  public double percentile(int percent) {
    return percentiles.get(percent);
  }

  /**
   * The distance of Kolmogorov and Smirnov between two distributions, read from their percentiles:
   * the greatest difference between the shares of values up to one and the same value.
   *
   * @return 0 for the same percentiles, 1 if all values of one lie below those of the other
   */
  public double distance(Numbers other) {
    double greatest = 0;
    for (List<Double> points : List.of(percentiles, other.percentiles)) {
      for (double point : points) {
        greatest = Math.max(greatest, Math.abs(upTo(point) - other.upTo(point)));
      }
    }
    return greatest;
  }

  private double upTo(double value) {
    return percentiles.stream().filter(point -> point <= value).count()
        / (double) percentiles.size();
  }
}

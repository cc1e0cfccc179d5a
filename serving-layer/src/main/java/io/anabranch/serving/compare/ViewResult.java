package io.anabranch.serving.compare;

import java.time.Instant;
import java.util.List;

/**
 * The two layers' answers for one view.
 *
 * @param kind {@code exact}, {@code eventual} or {@code approximate}; an exact view has no
 *     differences
 * @param cells compared cells, those that only one layer has included
 * @param differences cells with another value of any measure
 * @param maxRelative the greatest relative difference of any measure of a bucket
 * @param buckets all buckets in order of time, rolled up over the dimensions
 */
public record ViewResult(
    String view,
    String kind,
    long cells,
    long differences,
    double maxRelative,
    List<Bucket> buckets) {
  /** A bucket with its measures. */
  public record Bucket(Instant bucket, List<Measure> measures) {}

  /**
   * A measure of a bucket.
   *
   * @param batch a number, as it is served; null where the layer has none
   * @param speed the same
   * @param difference speed minus batch; null if one of them is
   * @param relative the difference over the greater of the two, 0 if both are 0
   */
  public record Measure(
      String measure, Object batch, Object speed, Object difference, double relative) {}
}

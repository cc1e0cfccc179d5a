package io.anabranch.views;

import java.time.Duration;
import java.time.Instant;

/**
 * A range of buckets, UTC.
 *
 * @param from start of the first bucket, epoch seconds, inclusive
 * @param to epoch seconds, exclusive
 */
public record Buckets(long from, long to) {
  public static final Buckets ALL = new Buckets(Long.MIN_VALUE, Long.MAX_VALUE);

  /** The start of the bucket that the time lies in, epoch seconds. */
  public static long startOf(long epochSecond, Duration grain) {
    return epochSecond - Math.floorMod(epochSecond, grain.toSeconds());
  }

  /** Buckets that start in [from, to). */
  public static Buckets between(Instant from, Instant to) {
    return new Buckets(from.getEpochSecond(), to.getEpochSecond());
  }
}

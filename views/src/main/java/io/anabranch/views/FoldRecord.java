package io.anabranch.views;

import io.anabranch.schemas.Marker;

/**
 * What the fold needs to know of one position of the log: a marker, a record that does not count
 * (undecodable or rejected), or an accepted record with its part in every view. It is a class with
 * arrays, not a record of lists, since it stands on the hot path; nobody changes it once it is
 * handed over.
 */
public final class FoldRecord {
  final long offset;
  final long appendedMs;
  final Marker marker;
  final boolean accepted;
  final long identityHigh;
  final long identityLow;
  final CellKey[] keys;
  final Object[][] inputs;

  private FoldRecord(
      long offset,
      long appendedMs,
      Marker marker,
      boolean accepted,
      long identityHigh,
      long identityLow,
      CellKey[] keys,
      Object[][] inputs) {
    this.offset = offset;
    this.appendedMs = appendedMs;
    this.marker = marker;
    this.accepted = accepted;
    this.identityHigh = identityHigh;
    this.identityLow = identityLow;
    this.keys = keys;
    this.inputs = inputs;
  }

  /**
   * A marker.
   *
   * @param appendedMs log-append time, epoch milliseconds; the same in the other factories
   */
  public static FoldRecord marker(long offset, long appendedMs, Marker marker) {
    return new FoldRecord(offset, appendedMs, marker, false, 0, 0, null, null);
  }

  /** An undecodable or rejected record: it is covered and counts nowhere. */
  public static FoldRecord skipped(long offset, long appendedMs) {
    return new FoldRecord(offset, appendedMs, null, false, 0, 0, null, null);
  }

  /**
   * An accepted record.
   *
   * @param identityHigh first half of the 128-bit hash of its identity
   * @param identityLow second half
   * @param keys its cell in each layout, in the fold's order of layouts
   * @param inputs for each layout the values that {@link CellLayout#update} takes
   */
  public static FoldRecord accepted(
      long offset,
      long appendedMs,
      long identityHigh,
      long identityLow,
      CellKey[] keys,
      Object[][] inputs) {
    if (keys.length != inputs.length) {
      throw new IllegalArgumentException(
          "Invalid record: %s keys, %s inputs".formatted(keys.length, inputs.length));
    }
    return new FoldRecord(offset, appendedMs, null, true, identityHigh, identityLow, keys, inputs);
  }

  public long offset() {
    return offset;
  }

  public long appendedMs() {
    return appendedMs;
  }
}

package io.anabranch.master;

import io.anabranch.views.Offsets;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A value of the log that nobody can decode.
 *
 * @param timestampMs Kafka's log-append time, epoch milliseconds
 * @param value its bytes; none for a record without a value
 * @param reason what was found and what was expected
 */
public record Undecodable(
    int partition, long offset, long timestampMs, ByteBuffer value, String reason) {

  /** Whether it stands between some offsets, inclusive, and others, exclusive. */
  boolean isBetween(Offsets from, Offsets to) {
    return offset >= from.of(partition).orElse(0) && offset < to.of(partition).orElse(0);
  }

  /** Each position once, in the order of partition and offset. */
  static List<Undecodable> eachOnce(Stream<Undecodable> values) {
    Comparator<Undecodable> byPosition =
        Comparator.comparingInt(Undecodable::partition).thenComparingLong(Undecodable::offset);
    return new ArrayList<>(
        values.collect(Collectors.toCollection(() -> new TreeSet<>(byPosition))));
  }
}

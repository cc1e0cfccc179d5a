package io.anabranch.serving.cells;

import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/**
 * The key of a rolled-up cell. Order: bucket, then the dimensions' texts by code unit, a missing
 * one first.
 *
 * @param bucket start, epoch seconds
 * @param dimensions texts, null for a missing value
 */
public record GroupKey(long bucket, List<String> dimensions) implements Comparable<GroupKey> {
  private static final Comparator<String> TEXT = Comparator.nullsFirst(Comparator.naturalOrder());

  public GroupKey {
    dimensions = Collections.unmodifiableList(dimensions);
  }

  @Override
  public int compareTo(GroupKey other) {
    int order = Long.compare(bucket, other.bucket);
    for (int i = 0; order == 0 && i < dimensions.size(); i++) {
      order = TEXT.compare(dimensions.get(i), other.dimensions.get(i));
    }
    return order;
  }
}

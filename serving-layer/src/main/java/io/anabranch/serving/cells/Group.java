package io.anabranch.serving.cells;

import io.anabranch.views.CellLayout;
import java.util.Map;

/**
 * A rolled-up cell. Its values may be shared with other answers: nobody changes them.
 *
 * <p>It is a class since its values are an array.
 */
final class Group {
  private final GroupKey key;
  private final Object[] values;

  Group(GroupKey key, Object[] values) {
    this.key = key;
    this.values = values;
  }

  GroupKey key() {
    return key;
  }

  /** The same values under another bucket. */
  Group at(long bucket) {
    return new Group(new GroupKey(bucket, key.dimensions()), values);
  }

  /** The sum of both, under the key of this one. */
  Group plus(Group other, CellLayout layout) {
    Object[] sum = layout.empty();
    layout.merge(sum, values);
    layout.merge(sum, other.values);
    return new Group(key, sum);
  }

  /** The served measures. Some sketches sort themselves when they are read, hence the lock. */
  Map<String, Object> measures(CellLayout layout) {
    synchronized (values) {
      return layout.measures(values);
    }
  }

  /** About how much memory it holds. */
  int bytes(CellLayout layout) {
    int texts = key.dimensions().stream().mapToInt(t -> t == null ? 8 : 56 + t.length()).sum();
    return 96 + texts + 24 * values.length + layout.encode(values).bytes().length;
  }
}

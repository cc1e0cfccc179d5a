package io.anabranch.serving.cells;

import io.anabranch.runtime.Problem;
import io.anabranch.views.Cell;
import io.anabranch.views.CellLayout;
import io.anabranch.views.ViewStore.CloseableIterator;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Sums of cells by what a query keeps of their keys, in the order of {@link GroupKey}. */
final class RollUp {
  private final CellQuery query;
  private final CellLayout layout;
  private final int maxGroups;

  /**
   * @param maxGroups how many rolled-up cells an answer may have
   */
  RollUp(CellQuery query, CellLayout layout, int maxGroups) {
    this.query = query;
    this.layout = layout;
    this.maxGroups = maxGroups;
  }

  /** The sums of the cells, which are read to their end and closed. */
  List<Group> of(CloseableIterator<Cell> cells) {
    Map<GroupKey, Object[]> sums = new HashMap<>();
    try (cells) {
      while (cells.hasNext()) {
        Cell cell = cells.next();
        query
            .group(cell.key())
            .ifPresent(
                key -> layout.merge(sums.computeIfAbsent(key, k -> layout.empty()), cell.values()));
        refuseTooMany(sums.size());
      }
    }
    return sums.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(sum -> new Group(sum.getKey(), sum.getValue()))
        .toList();
  }

  /** The sum of several, each in order. */
  List<Group> sum(List<List<Group>> parts) {
    List<Group> sum = List.of();
    for (List<Group> part : parts) {
      sum = sum.isEmpty() ? part : part.isEmpty() ? sum : join(sum, part);
      refuseTooMany(sum.size());
    }
    return sum;
  }

  private List<Group> join(List<Group> left, List<Group> right) {
    List<Group> joined = new ArrayList<>(Math.max(left.size(), right.size()));
    int l = 0;
    int r = 0;
    while (l < left.size() && r < right.size()) {
      int order = left.get(l).key().compareTo(right.get(r).key());
      if (order == 0) {
        joined.add(plus(left.get(l++), right.get(r++)));
      } else {
        joined.add(order < 0 ? left.get(l++) : right.get(r++));
      }
    }
    joined.addAll(left.subList(l, left.size()));
    joined.addAll(right.subList(r, right.size()));
    return joined;
  }

  /** The rows of an answer: the sums themselves, or those of the window that ends with each. */
  List<Group> rows(List<Group> sums) {
    return query.window().map(window -> window.over(sums, query.range(), this)).orElse(sums);
  }

  Group plus(Group left, Group right) {
    return left.plus(right, layout);
  }

  /**
   * Makes sure that an answer stays within its bound.
   *
   * @throws Problem if so many groups are too many
   */
  void refuseTooMany(int groups) {
    if (groups > maxGroups) {
      throw Problem.badInput(
          "the answer has more than %s rows: ask for fewer dimensions (by), a coarser grain or a shorter range"
              .formatted(maxGroups));
    }
  }
}

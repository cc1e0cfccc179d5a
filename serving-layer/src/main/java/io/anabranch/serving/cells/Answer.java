package io.anabranch.serving.cells;

import io.anabranch.serving.standing.Provenance;
import io.anabranch.views.Cell;
import io.anabranch.views.CellLayout;
import io.anabranch.views.ViewStore.CloseableIterator;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** All rows of one answer, in the order in which they are served. It never changes. */
public final class Answer {
  /** A row as it is served. */
  public record Row(GroupKey key, Map<String, Object> measures) {}

  private final CellQuery query;
  private final CellLayout layout;
  private final List<Group> groups;
  private final Provenance provenance;

  /**
   * An answer.
   *
   * @param groups its rows before those that are not among the greatest are left out
   */
  Answer(CellQuery query, CellLayout layout, List<Group> groups, Provenance provenance) {
    this.query = query;
    this.layout = layout;
    this.groups = query.top().map(top -> greatest(groups, layout, top)).orElse(groups);
    this.provenance = provenance;
  }

  /**
   * The answer that given cells make.
   *
   * @param cells of the view; those outside the query's range are passed over
   * @param maxRows how many rows there may be
   */
  public static Answer of(
      CellQuery query, CloseableIterator<Cell> cells, int maxRows, Provenance provenance) {
    CellLayout layout = CellLayout.of(query.view());
    RollUp rollUp = new RollUp(query, layout, maxRows);
    return new Answer(query, layout, rollUp.rows(rollUp.of(cells)), provenance);
  }

  public CellQuery query() {
    return query;
  }

  public Provenance provenance() {
    return provenance;
  }

  /** How many rows there are. */
  public int size() {
    return groups.size();
  }

  /** Rows from an index, inclusive; fewer than {@code limit} where the answer ends. */
  public List<Row> rows(int from, int limit) {
    int start = Math.min(from, groups.size());
    return groups.subList(start, Math.min(groups.size(), start + limit)).stream()
        .map(group -> new Row(group.key(), group.measures(layout)))
        .toList();
  }

  /** About how much memory the answer holds. */
  int bytes() {
    return groups.stream().mapToInt(group -> group.bytes(layout)).sum() + 256;
  }

  private static List<Group> greatest(List<Group> groups, CellLayout layout, CellQuery.Top top) {
    List<Group> greatest = new ArrayList<>();
    int start = 0;
    while (start < groups.size()) {
      int end = start;
      while (end < groups.size()
          && groups.get(end).key().bucket() == groups.get(start).key().bucket()) {
        end++;
      }
      groups.subList(start, end).stream()
          .map(group -> new Ranked(group, number(group, layout, top.measure())))
          .sorted(Ranked.GREATEST_FIRST)
          .limit(top.count())
          .map(Ranked::group)
          .forEach(greatest::add);
      start = end;
    }
    return greatest;
  }

  private static Double number(Group group, CellLayout layout, String measure) {
    Object value = group.measures(layout).get(measure);
    return value == null ? null : Double.valueOf(((Number) value).doubleValue());
  }

  private record Ranked(Group group, Double value) {
    static final Comparator<Ranked> GREATEST_FIRST =
        Comparator.comparing(Ranked::value, Comparator.nullsLast(Comparator.<Double>reverseOrder()))
            .thenComparing(ranked -> ranked.group().key());
  }
}

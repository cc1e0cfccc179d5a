package io.anabranch.serving.verify;

import io.anabranch.serving.ServedValue;
import io.anabranch.views.CellKey;
import io.anabranch.views.CellLayout;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Compares the cells of one view by their served measures. */
final class ViewComparison {
  private static final int EXAMPLES = 10;

  private final CellLayout layout;
  private final List<Verification.Difference> examples = new ArrayList<>();
  private long cells;
  private long differences;
  private long nanos;

  ViewComparison(CellLayout layout) {
    this.layout = layout;
  }

  CellLayout layout() {
    return layout;
  }

  /** Adds to the time that the view took. */
  void took(long more) {
    nanos += more;
  }

  /**
   * Compares one cell.
   *
   * @param served null if it is not served
   * @param recomputed null if the recompute has none
   */
  void compare(CellKey key, Object[] served, Object[] recomputed) {
    cells++;
    if (served != null && recomputed != null && ServedValue.areSame(layout, served, recomputed)) {
      return;
    }
    differences++;
    if (examples.size() < EXAMPLES) {
      examples.add(new Verification.Difference(key(key), json(served), json(recomputed)));
    }
  }

  private Map<String, Object> key(CellKey key) {
    Map<String, Object> named = new LinkedHashMap<>();
    List<String> dimensions = key.dimensions();
    for (int i = 0; i < dimensions.size(); i++) {
      named.put(layout.view().dimensions().get(i), dimensions.get(i));
    }
    named.put("bucket", Instant.ofEpochSecond(key.bucket()).toString());
    return named;
  }

  private Map<String, Object> json(Object[] cell) {
    if (cell == null) {
      return null;
    }
    Map<String, Object> json = new LinkedHashMap<>();
    layout.measures(cell).forEach((name, value) -> json.put(name, ServedValue.json(value)));
    return json;
  }

  Verification.ViewResult result() {
    return new Verification.ViewResult(
        layout.view().name(),
        cells,
        differences,
        layout.view().eventual(),
        layout.view().approximate(),
        nanos / 1_000_000,
        examples);
  }
}

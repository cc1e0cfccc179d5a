package io.anabranch.serving.compare;

import io.anabranch.schemas.View;
import io.anabranch.serving.ServedValue;
import io.anabranch.views.Cell;
import io.anabranch.views.CellLayout;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Takes in the cells of a view, two by two. */
final class ViewTally {
  private static final class Sides {
    final Object[] batch;
    final Object[] speed;

    Sides(CellLayout layout) {
      batch = layout.empty();
      speed = layout.empty();
    }
  }

  private final CellLayout layout;
  private final Map<Long, Sides> buckets = new TreeMap<>();
  private long cells;
  private long differences;

  ViewTally(CellLayout layout) {
    this.layout = layout;
  }

  /** One cell of both layers; null where a layer has none. */
  void add(Cell batch, Cell speed) {
    cells++;
    Cell known = batch == null ? speed : batch;
    Sides sides = buckets.computeIfAbsent(known.key().bucket(), b -> new Sides(layout));
    boolean same =
        batch != null
            && speed != null
            && ServedValue.areSame(layout, batch.values(), speed.values());
    differences += same ? 0 : 1;
    if (batch != null) {
      layout.merge(sides.batch, batch.values());
    }
    if (speed != null) {
      layout.merge(sides.speed, speed.values());
    }
  }

  ViewResult result() {
    List<ViewResult.Bucket> rows = new ArrayList<>();
    double most = 0;
    for (Map.Entry<Long, Sides> bucket : buckets.entrySet()) {
      List<ViewResult.Measure> measures =
          measures(
              layout.measures(bucket.getValue().batch), layout.measures(bucket.getValue().speed));
      most =
          Math.max(
              most, measures.stream().mapToDouble(ViewResult.Measure::relative).max().orElse(0));
      rows.add(new ViewResult.Bucket(Instant.ofEpochSecond(bucket.getKey()), measures));
    }
    View view = layout.view();
    String kind = view.approximate() ? "approximate" : view.eventual() ? "eventual" : "exact";
    return new ViewResult(view.name(), kind, cells, differences, most, rows);
  }

  /** Measures that are numbers. */
  private static List<ViewResult.Measure> measures(
      Map<String, Object> batch, Map<String, Object> speed) {
    List<ViewResult.Measure> measures = new ArrayList<>();
    batch.forEach(
        (name, left) -> {
          Object right = speed.get(name);
          boolean numbers = left instanceof Number || right instanceof Number;
          if (numbers) {
            measures.add(measure(name, number(left), number(right), left, right));
          }
        });
    return measures;
  }

  private static ViewResult.Measure measure(
      String name, BigDecimal batch, BigDecimal speed, Object left, Object right) {
    if (batch == null || speed == null) {
      return new ViewResult.Measure(
          name, ServedValue.json(left), ServedValue.json(right), null, left == right ? 0 : 1);
    }
    BigDecimal difference = speed.subtract(batch);
    double greater = Math.max(Math.abs(batch.doubleValue()), Math.abs(speed.doubleValue()));
    double relative = greater == 0 ? 0 : Math.abs(difference.doubleValue()) / greater;
    return new ViewResult.Measure(
        name,
        ServedValue.json(left),
        ServedValue.json(right),
        difference.toPlainString(),
        relative);
  }

  private static BigDecimal number(Object value) {
    return value == null ? null : new BigDecimal(value.toString());
  }
}

package io.anabranch.engine;

import io.anabranch.schemas.FieldType;
import io.anabranch.schemas.Measure;
import io.anabranch.schemas.View;
import io.anabranch.views.CellLayout;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A view that can be shipped to tasks; there it gives its layout again. Safe for threads. */
public final class PortableView implements Serializable {
  /** A measure in plain texts; the input may be null. */
  private record Part(String name, Measure.Kind kind, String input, String type)
      implements Serializable {}

  private final String dataset;
  private final String name;
  private final Duration grain;
  private final String[] dimensions;
  private final ArrayList<Part> measures = new ArrayList<>();
  private final boolean approximate;
  private final boolean eventual;
  private final String definition;
  private transient volatile CellLayout layout;
  private transient volatile String[] functions;

  private PortableView(View view) {
    this.dataset = view.dataset();
    this.name = view.name();
    this.grain = view.grain();
    this.dimensions = view.dimensions().toArray(String[]::new);
    this.approximate = view.approximate();
    this.eventual = view.eventual();
    this.definition = view.definition();
    view.measures()
        .values()
        .forEach(
            m ->
                measures.add(
                    new Part(m.name(), m.kind(), m.input().orElse(null), m.type().sqlName())));
  }

  public static PortableView of(View view) {
    return new PortableView(view);
  }

  /** The layout of the view's cells, built once in each task that it is shipped to. */
  public CellLayout layout() {
    CellLayout known = layout;
    if (known == null) {
      known = CellLayout.of(view());
      layout = known;
    }
    return known;
  }

  /** The function of a stored value of the layout, as {@code CellLayout.storedValues} names it. */
  String function(int stored) {
    String[] known = functions;
    if (known == null) {
      known =
          layout().storedValues().stream()
              .map(CellLayout.StoredValue::function)
              .toArray(String[]::new);
      functions = known;
    }
    return known[stored];
  }

  /** The view that it was made from. */
  public View view() {
    Map<String, Measure> parts = new LinkedHashMap<>();
    for (Part part : measures) {
      parts.put(
          part.name(),
          new Measure(
              part.name(),
              part.kind(),
              Optional.ofNullable(part.input()),
              FieldType.parse(part.type())));
    }
    List<String> columns = Arrays.asList(dimensions.clone());
    return new View(
        dataset, name, grain, List.copyOf(columns), parts, approximate, eventual, definition);
  }
}

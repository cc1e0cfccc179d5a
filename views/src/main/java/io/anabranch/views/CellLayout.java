package io.anabranch.views;

import io.anabranch.schemas.Measure;
import io.anabranch.schemas.View;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * How the cells of a view are made: which values are stored, how they take in a record, merge, and
 * become the measures that are served. A cell is an {@code Object[]} with one state for each
 * aggregate: Long, BigInteger (a sum beyond 64 bits), Double, a sketch, or null for nothing yet.
 * Updates and merges change the cell that they are given.
 */
public final class CellLayout {
  private final View view;
  private final ViewId id;
  private final List<Aggregate> aggregates;
  private final List<AggregateState> states;

  private CellLayout(View view, List<Aggregate> aggregates) {
    this.view = view;
    this.id = ViewId.of(view);
    this.aggregates = aggregates;
    this.states = aggregates.stream().map(AggregateState::of).toList();
  }

  public static CellLayout of(View view) {
    return new CellLayout(
        view,
        view.measures().values().stream()
            .flatMap(measure -> Aggregate.of(measure).stream())
            .distinct()
            .toList());
  }

  public View view() {
    return view;
  }

  public ViewId id() {
    return id;
  }

  /**
   * What feeds each stored value, in order: the function's name in lower case ({@code
   * count_records, count_values, sum, min, max, distinct, quantiles}) and its column. An input to
   * {@link #update} is a Long (decimals unscaled, timestamps as epoch milliseconds, dates as epoch
   * days), a Double, or a String for {@code distinct}.
   */
  public List<StoredValue> storedValues() {
    return aggregates.stream()
        .map(
            a ->
                new StoredValue(
                    a.kind().name().toLowerCase(java.util.Locale.ROOT),
                    a.input().orElse(null),
                    a.type()))
        .toList();
  }

  /**
   * One value of a stored cell.
   *
   * @param column null for {@code count_records}
   */
  public record StoredValue(String function, String column, io.anabranch.schemas.FieldType type) {}

  /** The state of an exact sum that was made elsewhere, of decimals unscaled. */
  public static Object sum(BigInteger total) {
    return ExactSum.of(total);
  }

  /** The identity of merge: a cell that no record has reached. */
  public Object[] empty() {
    return new Object[aggregates.size()];
  }

  /** Takes in one record; {@code inputs} has one value for each stored value, null for none. */
  public void update(Object[] cell, Object[] inputs) {
    for (int i = 0; i < cell.length; i++) {
      cell[i] = states.get(i).update(cell[i], inputs[i]);
    }
  }

  /** Adds {@code from} to {@code into}; {@code from} stays as it is. */
  public void merge(Object[] into, Object[] from) {
    for (int i = 0; i < into.length; i++) {
      if (from[i] != null) {
        into[i] =
            into[i] == null ? states.get(i).copy(from[i]) : states.get(i).merge(into[i], from[i]);
      }
    }
  }

  /**
   * Bytes: for each stored value 00, or 01 and 8 bytes, or 02, a 4-byte length and a sketch, or 03
   * and the 16 bytes of a sum that does not fit 8.
   */
  public EncodedCell encode(Object[] cell) {
    List<byte[]> parts = new ArrayList<>();
    int length = 0;
    for (int i = 0; i < cell.length; i++) {
      byte[] part = cell[i] == null ? new byte[] {0} : states.get(i).encode(cell[i]);
      parts.add(part);
      length += part.length;
    }
    ByteBuffer out = ByteBuffer.allocate(length);
    parts.forEach(out::put);
    return EncodedCell.of(out.array());
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws IllegalArgumentException if the bytes are no cell of this view
   */
  public Object[] decode(EncodedCell encoded) {
    Object[] cell = empty();
    ByteBuffer in = ByteBuffer.wrap(encoded.bytes());
    try {
      for (int i = 0; i < cell.length; i++) {
        in.mark();
        if (in.get() != 0) {
          cell[i] = states.get(i).decode(in.reset());
        }
      }
    } catch (java.nio.BufferUnderflowException e) {
      throw new IllegalArgumentException("a cell of %s that ends early".formatted(view.name()), e);
    }
    if (in.hasRemaining()) {
      throw new IllegalArgumentException(
          "a cell of %s with %s bytes too many".formatted(view.name(), in.remaining()));
    }
    return cell;
  }

  /**
   * The measures as they are served, in the view's order: Long, BigInteger (a sum of longs beyond
   * 64 bits), BigDecimal, Double, a list of Doubles (quantiles 0.05, 0.25, 0.5, 0.75, 0.95), or
   * null where there was no value. An average of exact numbers has the input's scale plus 3 digits,
   * rounded half up.
   */
  public Map<String, Object> measures(Object[] cell) {
    Map<String, Object> served = new LinkedHashMap<>();
    for (Measure measure : view.measures().values()) {
      served.put(measure.name(), finish(measure, cell));
    }
    return served;
  }

  /**
   * Whether the quantiles of two cells may be of the same values. What is served of them does not
   * tell, since their merging is randomised: they must count as many values with the same least and
   * greatest, and each quantile's rank in the other may be off by three times the sketch's error.
   */
  public boolean quantilesAgree(Object[] left, Object[] right) {
    return IntStream.range(0, left.length)
        .filter(i -> states.get(i) instanceof QuantilesSketch)
        .allMatch(i -> QuantilesSketch.agree(left[i], right[i]));
  }

  private Object finish(Measure measure, Object[] cell) {
    List<Aggregate> parts = Aggregate.of(measure);
    int first = aggregates.indexOf(parts.get(0));
    if (measure.kind() == Measure.Kind.AVG) {
      return AggregateState.average(
          parts.get(0), cell[first], (Long) cell[aggregates.indexOf(parts.get(1))]);
    }
    return states.get(first).finish(cell[first]);
  }
}

package io.anabranch.schemas;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a view says of a cell.
 *
 * @param input the clean column that is measured; empty for {@code count}, which counts records
 * @param type the input's type; {@link FieldType.Kind#LONG} for {@code count}
 */
public record Measure(String name, Kind kind, Optional<String> input, FieldType type) {
  /** The functions; AVG is derived from SUM and COUNT when served. */
  public enum Kind {
    COUNT,
    SUM,
    MIN,
    MAX,
    AVG,
    DISTINCT,
    QUANTILES
  }

  private static final Pattern FORM = Pattern.compile("(\\w+)\\s*(?:\\(\\s*(\\w+)\\s*\\))?");

  /** What stands in a dataset file: {@code count}, {@code sum(quantity)}. */
  record Form(Kind kind, Optional<String> input) {
    static Optional<Form> parse(String text) {
      Matcher matcher = FORM.matcher(text);
      if (!matcher.matches()) {
        return Optional.empty();
      }
      Kind kind;
      try {
        kind = Kind.valueOf(matcher.group(1).toUpperCase(Locale.ROOT));
      } catch (IllegalArgumentException e) {
        return Optional.empty();
      }
      Optional<String> input = Optional.ofNullable(matcher.group(2));
      return input.isEmpty() && kind != Kind.COUNT
          ? Optional.empty()
          : Optional.of(new Form(kind, input));
    }
  }

  /**
   * Whether what it says may leave 64 bits: a sum of longs or decimals. That of ints would take
   * 2^32 records.
   */
  public boolean mayLeaveLong() {
    return kind == Kind.SUM
        && (type.kind() == FieldType.Kind.LONG || type.kind() == FieldType.Kind.DECIMAL);
  }

  /** As a dataset file writes it. */
  public String form() {
    return kind.name().toLowerCase(Locale.ROOT) + input.map(i -> "(" + i + ")").orElse("");
  }
}

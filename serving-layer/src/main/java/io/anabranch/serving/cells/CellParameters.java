package io.anabranch.serving.cells;

import io.anabranch.runtime.Problem;
import io.anabranch.schemas.Measure;
import io.anabranch.schemas.View;
import io.anabranch.serving.standing.AsOf;
import io.anabranch.views.Buckets;
import io.anabranch.views.MergedView;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Reads the parameters of {@code GET /views/{view}/cells}; what is wrong is a {@link Problem}. */
public final class CellParameters {
  static final int DEFAULT_LIMIT = 1_000;
  static final int MAX_LIMIT = 100_000;

  private static final Set<String> QUERY =
      Set.of("from", "to", "by", "where", "grain", "window", "top", "until");
  private static final Set<String> KNOWN =
      Set.of(
          "from", "to", "by", "where", "grain", "window", "top", "until", "as_of", "limit",
          "cursor", "format");

  private final View view;
  private final Map<String, List<String>> given;

  private CellParameters(View view, Map<String, List<String>> given) {
    this.view = view;
    this.given = given;
  }

  /**
   * The parameters that were given.
   *
   * @throws Problem if one is unknown, or stands twice
   */
  public static CellParameters of(View view, Map<String, List<String>> given) {
    requireKnown(given, KNOWN);
    given.forEach(
        (name, values) -> {
          if (values.size() > 1 && !name.equals("where")) {
            throw Problem.badInput("the parameter '%s' stands twice".formatted(name));
          }
        });
    return new CellParameters(view, given);
  }

  /**
   * Refuses what is not known.
   *
   * @throws Problem with the names that are
   */
  public static void requireKnown(Map<String, List<String>> given, Set<String> known) {
    for (String name : given.keySet()) {
      if (!known.contains(name)) {
        throw Problem.badInput(
            "unknown parameter '%s', expected one of %s".formatted(name, new TreeSet<>(known)));
      }
    }
  }

  /**
   * What a query text asks of a view: {@code by=country&where=category=Bags&grain=P1M}, escaped as
   * in an address, except that a blank and a plus sign may stand for themselves.
   *
   * @throws Problem if a parameter is unknown or wrong, or says how an answer is sent
   */
  public static CellQuery query(View view, String text) {
    Map<String, List<String>> given = new LinkedHashMap<>();
    for (String parameter : text.isBlank() ? new String[0] : text.strip().split("&", -1)) {
      int equals = parameter.indexOf('=');
      if (equals <= 0) {
        throw Problem.badInput(
            "'%s' is no parameter: write them as in by=country&grain=P1M".formatted(parameter));
      }
      String name = parameter.substring(0, equals);
      if (KNOWN.contains(name) && !QUERY.contains(name)) {
        throw Problem.badInput(
            "the parameter '%s' does not say which cells are meant, expected one of %s"
                .formatted(name, QUERY.stream().sorted().toList()));
      }
      given
          .computeIfAbsent(name, n -> new ArrayList<>())
          .add(unescaped(parameter.substring(equals + 1)));
    }
    return of(view, given).query();
  }

  private static String unescaped(String text) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw Problem.badInput("'%s' is badly escaped: write %%25 for %%".formatted(text), e);
    }
  }

  /** The moment that is asked for; empty for now. */
  public Optional<AsOf> asOf() {
    return one("as_of").map(AsOf::parse);
  }

  /** The page that is asked for; empty for the first. */
  public Optional<String> cursor() {
    return one("cursor");
  }

  /** Whether anything is asked beyond the page of a cursor. */
  public boolean asksMoreThanAPage() {
    return given.keySet().stream().anyMatch(QUERY::contains);
  }

  /** Whether CSV is asked for, by the parameter or else by the header {@code Accept}. */
  public boolean csv(String accept) {
    String format = one("format").orElse(accept.contains("text/csv") ? "csv" : "json");
    if (!format.equals("csv") && !format.equals("json")) {
      throw Problem.badInput("format '%s' is unknown, expected json or csv".formatted(format));
    }
    return format.equals("csv");
  }

  /** Rows of a page. */
  public int limit() {
    return one("limit")
        .map(text -> number("limit", text, MAX_LIMIT))
        .orElse((long) DEFAULT_LIMIT)
        .intValue();
  }

  /** What is asked for. */
  public CellQuery query() {
    Grain grain = one("grain").map(text -> Grain.parse(text, view)).orElseGet(() -> Grain.of(view));
    return new CellQuery(
        view,
        range(),
        by(),
        where(),
        grain,
        one("window").map(text -> Window.parse(text, grain)),
        one("top").map(this::top),
        one("until").map(t -> number("until", t, MergedView.NOW)).orElse(MergedView.NOW));
  }

  private Optional<String> one(String name) {
    return Optional.ofNullable(given.get(name)).map(values -> values.get(0));
  }

  private Buckets range() {
    long from = one("from").map(t -> time("from", t)).orElse(Buckets.ALL.from());
    long to = one("to").map(t -> time("to", t)).orElse(Buckets.ALL.to());
    if (to < from) {
      throw Problem.badInput(
          "from '%s' lies after to '%s'".formatted(one("from").get(), one("to").get()));
    }
    return new Buckets(from, to);
  }

  private static long time(String name, String text) {
    try {
      if (text.length() == "2024-01-01".length()) {
        return LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toEpochSecond();
      }
      // A plus sign of an offset arrives as a blank unless the caller escaped it.
      Instant instant = OffsetDateTime.parse(text.replace(' ', '+')).toInstant();
      return instant.getNano() == 0 ? instant.getEpochSecond() : instant.getEpochSecond() + 1;
    } catch (DateTimeException e) {
      throw Problem.badInput(
          "%s '%s' is no time: write 2024-01-31 or 2024-01-31T13:00:00Z".formatted(name, text), e);
    }
  }

  private List<String> by() {
    if (one("by").isEmpty()) {
      return view.dimensions();
    }
    List<String> asked =
        one("by").filter(t -> !t.isBlank()).map(t -> List.of(t.split(",", -1))).orElse(List.of());
    asked.forEach(dimension -> known("by", dimension));
    return view.dimensions().stream().filter(asked::contains).toList();
  }

  private Map<String, Set<String>> where() {
    Map<String, Set<String>> where = new LinkedHashMap<>();
    for (String condition : given.getOrDefault("where", List.of())) {
      int equals = condition.indexOf('=');
      if (equals <= 0) {
        throw Problem.badInput(
            "where '%s' is no condition: write dimension=value".formatted(condition));
      }
      String dimension = condition.substring(0, equals);
      known("where", dimension);
      where
          .computeIfAbsent(dimension, d -> new LinkedHashSet<>())
          .add(condition.substring(equals + 1));
    }
    return where;
  }

  private void known(String parameter, String dimension) {
    if (!view.dimensions().contains(dimension)) {
      throw Problem.badInput(
          "%s: the view %s has no dimension '%s', expected one of %s"
              .formatted(parameter, view.name(), dimension, view.dimensions()));
    }
  }

  private CellQuery.Top top(String text) {
    int colon = text.lastIndexOf(':');
    if (colon <= 0) {
      throw Problem.badInput("top '%s': write measure:n, such as revenue:10".formatted(text));
    }
    String name = text.substring(0, colon);
    Measure measure = view.measures().get(name);
    List<String> numbers =
        view.measures().values().stream()
            .filter(CellParameters::isNumber)
            .map(Measure::name)
            .toList();
    if (measure == null || !isNumber(measure)) {
      throw Problem.badInput(
          "top: the view %s has no number '%s', expected one of %s"
              .formatted(view.name(), name, numbers));
    }
    return new CellQuery.Top(name, (int) number("top", text.substring(colon + 1), MAX_LIMIT));
  }

  private static boolean isNumber(Measure measure) {
    return switch (measure.kind()) {
      case QUANTILES -> false;
      case MIN, MAX -> measure.type().isNumber();
      default -> true;
    };
  }

  private static long number(String name, String text, long most) {
    try {
      long number = Long.parseLong(text);
      if (number >= 1 && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // told below, like a number out of range
    }
    throw Problem.badInput(
        "%s '%s' is not a whole number from 1 to %s".formatted(name, text, most));
  }
}

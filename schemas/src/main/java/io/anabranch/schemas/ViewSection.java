package io.anabranch.schemas;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The section {@code views} of a dataset file. */
final class ViewSection {
  private static final Duration DAY = Duration.ofDays(1);

  /** What a batch view shows beside its dimensions and measures, or its table is partitioned by. */
  private static final Set<String> OWN_COLUMNS = Set.of("bucket", "version", "cut", "run", "month");

  private static final String PROFILE = "profile";
  private static final Pattern WORD = Pattern.compile("\\w+");

  /** A text in quotes, which names nothing, or a word. */
  private static final Pattern QUOTED_OR_WORD =
      Pattern.compile("'(?:[^'\\\\]|\\\\.)*'|\"(?:[^\"\\\\]|\\\\.)*\"|\\w+");

  private final String dataset;
  private final String reading;
  private final Map<String, FieldType> columns;
  private final Set<String> eventualColumns;
  private final Map<String, String> firstNames;

  /**
   * @param identity the fields that say which records are repeats
   * @param lists the texts of the lists that rules name
   * @param firstNames renamed fields by the names that they had at first
   */
  ViewSection(
      String dataset,
      List<String> identity,
      String eventTime,
      List<Dataset.RejectRule> reject,
      List<Dataset.CleanRule> clean,
      Map<String, String> lists,
      Map<String, FieldType> columns,
      Map<String, String> firstNames) {
    this.dataset = dataset;
    this.columns = columns;
    this.firstNames = firstNames;
    this.eventualColumns = eventualColumns(clean);
    StringBuilder text = new StringBuilder();
    text.append("identity ").append(identity).append(" at ").append(eventTime).append('\n');
    lists.forEach((list, names) -> text.append("list ").append(Fingerprint.of(names)).append('\n'));
    reject.forEach(rule -> text.append("reject ").append(rule.when()).append('\n'));
    clean.forEach(
        rule ->
            text.append(rule.column())
                .append(' ')
                .append(lasting(rule.type()))
                .append(" = ")
                .append(rule.expression())
                .append(learnedFrom(rule))
                .append('\n'));
    this.reading = text.toString();
  }

  Map<String, View> views(YamlValue value) {
    Map<String, View> views = new LinkedHashMap<>();
    value.entries().forEach((name, view) -> views.put(name, view(name, view)));
    return views;
  }

  private View view(String name, YamlValue value) {
    DatasetFile.requireName(value, name);
    Map<String, YamlValue> view =
        value.entries(Set.of("grain", "dimensions", "measures", "approximate"));
    Duration grain = grain(value.required(view, "grain"));
    List<String> dimensions =
        DatasetFile.fieldList(value.required(view, "dimensions"), columns.keySet());
    boolean approximate = view.containsKey("approximate") && view.get("approximate").bool();
    Map<String, Measure> measures = new LinkedHashMap<>();
    value
        .required(view, "measures")
        .entries()
        .forEach((measure, form) -> measures.put(measure, measure(measure, form, approximate)));
    for (String dimension : dimensions) {
      requireFree(value.required(view, "dimensions"), dimension);
      if (measures.containsKey(dimension.toLowerCase(Locale.ROOT))) {
        throw value.problem(
            "'" + dimension + "' is both a dimension and a measure: rename the measure");
      }
    }
    boolean eventual =
        dimensions.stream().anyMatch(eventualColumns::contains)
            || measures.values().stream()
                .anyMatch(m -> m.input().filter(eventualColumns::contains).isPresent());
    return new View(
        dataset,
        name,
        grain,
        dimensions,
        measures,
        approximate,
        eventual,
        definition(name, grain, dimensions, measures));
  }

  private String definition(
      String name, Duration grain, List<String> dimensions, Map<String, Measure> measures) {
    StringBuilder text = new StringBuilder(reading);
    text.append("view ").append(name).append(' ').append(grain).append(' ').append(dimensions);
    measures
        .values()
        .forEach(m -> text.append('\n').append(m.form()).append(' ').append(lasting(m.type())));
    return inFirstNames(text);
  }

  /** Renaming a field changes no view, so that definitions know fields by their first names. */
  private String inFirstNames(CharSequence text) {
    return QUOTED_OR_WORD
        .matcher(text)
        .replaceAll(
            word -> Matcher.quoteReplacement(firstNames.getOrDefault(word.group(), word.group())));
  }

  /** Nor does widening an int to a long: cells hold longs for both. */
  private static String lasting(FieldType type) {
    return (type.kind() == FieldType.Kind.INT ? new FieldType(FieldType.Kind.LONG, 0, 0) : type)
        .sqlName();
  }

  /**
   * The fields that a profile may be learned from, each with its own type: what is learned has a
   * type that depends on it, and a median of longs is another one than that of ints.
   */
  private String learnedFrom(Dataset.CleanRule rule) {
    Set<String> words = words(rule);
    if (!words.contains(PROFILE)) {
      return "";
    }
    StringBuilder types = new StringBuilder();
    columns.forEach(
        (column, type) -> {
          if (words.contains(column)) {
            types.append(' ').append(column).append(' ').append(type.sqlName());
          }
        });
    return types.toString();
  }

  /**
   * The words of a rule, which SQL knows in whatever case. Any word may be a column or the function
   * {@code profile}: a view that takes itself for a new one is built once more, and one that is
   * called eventual without need claims less.
   */
  private static Set<String> words(Dataset.CleanRule rule) {
    Set<String> words = anyCase();
    WORD.matcher(rule.expression()).results().forEach(word -> words.add(word.group()));
    return words;
  }

  private static Set<String> anyCase() {
    return new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
  }

  private static Duration grain(YamlValue value) {
    Duration grain = value.duration();
    long seconds = grain.toSeconds();
    boolean whole = grain.equals(Duration.ofSeconds(seconds));
    if (!whole || (DAY.toSeconds() % seconds != 0 && seconds % DAY.toSeconds() != 0)) {
      throw value.problem("a grain must divide a day or be whole days, such as PT15M, PT1H or P1D");
    }
    return grain;
  }

  /** Tables know names in whatever case. */
  private static void requireFree(YamlValue value, String column) {
    if (OWN_COLUMNS.contains(column.toLowerCase(Locale.ROOT))) {
      throw value.problem(
          "every view has a column '%s' of its own: choose another name for this one"
              .formatted(column));
    }
  }

  private Measure measure(String name, YamlValue value, boolean approximate) {
    DatasetFile.requireName(value, name);
    requireFree(value, name);
    Measure.Form form =
        Measure.Form.parse(value.text())
            .orElseThrow(
                () ->
                    value.problem(
                        "expected count, count(x), sum(x), min(x), max(x), avg(x), distinct(x) or quantiles(x) but found '"
                            + value.text()
                            + "'"));
    FieldType type = new FieldType(FieldType.Kind.LONG, 0, 0);
    if (form.input().isPresent()) {
      String input = form.input().get();
      type = columns.get(input);
      if (type == null) {
        throw value.problem(
            "unknown column '%s', expected one of %s"
                .formatted(input, new TreeSet<>(columns.keySet())));
      }
      checkType(value, form, type, approximate);
    }
    return new Measure(name, form.kind(), form.input(), type);
  }

  private static void checkType(
      YamlValue value, Measure.Form form, FieldType type, boolean approximate) {
    boolean counted = form.kind() == Measure.Kind.COUNT || form.kind() == Measure.Kind.DISTINCT;
    if (!counted && !type.isNumber()) {
      throw value.problem(
          "%s needs a number, but the column is of type %s"
              .formatted(value.text(), type.sqlName()));
    }
    boolean adds = form.kind() == Measure.Kind.SUM || form.kind() == Measure.Kind.AVG;
    if (adds && !type.isExactNumber() && !approximate) {
      throw value.problem(
          "%s adds doubles, which depends on their order: use a decimal, or say 'approximate: true' in the view"
              .formatted(value.text()));
    }
  }

  /** Columns that a profile fills in, or that read such a column. */
  private static Set<String> eventualColumns(List<Dataset.CleanRule> clean) {
    Set<String> eventual = anyCase();
    for (Dataset.CleanRule rule : clean) {
      Set<String> words = words(rule);
      if (words.contains(PROFILE) || words.stream().anyMatch(eventual::contains)) {
        eventual.add(rule.column());
      }
    }
    return eventual;
  }
}

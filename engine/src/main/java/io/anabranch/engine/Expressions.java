package io.anabranch.engine;

import io.anabranch.runtime.Problem;
import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.NameLists;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.catalyst.analysis.UnresolvedAttribute;
import org.apache.spark.sql.catalyst.analysis.UnresolvedFunction;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.parser.CatalystSqlParser$;
import org.apache.spark.sql.classic.ExpressionUtils;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Compiles the expressions of one dataset. Each is parsed, held against what an expression may do,
 * and its calls of {@code canonical} and {@code profile} are replaced by functions of ours.
 */
final class Expressions {
  static final String CANONICAL = "canonical";
  static final String PROFILE = "profile";

  private static final String IDENTITY = "_identity";

  private final SparkSession session;
  private final Path schemas;

  /** The texts of the lists that may be asked for, by name. */
  private final Map<String, String> lists;

  private final ProfileAggregates profiles;
  private final Map<String, CanonicalList> known = new ConcurrentHashMap<>();

  /**
   * Compiles for one dataset.
   *
   * @param schemas the folder in which {@code lists/} stands
   */
  Expressions(SparkSession session, Path schemas, Dataset dataset) {
    this(session, schemas, dataset.lists(), new ProfileAggregates(session, dataset.fields()));
  }

  private Expressions(
      SparkSession session, Path schemas, Map<String, String> lists, ProfileAggregates profiles) {
    this.session = session;
    this.schemas = schemas;
    this.lists = lists;
    this.profiles = profiles;
  }

  /** Compiles for the same dataset what may name other lists than its rules do. */
  Expressions naming(String text) {
    Map<String, String> named = new HashMap<>(NameLists.named(schemas, List.of(text)));
    named.putAll(lists);
    return new Expressions(session, schemas, named, profiles);
  }

  /** What may stand within {@code profile('...')}. */
  ProfileAggregates profiles() {
    return profiles;
  }

  /**
   * An expression over the columns of one record, which knows nothing of others.
   *
   * @throws Refused if it cannot be parsed, reads anything else, or does what none may do
   */
  Column compile(String text, Collection<String> columns) {
    return compile(text, columns, Allowed.Use.RECORD, ProfileLookup.none());
  }

  /**
   * An expression over the columns that may ask for what was learned.
   *
   * @throws Refused if it cannot be parsed, reads anything else, or does what none may do
   */
  Column compile(String text, Collection<String> columns, ProfileLookup profile) {
    return compile(text, columns, Allowed.Use.CLEANING, profile);
  }

  private Column compile(
      String text, Collection<String> columns, Allowed.Use use, ProfileLookup profile) {
    Expression parsed = parse(text);
    Allowed.check(parsed, columns, use);
    return ExpressionUtils.column(
        parsed.transformUp(new Rewriting(node -> replacement(node, profile))));
  }

  /** A row key: an expression over the columns and {@code _identity}. */
  Column compileRowKey(String text, Collection<String> columns) {
    List<String> readable = new ArrayList<>(columns);
    readable.add(IDENTITY);
    Expression parsed = parse(text);
    Allowed.check(parsed, readable, Allowed.Use.RECORD);
    Expression identity = expression(DatasetPlan.identityText());
    return ExpressionUtils.column(
        parsed
            .transformUp(new Rewriting(node -> replacement(node, ProfileLookup.none())))
            .transformUp(new Rewriting(node -> isIdentity(node) ? identity : node)));
  }

  /** A quality check over the figures of a report. */
  Column compileCheck(String text, Collection<String> figures) {
    Expression parsed = parse(text);
    Allowed.check(parsed, figures, Allowed.Use.FIGURES);
    return ExpressionUtils.column(parsed);
  }

  /** The columns that an expression reads, each once, as it names them. */
  static List<String> columns(String text) {
    Set<String> names = new LinkedHashSet<>();
    parse(text)
        .foreach(
            node -> {
              if (node instanceof UnresolvedAttribute attribute) {
                names.add(attribute.name());
              }
              return scala.runtime.BoxedUnit.UNIT;
            });
    return List.copyOf(names);
  }

  /** A column by its name, as {@link #columns} gives it. */
  static Column column(String name) {
    return ExpressionUtils.column(parse(name));
  }

  /** The texts within {@code profile('...')}, in the order in which they stand. */
  static List<String> profiles(String text) {
    List<String> texts = new ArrayList<>();
    parse(text)
        .foreach(
            node -> {
              if (isCall(node, PROFILE)) {
                texts.add(literal((UnresolvedFunction) node, 0));
              }
              return scala.runtime.BoxedUnit.UNIT;
            });
    return texts;
  }

  static Expression parse(String text) {
    try {
      return CatalystSqlParser$.MODULE$.parseExpression(text);
    } catch (Exception e) {
      // Scala declares no checked exceptions: ParseException is one to Java.
      throw e instanceof AnalysisException bad ? Refused.because(bad) : asUnchecked(e);
    }
  }

  static RuntimeException asUnchecked(Exception e) {
    return e instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(e);
  }

  private static boolean isIdentity(Expression node) {
    return node instanceof UnresolvedAttribute attribute
        && names(attribute).equals(List.of(IDENTITY));
  }

  private Expression replacement(Expression node, ProfileLookup profile) {
    if (!(node instanceof UnresolvedFunction call)) {
      return node;
    }
    if (isCall(call, CANONICAL)) {
      CanonicalList list = list(literal(call, 1));
      UDF1<String, String> canonical = list::canonical;
      return expression(
          functions
              .udf(canonical, DataTypes.StringType)
              .apply(ExpressionUtils.column(call.arguments().apply(0)).cast("string")));
    } else if (isCall(call, PROFILE)) {
      String learned = literal(call, 0);
      UDF2<Integer, Long, String> value =
          (partition, offset) -> profile.value(learned, partition, offset);
      return expression(
          functions
              .udf(value, DataTypes.StringType)
              .apply(functions.col("_partition"), functions.col("_offset"))
              .cast(profiles.type(learned)));
    }
    return call;
  }

  private Expression expression(Column column) {
    return expression(session, column);
  }

  /** The expression that a column stands for. */
  static Expression expression(SparkSession session, Column column) {
    return ((org.apache.spark.sql.classic.SparkSession) session).expression(column);
  }

  private CanonicalList list(String name) {
    String text = lists.get(name);
    if (text == null) {
      throw new Refused(
          "unknown list '%s' in canonical(...), expected one of %s".formatted(name, listNames()));
    }
    return known.computeIfAbsent(name, n -> CanonicalList.read(NameLists.file(schemas, n), text));
  }

  private Set<String> listNames() {
    Path folder = schemas.resolve("lists");
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".yaml"))
          .map(name -> name.substring(0, name.length() - ".yaml".length()))
          .collect(Collectors.toCollection(TreeSet::new));
    } catch (java.io.IOException e) {
      throw Problem.badInput("Cannot read the folder " + folder + ": set platform.schemas", e);
    }
  }

  static boolean isCall(Object node, String name) {
    return node instanceof UnresolvedFunction call
        && call.nameParts().size() == 1
        && call.nameParts().apply(0).equalsIgnoreCase(name);
  }

  /** The text literal that stands as an argument; the number of arguments was checked. */
  private static String literal(UnresolvedFunction call, int index) {
    if (call.arguments().size() > index
        && call.arguments().apply(index) instanceof Literal literal
        && literal.dataType().equals(DataTypes.StringType)
        && literal.value() != null) {
      return literal.value().toString();
    }
    throw new Refused(
        isCall(call, CANONICAL)
            ? "expected canonical(column, 'list') with the list's name in quotes"
            : "expected profile('aggregate(field)') with the aggregate in quotes");
  }

  static List<String> names(UnresolvedAttribute attribute) {
    return List.copyOf(CollectionConverters.asJava(attribute.nameParts()));
  }

  /** What a wrong expression is told by; positions are added by who knows them. */
  static final class Refused extends RuntimeException {
    Refused(String message) {
      super(message);
    }

    private Refused(String message, Throwable cause) {
      super(message, cause);
    }

    static Refused because(AnalysisException e) {
      String text = e.getSimpleMessage().strip();
      int end = text.indexOf(" SQLSTATE");
      String first = (end < 0 ? text : text.substring(0, end)).replaceAll("\\s+", " ").strip();
      return new Refused(first, e);
    }
  }

  /** Columns that an expression may read, sorted, for messages. */
  static Set<String> sorted(Collection<String> columns) {
    return new TreeMap<>(columns.stream().collect(Collectors.toMap(c -> c, c -> c, (a, b) -> a)))
        .keySet();
  }
}

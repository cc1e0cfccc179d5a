package io.anabranch.engine;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.analysis.FunctionRegistry$;
import org.apache.spark.sql.catalyst.analysis.Star;
import org.apache.spark.sql.catalyst.analysis.UnresolvedAttribute;
import org.apache.spark.sql.catalyst.analysis.UnresolvedFunction;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ExpressionInfo;
import org.apache.spark.sql.catalyst.expressions.PlanExpression;
import org.apache.spark.sql.catalyst.expressions.WindowExpression;
import org.apache.spark.sql.catalyst.expressions.aggregate.AggregateExpression;

/**
 * What an expression of a dataset file may do: read its own record with functions that are built in
 * and give the same answer whenever they are asked. It may not run code, read files or tables, ask
 * for the time or for chance, or stop the job.
 */
final class Allowed {
  /** The groups of Spark's function reference that are free of all that. */
  private static final Set<String> GROUPS =
      Set.of(
          "array_funcs",
          "bitwise_funcs",
          "collection_funcs",
          "conditional_funcs",
          "conversion_funcs",
          "datetime_funcs",
          "hash_funcs",
          "json_funcs",
          "map_funcs",
          "math_funcs",
          "predicate_funcs",
          "string_funcs",
          "struct_funcs",
          "url_funcs");

  /** In these groups, but not a function of the record alone, or one that a bad value stops. */
  private static final Set<String> REFUSED =
      Set.of(
          "curdate",
          "current_date",
          "current_time",
          "current_timestamp",
          "current_timezone",
          "localtimestamp",
          "now",
          "rand",
          "randn",
          "random",
          "randstr",
          "shuffle",
          "to_binary",
          "to_number",
          "uniform",
          "url_decode",
          "uuid",
          "validate_utf8");

  /**
   * Aggregates that a profile may learn: their value does not depend on the order of the records,
   * or is made not to.
   */
  private static final List<String> LEARNED =
      List.of(
          "avg",
          "bool_and",
          "bool_or",
          "count",
          "count_if",
          "max",
          "mean",
          "median",
          "min",
          "mode",
          "percentile",
          "sum");

  /** What an expression is for. */
  enum Use {
    /** A value of one record; it may ask for canonical names. */
    RECORD,
    /** A value of one record, which may ask for the profile as well. */
    CLEANING,
    /** A value of many records, which a profile learns. */
    AGGREGATE,
    /** A condition on the figures of a quality report. */
    FIGURES
  }

  private Allowed() {}

  static void check(Expression parsed, Collection<String> columns, Use use) {
    parsed.foreach(
        node -> {
          checkNode(node, columns, use);
          return scala.runtime.BoxedUnit.UNIT;
        });
  }

  private static void checkNode(Expression node, Collection<String> columns, Use use) {
    if (node instanceof PlanExpression<?>) {
      throw new Expressions.Refused("a subquery is not allowed, expected columns and functions");
    } else if (node instanceof WindowExpression || node instanceof Star) {
      throw new Expressions.Refused(
          "'%s' is not allowed, expected columns and functions of one record"
              .formatted(node.sql()));
    } else if (node instanceof UnresolvedAttribute attribute) {
      String name = Expressions.names(attribute).get(0);
      if (columns.stream().noneMatch(name::equalsIgnoreCase)) {
        throw new Expressions.Refused(
            "unknown column '%s', expected one of %s".formatted(name, Expressions.sorted(columns)));
      }
    } else if (node instanceof UnresolvedFunction call) {
      checkCall(call, use);
    } else if (node instanceof AggregateExpression aggregate) {
      // The parser knows a few by itself, first and last among them.
      String name = aggregate.aggregateFunction().prettyName();
      throw use == Use.AGGREGATE ? notLearned(name) : manyRecords(name);
    }
  }

  /** Whether it is a call of an aggregate that a profile may learn. */
  static boolean isLearned(Expression node) {
    return node instanceof UnresolvedFunction call
        && LEARNED.contains(call.nameParts().mkString(".").toLowerCase(Locale.ROOT));
  }

  private static Expressions.Refused notLearned(String name) {
    return new Expressions.Refused(
        "the aggregate '%s' cannot be learned: it may depend on the order of the records, expected one of %s"
            .formatted(name, LEARNED));
  }

  private static Expressions.Refused manyRecords(String name) {
    return new Expressions.Refused(
        "'%s' needs many records, expected functions of the record alone".formatted(name));
  }

  private static void checkCall(UnresolvedFunction call, Use use) {
    String name = call.nameParts().mkString(".").toLowerCase(Locale.ROOT);
    boolean ofRecord = use == Use.RECORD || use == Use.CLEANING;
    if (ofRecord && Expressions.isCall(call, Expressions.CANONICAL)) {
      arguments(call, 2, "canonical(column, 'list')");
      return;
    } else if (use == Use.CLEANING && Expressions.isCall(call, Expressions.PROFILE)) {
      arguments(call, 1, "profile('aggregate(field)')");
      return;
    } else if (use == Use.RECORD && Expressions.isCall(call, Expressions.PROFILE)) {
      throw new Expressions.Refused(
          "profile(...) is learned from the records that are accepted: only clean rules may ask for it");
    }
    String group = group(name).orElse("");
    boolean clock = name.equals("unix_timestamp") && call.arguments().isEmpty();
    boolean folds = use == Use.AGGREGATE && group.equals("agg_funcs");
    if (group.isEmpty()) {
      throw new Expressions.Refused(
          "unknown function '%s', expected one that is built into Spark%s"
              .formatted(
                  name,
                  use == Use.CLEANING
                      ? ", canonical or profile"
                      : use == Use.RECORD ? ", or canonical" : ""));
    } else if (group.equals("agg_funcs") && use == Use.CLEANING) {
      throw new Expressions.Refused(
          "'%s' needs many records: write profile('%s(field)') for what was learned from all data"
              .formatted(name, name));
    } else if (group.equals("agg_funcs") && use == Use.RECORD) {
      throw manyRecords(name);
    } else if (folds && !LEARNED.contains(name)) {
      throw notLearned(name);
    } else if (group.equals("agg_funcs") && use == Use.FIGURES) {
      throw new Expressions.Refused(
          "'%s' needs many records, but a check reads the figures of a report, such as field.median"
              .formatted(name));
    } else if (clock || REFUSED.contains(name) || !(folds || GROUPS.contains(group))) {
      throw new Expressions.Refused(
          "the function '%s' is not allowed, expected functions of the record alone"
              .formatted(name));
    }
  }

  private static void arguments(UnresolvedFunction call, int expected, String form) {
    if (call.arguments().size() != expected) {
      throw new Expressions.Refused(
          "%s arguments in '%s', expected %s".formatted(call.arguments().size(), call.sql(), form));
    }
  }

  private static Optional<String> group(String function) {
    scala.Option<ExpressionInfo> info =
        FunctionRegistry$.MODULE$.builtin().lookupFunction(new FunctionIdentifier(function));
    return info.isEmpty() ? Optional.empty() : Optional.of(info.get().getGroup());
  }
}

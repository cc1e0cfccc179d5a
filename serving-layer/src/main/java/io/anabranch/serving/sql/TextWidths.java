package io.anabranch.serving.sql;

import io.anabranch.runtime.Problem;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.DoubleStream;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.core.Correlate;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.RepeatUnion;
import org.apache.calcite.rel.core.SetOp;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rel.core.Spool;
import org.apache.calcite.rel.core.TableFunctionScan;
import org.apache.calcite.rel.core.TableScan;
import org.apache.calcite.rel.core.Values;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexOver;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexSubQuery;
import org.apache.calcite.schema.TransientTable;
import org.apache.calcite.sql.SqlAggFunction;
import org.apache.calcite.sql.SqlBasicTypeNameSpec;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlCollectionTypeNameSpec;
import org.apache.calcite.sql.SqlDataTypeSpec;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlTypeNameSpec;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;
import org.apache.calcite.sql.util.SqlBasicVisitor;

/**
 * How long a text of a statement can become, told before the statement runs: one expression that
 * repeats or doubles texts would take all memory before anybody could count what it makes. What
 * grows from row to row is counted while it does, see {@link BoundedRows}. Functions that make rows
 * of their own are refused.
 */
final class TextWidths {
  /** Characters of one text. */
  private static final double MOST = 4_000_000;

  /** More than any dimension has. */
  private static final double OF_COLUMN = 1_000;

  /** What is counted as it grows: here it may not be doubled more than twice. */
  private static final double GROWING = MOST / 4;

  private static final double OF_NUMBER = 64;
  private static final int LONGEST_TYPE = 10_000;
  private static final int DEEPEST = 16;

  /** Characters that JSON may write for one. */
  private static final int ESCAPED = 6;

  /** What answers one of the values that it is given. */
  private static final Set<SqlKind> PICKING =
      Set.of(
          SqlKind.MIN,
          SqlKind.MAX,
          SqlKind.ANY_VALUE,
          SqlKind.SINGLE_VALUE,
          SqlKind.FIRST_VALUE,
          SqlKind.LAST_VALUE,
          SqlKind.NTH_VALUE,
          SqlKind.LEAD,
          SqlKind.LAG,
          SqlKind.MODE,
          SqlKind.ARG_MIN,
          SqlKind.ARG_MAX);

  private final IdentityHashMap<RelNode, double[]> known = new IdentityHashMap<>();

  private TextWidths() {}

  /**
   * Looks through a statement as it is written, for what takes memory or time before it is
   * understood: texts of a fixed length are as long as their type says, and each query within
   * another doubles the work of planning.
   *
   * @throws Problem if a type is too long, or queries stand too deep in one another
   */
  static void checkSyntax(SqlNode statement) {
    var unused = statement.accept(new Syntax());
  }

  private static final class Syntax extends SqlBasicVisitor<Void> {
    private int depth;

    @Override
    public Void visit(SqlCall call) {
      boolean isQuery = call.getKind() == SqlKind.SELECT;
      depth += isQuery ? 1 : 0;
      if (depth > DEEPEST) {
        throw Problem.badInput(
            "more than %s queries stand in one another: join tables instead".formatted(DEEPEST));
      }
      super.visit(call);
      depth -= isQuery ? 1 : 0;
      return null;
    }

    @Override
    public Void visit(SqlDataTypeSpec type) {
      checkType(type.getTypeNameSpec());
      return null;
    }
  }

  private static void checkType(SqlTypeNameSpec type) {
    if (type instanceof SqlCollectionTypeNameSpec collection) {
      checkType(collection.getElementTypeName());
    } else if (type instanceof SqlBasicTypeNameSpec basic
        && basic.getPrecision() > LONGEST_TYPE
        && !basic.getTypeName().getSimple().toUpperCase(Locale.ROOT).startsWith("VAR")) {
      throw Problem.badInput(
          "%s(%s) is refused, types have a length of up to %s: write varchar, which has no length"
              .formatted(
                  basic.getTypeName().getSimple().toLowerCase(Locale.ROOT),
                  basic.getPrecision(),
                  LONGEST_TYPE));
    }
  }

  /**
   * Looks through a statement.
   *
   * @throws Problem if a text can become too long, or a function stands for a table
   */
  static void check(RelNode statement) {
    new TextWidths().of(statement);
  }

  /** The widths of a node's columns. */
  private double[] of(RelNode node) {
    double[] widths = known.get(node);
    if (widths == null) {
      double[] inputs =
          node.getInputs().stream().map(this::of).flatMapToDouble(DoubleStream::of).toArray();
      node.accept(new Expressions(inputs));
      widths = widths(node, inputs);
      known.put(node, widths);
    }
    return widths;
  }

  /** Looks at the expressions of a node, conditions among them. */
  private final class Expressions extends RexShuttle {
    private final double[] inputs;

    Expressions(double[] inputs) {
      this.inputs = inputs;
    }

    @Override
    public RexNode visitCall(RexCall call) {
      width(call, inputs);
      return call;
    }

    @Override
    public RexNode visitOver(RexOver over) {
      width(over, inputs);
      return over;
    }

    @Override
    public RexNode visitSubQuery(RexSubQuery query) {
      width(query, inputs);
      return query;
    }
  }

  /**
   * @param inputs the widths of all columns that it is given
   */
  private double[] widths(RelNode node, double[] inputs) {
    if (node instanceof TableFunctionScan function) {
      throw noFunction(function);
    }
    if (node instanceof Project project) {
      return project.getProjects().stream().mapToDouble(e -> width(e, inputs)).toArray();
    }
    if (node instanceof Values values) {
      return widths(values);
    }
    if (node instanceof Aggregate aggregate) {
      return widths(aggregate, inputs);
    }
    if (node instanceof SetOp || node instanceof RepeatUnion) {
      return greatest(node.getInputs());
    }
    if (node instanceof TableScan scan) {
      boolean isGrowing = scan.getTable().unwrap(TransientTable.class) != null;
      return columns(node, isGrowing ? GROWING : OF_COLUMN);
    }
    return passesOn(node)
        ? Arrays.copyOf(inputs, node.getRowType().getFieldCount())
        : columns(node, GROWING);
  }

  /** Whether its columns are those of its inputs, in their order. */
  private static boolean passesOn(RelNode node) {
    return node instanceof Filter
        || node instanceof Sort
        || node instanceof Spool
        || node instanceof Join
        || node instanceof Correlate;
  }

  /** Such as hop, which gives as many rows as its caller likes. */
  private static Problem noFunction(TableFunctionScan function) {
    String name = function.getCall() instanceof RexCall call ? call.getOperator().getName() : "";
    return Problem.badInput(
        "the function %s is refused as a table: cells('view', 'by=...&grain=...') is the only one that there is"
            .formatted(name.toLowerCase(Locale.ROOT)));
  }

  private static double[] columns(RelNode node, double ofText) {
    return node.getRowType().getFieldList().stream()
        .mapToDouble(field -> isText(field.getType()) ? ofText : OF_NUMBER)
        .toArray();
  }

  private static double[] widths(Values values) {
    double[] widths = new double[values.getRowType().getFieldCount()];
    for (List<RexLiteral> row : values.tuples) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], width(row.get(i)));
      }
    }
    return widths;
  }

  private static double[] widths(Aggregate aggregate, double[] inputs) {
    DoubleStream keys = aggregate.getGroupSet().asList().stream().mapToDouble(key -> inputs[key]);
    DoubleStream calls =
        aggregate.getAggCallList().stream()
            .mapToDouble(
                call -> {
                  double[] given = arguments(call, inputs);
                  return aggregated(call.getAggregation(), call.getType(), given);
                });
    return DoubleStream.concat(keys, calls).toArray();
  }

  private static double[] arguments(AggregateCall call, double[] inputs) {
    return call.getArgList().stream().mapToDouble(argument -> inputs[argument]).toArray();
  }

  private static double aggregated(SqlAggFunction function, RelDataType type, double[] given) {
    if (!isText(type)) {
      return OF_NUMBER;
    }
    return PICKING.contains(function.getKind())
        ? Arrays.stream(given).max().orElse(GROWING)
        : GROWING;
  }

  private double[] greatest(List<RelNode> inputs) {
    double[] greatest = of(inputs.get(0)).clone();
    for (RelNode input : inputs) {
      double[] widths = of(input);
      for (int i = 0; i < greatest.length; i++) {
        greatest[i] = Math.max(greatest[i], widths[i]);
      }
    }
    return greatest;
  }

  private double width(RexNode node, double[] inputs) {
    if (node instanceof RexInputRef column) {
      return column.getIndex() < inputs.length ? inputs[column.getIndex()] : GROWING;
    }
    if (node instanceof RexLiteral literal) {
      return width(literal);
    }
    double width = node instanceof RexCall call ? width(call, inputs) : GROWING;
    if (!(width <= MOST)) {
      throw Problem.badInput(
          "%s may make texts of more than %.0f characters: shorten them, by substring or by a cast to varchar(n)"
              .formatted(((RexCall) node).getOperator().getName().toLowerCase(Locale.ROOT), MOST));
    }
    return isText(node.getType()) ? width : OF_NUMBER;
  }

  private static double width(RexLiteral literal) {
    String text =
        literal.getTypeName() == SqlTypeName.CHAR ? literal.getValueAs(String.class) : null;
    return text == null ? OF_NUMBER : text.length();
  }

  private double width(RexCall call, double[] inputs) {
    double[] given = call.getOperands().stream().mapToDouble(o -> width(o, inputs)).toArray();
    if (call instanceof RexSubQuery query) {
      return Arrays.stream(of(query.rel)).max().orElse(OF_NUMBER);
    }
    if (call instanceof RexOver over) {
      return over(over, given);
    }
    double all = Arrays.stream(given).sum();
    String name = call.getOperator().getName().toUpperCase(Locale.ROOT);
    return switch (name) {
      case "REPLACE" -> replaced(call, given);
      case "CAST", "SAFE_CAST", "TRY_CAST" -> cast(call.getType(), all);
      case "SUBSTRING", "TRIM", "UPPER", "LOWER" -> given[name.equals("TRIM") ? 2 : 0];
      default -> name.startsWith("JSON") ? ESCAPED * all : all;
    };
  }

  /** What gathers the texts of a window does so once more for each row. */
  private static double over(RexOver over, double[] given) {
    SqlAggFunction function = over.getAggOperator();
    if (isText(over.getType()) && !PICKING.contains(function.getKind())) {
      throw Problem.badInput(
          "%s over a window is refused, it would be made for each row: use it with group by"
              .formatted(function.getName().toLowerCase(Locale.ROOT)));
    }
    return aggregated(function, over.getType(), given);
  }

  /** An empty text is found between all characters. */
  private static double replaced(RexCall call, double[] given) {
    boolean isLiteral = call.getOperands().get(1) instanceof RexLiteral;
    return isLiteral && given[1] >= 1
        ? given[0] * Math.max(1, given[2] / given[1])
        : (given[0] + 1) * (given[2] + 1);
  }

  private static double cast(RelDataType type, double width) {
    int length = type.getPrecision();
    if (!SqlTypeUtil.inCharFamily(type) || length == RelDataType.PRECISION_NOT_SPECIFIED) {
      return width;
    }
    return type.getSqlTypeName() == SqlTypeName.CHAR ? length : Math.min(length, width);
  }

  private static boolean isText(RelDataType type) {
    return !SqlTypeUtil.isNumeric(type)
        && !SqlTypeUtil.isDatetime(type)
        && !SqlTypeUtil.isBoolean(type)
        && !SqlTypeUtil.isInterval(type);
  }
}

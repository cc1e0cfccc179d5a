package io.anabranch.serving.sql;

import io.anabranch.runtime.Problem;
import io.anabranch.schemas.Measure;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.RelVisitor;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.metadata.RelColumnOrigin;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexOver;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexSubQuery;
import org.apache.calcite.sql.SqlAggFunction;
import org.apache.calcite.sql.SqlKind;

/**
 * Refuses sums and averages of what cannot be summed, wherever in a statement they stand: the
 * distinct values of two cells overlap, and the average of averages is not that of the records.
 */
final class MeasureUse extends RelVisitor {
  private static final Set<SqlKind> SUMMING = Set.of(SqlKind.SUM, SqlKind.SUM0, SqlKind.AVG);
  private static final Set<Measure.Kind> NOT_SUMMED =
      Set.of(Measure.Kind.AVG, Measure.Kind.DISTINCT);

  private MeasureUse() {}

  /**
   * Looks through a statement.
   *
   * @throws Problem that says how to roll up instead
   */
  static void check(RelNode statement) {
    new MeasureUse().go(statement);
  }

  @Override
  public void visit(RelNode node, int ordinal, RelNode parent) {
    if (node instanceof Aggregate aggregate) {
      for (AggregateCall call : aggregate.getAggCallList()) {
        for (int argument : call.getArgList()) {
          check(aggregate.getInput(), argument, call.getAggregation());
        }
      }
    }
    node.accept(new Within(node));
    super.visit(node, ordinal, parent);
  }

  /** The subqueries and windows of a node's expressions. */
  private final class Within extends RexShuttle {
    private final RelNode node;

    Within(RelNode node) {
      this.node = node;
    }

    @Override
    public RexNode visitSubQuery(RexSubQuery query) {
      MeasureUse.this.visit(query.rel, 0, null);
      return super.visitSubQuery(query);
    }

    @Override
    public RexNode visitOver(RexOver over) {
      for (RexNode operand : over.getOperands()) {
        if (operand instanceof RexInputRef column) {
          check(node.getInput(0), column.getIndex(), over.getAggOperator());
        }
      }
      return super.visitOver(over);
    }
  }

  private static void check(RelNode input, int place, SqlAggFunction call) {
    if (!SUMMING.contains(call.getKind())) {
      return;
    }
    Set<RelColumnOrigin> origins =
        input.getCluster().getMetadataQuery().getColumnOrigins(input, place);
    if (origins != null) {
      origins.stream().filter(o -> !o.isDerived()).forEach(origin -> check(origin, call));
    }
  }

  private static void check(RelColumnOrigin origin, SqlAggFunction call) {
    CellsTable table = origin.getOriginTable().unwrap(CellsTable.class);
    Optional<Measure> measure =
        Optional.ofNullable(table)
            .flatMap(t -> t.column(origin.getOriginColumnOrdinal()))
            .flatMap(Column::measure)
            .filter(m -> NOT_SUMMED.contains(m.kind()));
    if (measure.isPresent()) {
      throw Problem.badInput(
          "%s(%s) over cells is not %s of their records: roll up by from table(cells('%s', 'by=...&grain=...')), or write %s + 0.0 for a calculation with the numbers themselves"
              .formatted(
                  name(call),
                  measure.get().name(),
                  measure.get().form(),
                  table.query().view().name(),
                  measure.get().name()));
    }
  }

  /** Calcite writes the sum of a window in another way. */
  private static String name(SqlAggFunction call) {
    return call.getKind() == SqlKind.SUM0 ? "sum" : call.getName().toLowerCase(Locale.ROOT);
  }
}

package io.anabranch.serving.sql;

import io.anabranch.runtime.Problem;
import io.anabranch.schemas.Measure;
import java.util.Optional;
import java.util.Set;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.RelVisitor;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.metadata.RelColumnOrigin;
import org.apache.calcite.sql.SqlKind;

/**
 * Refuses sums and averages of what cannot be summed: the distinct values of two cells overlap, and
 * the average of averages is not that of the records.
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
        if (SUMMING.contains(call.getAggregation().getKind())) {
          call.getArgList().forEach(argument -> check(aggregate.getInput(), argument, call));
        }
      }
    }
    super.visit(node, ordinal, parent);
  }

  private static void check(RelNode input, int place, AggregateCall call) {
    RelColumnOrigin origin = input.getCluster().getMetadataQuery().getColumnOrigin(input, place);
    if (origin == null || origin.isDerived()) {
      return;
    }
    CellsTable table = origin.getOriginTable().unwrap(CellsTable.class);
    Optional<Measure> measure =
        Optional.ofNullable(table)
            .flatMap(t -> t.column(origin.getOriginColumnOrdinal()))
            .flatMap(Column::measure)
            .filter(m -> NOT_SUMMED.contains(m.kind()));
    if (measure.isPresent()) {
      throw Problem.badInput(
          "%s(%s) over cells is not %s of their records: roll up by from table(cells('%s', 'by=...&grain=...')), or write %s + 0 for a calculation with the numbers themselves"
              .formatted(
                  call.getAggregation().getName().toLowerCase(java.util.Locale.ROOT),
                  measure.get().name(),
                  measure.get().form(),
                  table.query().view().name(),
                  measure.get().name()));
    }
  }
}

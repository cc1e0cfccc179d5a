package io.anabranch.serving.sql;

import java.util.List;
import org.apache.calcite.DataContext;
import org.apache.calcite.adapter.enumerable.EnumerableRel;
import org.apache.calcite.adapter.enumerable.EnumerableRelImplementor;
import org.apache.calcite.linq4j.Enumerable;
import org.apache.calcite.linq4j.tree.BlockBuilder;
import org.apache.calcite.linq4j.tree.Expression;
import org.apache.calcite.linq4j.tree.Expressions;
import org.apache.calcite.linq4j.tree.Types;
import org.apache.calcite.plan.RelTraitSet;
import org.apache.calcite.rel.RelHomogeneousShuttle;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.SingleRel;
import org.apache.calcite.rel.core.Correlate;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.tools.Program;
import org.apache.calcite.tools.Programs;

/**
 * The rows of a join, counted. Nothing but a join makes more rows of a statement's tables than they
 * have, and what sorts or groups them holds them in memory: so this is where too many are refused.
 *
 * <p>It is public for the code that Calcite generates.
 */
public final class BoundedJoin extends SingleRel implements EnumerableRel {
  private BoundedJoin(RelTraitSet traits, RelNode join) {
    super(join.getCluster(), traits, join);
  }

  /** Calcite's own planning, and then a bound on each join. */
  static Program planning() {
    return Programs.sequence(
        Programs.standard(), (planner, plan, traits, views, lattices) -> in(plan));
  }

  private static RelNode in(RelNode plan) {
    return plan.accept(
        new RelHomogeneousShuttle() {
          @Override
          public RelNode visit(RelNode other) {
            RelNode node = super.visit(other);
            return node instanceof Join || node instanceof Correlate
                ? new BoundedJoin(node.getTraitSet(), node)
                : node;
          }
        });
  }

  @Override
  public RelNode copy(RelTraitSet traits, List<RelNode> inputs) {
    return new BoundedJoin(traits, inputs.get(0));
  }

  @Override
  public Result implement(EnumerableRelImplementor implementor, Prefer preferred) {
    BlockBuilder code = new BlockBuilder();
    Result join = implementor.visitChild(this, 0, (EnumerableRel) getInput(), preferred);
    Expression rows = code.append("joined", join.block);
    code.add(
        Expressions.return_(
            null,
            Expressions.call(
                Types.lookupMethod(
                    BoundedJoin.class, "counted", Enumerable.class, DataContext.class),
                rows,
                implementor.getRootExpression())));
    return implementor.result(join.physType, code.toBlock());
  }

  /**
   * The rows, until there are too many.
   *
   * @param context that of the statement
   */
  public static <T> Enumerable<T> counted(Enumerable<T> rows, DataContext context) {
    Reads reads = Reads.of(context);
    return rows.where(row -> reads.countJoined());
  }
}

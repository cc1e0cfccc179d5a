package io.anabranch.serving.sql;

import java.util.List;
import org.apache.calcite.DataContext;
import org.apache.calcite.adapter.enumerable.EnumerableRel;
import org.apache.calcite.adapter.enumerable.EnumerableRelImplementor;
import org.apache.calcite.linq4j.AbstractEnumerable;
import org.apache.calcite.linq4j.Enumerable;
import org.apache.calcite.linq4j.Enumerator;
import org.apache.calcite.linq4j.tree.BlockBuilder;
import org.apache.calcite.linq4j.tree.Expression;
import org.apache.calcite.linq4j.tree.Expressions;
import org.apache.calcite.linq4j.tree.Types;
import org.apache.calcite.plan.RelTraitSet;
import org.apache.calcite.rel.RelHomogeneousShuttle;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.SingleRel;
import org.apache.calcite.rel.core.Calc;
import org.apache.calcite.rel.core.Correlate;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.RepeatUnion;
import org.apache.calcite.rel.core.Union;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexProgram;
import org.apache.calcite.tools.Program;
import org.apache.calcite.tools.Programs;

/**
 * The rows of what makes more rows of a statement's tables than they have (joins, unions and
 * recursion), and the texts of what computes, counted. What sorts or groups them holds them in
 * memory: so this is where too many are refused.
 *
 * <p>It is public for the code that Calcite generates.
 */
public final class BoundedRows extends SingleRel implements EnumerableRel {
  private BoundedRows(RelTraitSet traits, RelNode counted) {
    super(counted.getCluster(), traits, counted);
  }

  /** Calcite's own planning, and then a bound on all that makes rows or texts. */
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
            return makesRows(node) || computes(node)
                ? new BoundedRows(node.getTraitSet(), node)
                : node;
          }
        });
  }

  private static boolean makesRows(RelNode node) {
    return node instanceof Join
        || node instanceof Correlate
        || node instanceof Union
        || node instanceof RepeatUnion;
  }

  private static boolean computes(RelNode node) {
    return node instanceof Calc calc && computes(calc.getProgram());
  }

  private static boolean computes(RexProgram program) {
    return program.getProjectList().stream()
        .anyMatch(ref -> !(program.getExprList().get(ref.getIndex()) instanceof RexInputRef));
  }

  @Override
  public RelNode copy(RelTraitSet traits, List<RelNode> inputs) {
    return new BoundedRows(traits, inputs.get(0));
  }

  @Override
  public Result implement(EnumerableRelImplementor implementor, Prefer preferred) {
    BlockBuilder code = new BlockBuilder();
    Result input = implementor.visitChild(this, 0, (EnumerableRel) getInput(), preferred);
    Expression rows = code.append("counted", input.block);
    code.add(
        Expressions.return_(
            null,
            Expressions.call(
                Types.lookupMethod(
                    BoundedRows.class,
                    "counted",
                    Enumerable.class,
                    DataContext.class,
                    boolean.class),
                rows,
                implementor.getRootExpression(),
                Expressions.constant(makesRows(getInput())))));
    return implementor.result(input.physType, code.toBlock());
  }

  /**
   * The rows, until there are too many or their texts are too long.
   *
   * @param context that of the statement
   * @param makesRows whether they count as rows; if not, their texts count
   */
  public static <T> Enumerable<T> counted(
      Enumerable<T> rows, DataContext context, boolean makesRows) {
    Reads reads = Reads.of(context);
    return new AbstractEnumerable<>() {
      @Override
      public Enumerator<T> enumerator() {
        return new Counting<>(rows.enumerator(), reads, makesRows);
      }
    };
  }

  /** A row is asked for once, however often it is looked at: it is computed each time. */
  private static final class Counting<T> implements Enumerator<T> {
    private final Enumerator<T> rows;
    private final Reads reads;
    private final boolean makesRows;
    private boolean isHeld;
    private T held;

    Counting(Enumerator<T> rows, Reads reads, boolean makesRows) {
      this.rows = rows;
      this.reads = reads;
      this.makesRows = makesRows;
    }

    @Override
    public boolean moveNext() {
      isHeld = false;
      if (!rows.moveNext()) {
        return false;
      }
      if (makesRows) {
        reads.countMade();
      }
      return true;
    }

    @Override
    public T current() {
      if (!isHeld) {
        held = rows.current();
        isHeld = true;
        if (!makesRows) {
          reads.countText(Texts.length(held));
        }
      }
      return held;
    }

    @Override
    public void reset() {
      isHeld = false;
      rows.reset();
    }

    @Override
    public void close() {
      rows.close();
    }
  }
}

package io.anabranch.engine;

import java.util.function.UnaryOperator;
import org.apache.spark.sql.catalyst.expressions.Expression;
import scala.Function1;
import scala.runtime.AbstractPartialFunction;

/** Gives every node of an expression to an operator, which may replace it. */
final class Rewriting extends AbstractPartialFunction<Expression, Expression> {
  private final transient UnaryOperator<Expression> replacement;

  Rewriting(UnaryOperator<Expression> replacement) {
    this.replacement = replacement;
  }

  @Override
  public boolean isDefinedAt(Expression expression) {
    return true;
  }

  @Override
  @SuppressWarnings("unchecked") // Scala says B >: Expression, which Java cannot
  public <A extends Expression, B> B applyOrElse(A expression, Function1<A, B> otherwise) {
    return (B) replacement.apply(expression);
  }
}

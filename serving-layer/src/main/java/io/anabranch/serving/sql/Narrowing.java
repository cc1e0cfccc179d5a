package io.anabranch.serving.sql;

import com.google.common.collect.BoundType;
import io.anabranch.serving.cells.CellQuery;
import io.anabranch.serving.cells.Grain;
import io.anabranch.views.Buckets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.calcite.DataContext;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexDynamicParam;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexUnknownAs;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;
import org.apache.calcite.util.NlsString;
import org.apache.calcite.util.Sarg;
import org.apache.calcite.util.TimestampString;

/**
 * What the conditions of a statement leave of a query's cells. A condition that is not understood
 * leaves all of them, and one that is may leave a few too many: whoever asks still applies all
 * conditions to the rows.
 */
final class Narrowing {
  private final CellQuery query;
  private final DataContext context;
  private final Map<String, Set<String>> where;
  private long from;
  private long to;

  private Narrowing(CellQuery query, DataContext context) {
    this.query = query;
    this.context = context;
    this.where = new HashMap<>(query.where());
    this.from = query.range().from();
    this.to = query.range().to();
  }

  /**
   * The query that reads what the conditions can be true of.
   *
   * @param conditions all of which hold, over the columns of {@link Column#of}
   * @param context where the values of parameters are
   */
  static CellQuery of(CellQuery query, List<RexNode> conditions, DataContext context) {
    if (query.top().isPresent()) {
      return query;
    }
    Narrowing narrowing = new Narrowing(query, context);
    conditions.forEach(narrowing::take);
    return query.of(
        new Buckets(narrowing.from, Math.max(narrowing.from, narrowing.to)), narrowing.where);
  }

  private void take(RexNode condition) {
    if (!(condition instanceof RexCall call)) {
      return;
    }
    switch (call.getKind()) {
      case AND -> call.getOperands().forEach(this::take);
      case OR, EQUALS, IS_NULL, SEARCH -> {
        texts(condition).ifPresent(this::keep);
        times(call);
      }
      default -> times(call);
    }
  }

  /** The values of one dimension that a condition allows. */
  private record Texts(String dimension, Set<String> values) {}

  private void keep(Texts texts) {
    where.merge(
        texts.dimension(),
        texts.values(),
        (old, more) -> {
          Set<String> both = new HashSet<>(old);
          both.retainAll(more);
          return both;
        });
  }

  private Optional<Texts> texts(RexNode condition) {
    if (!(condition instanceof RexCall call)) {
      return Optional.empty();
    }
    return switch (call.getKind()) {
      case OR -> alternatives(call.getOperands());
      case EQUALS -> {
        Comparison comparison = Comparison.of(call);
        yield dimension(comparison.column())
            .flatMap(d -> text(comparison.value()).map(text -> new Texts(d, Set.of(text))));
      }
      case IS_NULL -> dimension(call.getOperands().get(0)).map(d -> new Texts(d, Set.of("")));
      case SEARCH ->
          dimension(call.getOperands().get(0))
              .flatMap(d -> points(call.getOperands().get(1)).map(texts -> new Texts(d, texts)));
      default -> Optional.empty();
    };
  }

  private Optional<Texts> alternatives(List<RexNode> conditions) {
    Set<String> values = new HashSet<>();
    String dimension = null;
    for (RexNode condition : conditions) {
      Optional<Texts> texts = texts(condition);
      if (texts.isEmpty() || (dimension != null && !dimension.equals(texts.get().dimension()))) {
        return Optional.empty();
      }
      dimension = texts.get().dimension();
      values.addAll(texts.get().values());
    }
    return Optional.of(new Texts(dimension, values));
  }

  private static Optional<Set<String>> points(RexNode literal) {
    Sarg<?> sarg = ((RexLiteral) literal).getValueAs(Sarg.class);
    if (sarg == null || !sarg.isPoints()) {
      return Optional.empty();
    }
    Set<String> texts = new HashSet<>();
    for (var range : sarg.rangeSet.asRanges()) {
      Object point = range.lowerEndpoint();
      if (!(point instanceof NlsString text)) {
        return Optional.empty();
      }
      texts.add(text.getValue());
    }
    if (sarg.nullAs == RexUnknownAs.TRUE) {
      texts.add("");
    }
    return Optional.of(texts);
  }

  private void times(RexCall call) {
    if (call.getKind() == SqlKind.SEARCH) {
      if (isBucket(call.getOperands().get(0))) {
        span(((RexLiteral) call.getOperands().get(1)).getValueAs(Sarg.class));
      }
      return;
    }
    Comparison comparison = Comparison.of(call);
    if (comparison != null && isBucket(comparison.column())) {
      millis(comparison.value()).ifPresent(millis -> limit(comparison.kind(), millis));
    }
  }

  private void span(Sarg<?> sarg) {
    if (sarg == null || sarg.nullAs == RexUnknownAs.TRUE || sarg.rangeSet.isEmpty()) {
      return;
    }
    var span = sarg.rangeSet.span();
    Object first = span.hasLowerBound() ? span.lowerEndpoint() : null;
    Object last = span.hasUpperBound() ? span.upperEndpoint() : null;
    if (first instanceof TimestampString time) {
      boolean open = span.lowerBoundType() == BoundType.OPEN;
      limit(
          open ? SqlKind.GREATER_THAN : SqlKind.GREATER_THAN_OR_EQUAL, time.getMillisSinceEpoch());
    }
    if (last instanceof TimestampString time) {
      boolean open = span.upperBoundType() == BoundType.OPEN;
      limit(open ? SqlKind.LESS_THAN : SqlKind.LESS_THAN_OR_EQUAL, time.getMillisSinceEpoch());
    }
  }

  /**
   * Whole buckets of the answer, so that one which is kept has all its cells. They start at whole
   * seconds.
   */
  private void limit(SqlKind kind, long millis) {
    long after = query.grain().firstFrom(Math.floorDiv(millis, 1000) + 1);
    long notBefore = query.grain().firstFrom(Math.floorDiv(millis - 1, 1000) + 1);
    switch (kind) {
      case EQUALS -> between(notBefore, after);
      case GREATER_THAN -> between(after, Long.MAX_VALUE);
      case GREATER_THAN_OR_EQUAL -> between(notBefore, Long.MAX_VALUE);
      case LESS_THAN -> between(Long.MIN_VALUE, notBefore);
      case LESS_THAN_OR_EQUAL -> between(Long.MIN_VALUE, after);
      default -> {
        // a condition that leaves all buckets
      }
    }
  }

  private void between(long first, long end) {
    from = Math.max(from, first);
    to = Math.min(to, end);
  }

  /** A column beside a value, turned so that the column comes first. */
  private record Comparison(SqlKind kind, RexNode column, RexNode value) {
    static Comparison of(RexCall call) {
      if (call.getOperands().size() != 2) {
        return null;
      }
      RexNode left = call.getOperands().get(0);
      RexNode right = call.getOperands().get(1);
      return plain(left) instanceof RexInputRef
          ? new Comparison(call.getKind(), left, right)
          : new Comparison(call.getKind().reverse(), right, left);
    }
  }

  /** A column or a parameter without a cast that changes none of its values. */
  private static RexNode plain(RexNode node) {
    return RexUtil.isLosslessCast(node) && !mayCut(node)
        ? plain(((RexCall) node).getOperands().get(0))
        : node;
  }

  /** Calcite takes a text of any length for one that is shorter than all others. */
  private static boolean mayCut(RexNode cast) {
    return SqlTypeUtil.inCharFamily(cast.getType())
        && cast.getType().getPrecision() != RelDataType.PRECISION_NOT_SPECIFIED;
  }

  private Optional<String> dimension(RexNode node) {
    return plain(node) instanceof RexInputRef column && column.getIndex() < query.by().size()
        ? Optional.of(query.by().get(column.getIndex()))
        : Optional.empty();
  }

  /** Whether it is the column of the buckets' starts; the one bucket of a whole range has none. */
  private boolean isBucket(RexNode node) {
    return query.grain().kind() != Grain.Kind.ALL
        && plain(node) instanceof RexInputRef column
        && column.getIndex() == query.by().size();
  }

  private Optional<String> text(RexNode value) {
    if (value instanceof RexLiteral literal && SqlTypeUtil.inCharFamily(literal.getType())) {
      return Optional.ofNullable(literal.getValueAs(String.class));
    }
    return parameter(value, String.class);
  }

  private Optional<Long> millis(RexNode value) {
    if (value instanceof RexLiteral literal
        && literal.getType().getSqlTypeName() == SqlTypeName.TIMESTAMP) {
      return Optional.ofNullable(literal.getValueAs(TimestampString.class))
          .map(TimestampString::getMillisSinceEpoch);
    }
    return value.getType().getSqlTypeName() == SqlTypeName.TIMESTAMP
        ? parameter(value, Long.class)
        : Optional.empty();
  }

  private <T> Optional<T> parameter(RexNode value, Class<T> kind) {
    return plain(value) instanceof RexDynamicParam parameter
        ? Optional.ofNullable(context.get(parameter.getName()))
            .filter(kind::isInstance)
            .map(kind::cast)
        : Optional.empty();
  }
}

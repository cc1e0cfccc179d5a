package io.anabranch.serving.sql;

import io.anabranch.serving.cells.Answer;
import io.anabranch.serving.cells.CellQuery;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.calcite.DataContext;
import org.apache.calcite.interpreter.Bindables.BindableTableScan;
import org.apache.calcite.linq4j.AbstractEnumerable;
import org.apache.calcite.linq4j.Enumerable;
import org.apache.calcite.linq4j.Enumerator;
import org.apache.calcite.linq4j.Linq4j;
import org.apache.calcite.plan.RelOptTable;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.schema.ProjectableFilterableTable;
import org.apache.calcite.schema.TranslatableTable;
import org.apache.calcite.schema.impl.AbstractTable;

/**
 * The answer to a query as a table, with the columns that {@link Column} says. Conditions on
 * dimensions and on the bucket narrow what is read; all of them are applied to the rows again, so
 * that they mean what they mean in SQL.
 */
final class CellsTable extends AbstractTable
    implements ProjectableFilterableTable, TranslatableTable {
  private static final int PAGE = 1_000;

  private final CellQuery query;
  private final List<Column> columns;

  CellsTable(CellQuery query) {
    this.query = query;
    this.columns = Column.of(query);
  }

  /** The column at a place; empty where there is none. */
  Optional<Column> column(int place) {
    return place < columns.size() ? Optional.of(columns.get(place)) : Optional.empty();
  }

  CellQuery query() {
    return query;
  }

  @Override
  public RelDataType getRowType(RelDataTypeFactory types) {
    RelDataTypeFactory.Builder row = types.builder();
    columns.forEach(column -> row.add(column.name(), column.type().apply(types)));
    return row.build();
  }

  /** The only kind of scan that hands on conditions, also where the table came from a function. */
  @Override
  public RelNode toRel(RelOptTable.ToRelContext context, RelOptTable table) {
    return BindableTableScan.create(context.getCluster(), table);
  }

  @Override
  public Enumerable<Object[]> scan(
      DataContext context, List<RexNode> conditions, int[] projections) {
    Reads reads = Reads.of(context);
    Answer answer = reads.read(Narrowing.of(query, conditions, context));
    List<Column> asked = projections == null ? columns : columns(projections);
    return new AbstractEnumerable<>() {
      @Override
      public Enumerator<Object[]> enumerator() {
        return Linq4j.iterableEnumerator(() -> new Rows(reads, answer, asked));
      }
    };
  }

  private List<Column> columns(int[] places) {
    List<Column> asked = new ArrayList<>();
    for (int place : places) {
      asked.add(columns.get(place));
    }
    return asked;
  }

  /** The rows of an answer, made as they are asked for. */
  private static final class Rows implements Iterator<Object[]> {
    private final Reads reads;
    private final Answer answer;
    private final List<Column> columns;
    private List<Answer.Row> page = List.of();
    private int first;
    private int next;

    Rows(Reads reads, Answer answer, List<Column> columns) {
      this.reads = reads;
      this.answer = answer;
      this.columns = columns;
    }

    @Override
    public boolean hasNext() {
      return next < answer.size();
    }

    @Override
    public Object[] next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      if (next == first + page.size()) {
        reads.checkTime();
        first = next;
        page = answer.rows(first, PAGE);
      }
      Answer.Row row = page.get(next++ - first);
      return columns.stream().map(column -> column.value().apply(row)).toArray();
    }
  }
}

package io.anabranch.serving.sql;

import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.View;
import io.anabranch.serving.standing.Provenance;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.calcite.DataContext;
import org.apache.calcite.interpreter.Bindables.BindableTableScan;
import org.apache.calcite.linq4j.Enumerable;
import org.apache.calcite.linq4j.Linq4j;
import org.apache.calcite.plan.RelOptTable;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.schema.ScannableTable;
import org.apache.calcite.schema.TranslatableTable;
import org.apache.calcite.schema.impl.AbstractTable;
import org.apache.calcite.sql.type.SqlTypeName;

/**
 * Where the rows of a dataset's views come from, one row a view: of the same moment as the cells
 * that the statement reads. Offsets are JSON, as REST writes them.
 */
final class ProvenanceTable extends AbstractTable implements ScannableTable, TranslatableTable {
  static final String NAME = "provenance";

  private final Dataset dataset;

  ProvenanceTable(Dataset dataset) {
    this.dataset = dataset;
  }

  @Override
  public RelDataType getRowType(RelDataTypeFactory types) {
    return types
        .builder()
        .add("view_name", SqlTypeName.VARCHAR)
        .add("version", SqlTypeName.BIGINT)
        .add("cut", SqlTypeName.VARCHAR)
        .add("applied", SqlTypeName.VARCHAR)
        .add("lag_ms", SqlTypeName.BIGINT)
        .nullable(true)
        .add("exact", SqlTypeName.BOOLEAN)
        .add("missing", SqlTypeName.VARCHAR)
        .add("as_of", SqlTypeName.VARCHAR)
        .build();
  }

  @Override
  public RelNode toRel(RelOptTable.ToRelContext context, RelOptTable table) {
    return BindableTableScan.create(context.getCluster(), table);
  }

  @Override
  public Enumerable<Object[]> scan(DataContext context) {
    Reads reads = Reads.of(context);
    List<Object[]> rows =
        dataset.views().values().stream().map(view -> row(view, reads.provenance(view))).toList();
    return Linq4j.asEnumerable(rows);
  }

  private static Object[] row(View view, Provenance from) {
    return new Object[] {
      view.name(),
      from.version(),
      json(from.cut()),
      json(from.applied()),
      from.lagMs(),
      from.exact(),
      from.missing().stream()
          .map(
              range ->
                  "{\"partition\":%s,\"from\":%s,\"to\":%s}"
                      .formatted(range.partition(), range.from(), range.to()))
          .collect(Collectors.joining(",", "[", "]")),
      from.asOf()
    };
  }

  private static String json(Map<Integer, Long> offsets) {
    return offsets.entrySet().stream()
        .map(e -> "\"%s\":%s".formatted(e.getKey(), e.getValue()))
        .collect(Collectors.joining(",", "{", "}"));
  }
}

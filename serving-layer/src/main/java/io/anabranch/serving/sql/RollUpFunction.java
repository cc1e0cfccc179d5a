package io.anabranch.serving.sql;

import io.anabranch.runtime.Problem;
import io.anabranch.schemas.Datasets;
import io.anabranch.schemas.View;
import io.anabranch.serving.cells.CellParameters;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.schema.FunctionParameter;
import org.apache.calcite.schema.TableMacro;
import org.apache.calcite.schema.TranslatableTable;

/**
 * {@code TABLE(cells('sales_by_category', 'by=country&grain=P1M'))}: the cells of a view rolled up
 * by the store's own merge, which alone is right for averages, distinct values and quantiles. The
 * second text is what REST's {@code GET /views/{view}/cells} takes as parameters.
 */
final class RollUpFunction implements TableMacro {
  static final String NAME = "cells";

  private final Map<String, View> views = new TreeMap<>();

  RollUpFunction(Datasets datasets) {
    datasets.all().forEach(dataset -> views.putAll(dataset.views()));
  }

  @Override
  public TranslatableTable apply(List<? extends Object> arguments) {
    View view = views.get((String) arguments.get(0));
    if (view == null) {
      throw Problem.badInput(
          "cells: unknown view '%s', expected one of %s"
              .formatted(arguments.get(0), views.keySet()));
    }
    String parameters = (String) arguments.get(1);
    return new CellsTable(CellParameters.query(view, parameters == null ? "" : parameters));
  }

  @Override
  public List<FunctionParameter> getParameters() {
    return List.of(new Text(0, "view_name", false), new Text(1, "parameters", true));
  }

  private record Text(int ordinal, String name, boolean optional) implements FunctionParameter {
    @Override
    public int getOrdinal() {
      return ordinal;
    }

    @Override
    public String getName() {
      return name;
    }

    @Override
    public RelDataType getType(RelDataTypeFactory types) {
      return types.createTypeWithNullability(types.createJavaType(String.class), optional);
    }

    @Override
    public boolean isOptional() {
      return optional;
    }
  }
}

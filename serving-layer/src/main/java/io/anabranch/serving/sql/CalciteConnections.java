package io.anabranch.serving.sql;

import io.anabranch.runtime.Problem;
import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.Datasets;
import io.anabranch.serving.cells.CellQuery;
import io.anabranch.serving.standing.MomentLostException;
import io.anabranch.views.SnapshotLostException;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.calcite.jdbc.CalciteConnection;
import org.apache.calcite.jdbc.Driver;
import org.apache.calcite.runtime.CalciteContextException;
import org.apache.calcite.schema.SchemaPlus;
import org.apache.calcite.schema.Table;
import org.apache.calcite.schema.impl.AbstractSchema;
import org.apache.calcite.sql.parser.SqlParseException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What Calcite knows of the datasets, and what callers are told of what it refuses. */
final class CalciteConnections {
  private static final Logger LOG = LoggerFactory.getLogger(CalciteConnections.class);
  private static final Driver CALCITE = new Driver();

  private final Map<String, DatasetSchema> schemas = new LinkedHashMap<>();
  private final RollUpFunction rollUp;

  CalciteConnections(Datasets datasets) {
    datasets.all().forEach(dataset -> schemas.put(dataset.name(), new DatasetSchema(dataset)));
    rollUp = new RollUpFunction(datasets);
  }

  /** The views of a dataset, and where their rows come from. */
  private static final class DatasetSchema extends AbstractSchema {
    private final Map<String, Table> tables = new LinkedHashMap<>();

    DatasetSchema(Dataset dataset) {
      tables.put(ProvenanceTable.NAME, new ProvenanceTable(dataset));
      dataset
          .views()
          .forEach((name, view) -> tables.put(name, new CellsTable(CellQuery.all(view))));
    }

    @Override
    protected Map<String, Table> getTableMap() {
      return tables;
    }
  }

  /**
   * A connection whose names are the datasets' and nothing else; no property of a caller reaches
   * Calcite, some of which load classes and files.
   */
  CalciteConnection open(Session session) {
    session.schema().ifPresent(this::requireSchema);
    Properties properties = new Properties();
    properties.setProperty("quoting", "DOUBLE_QUOTE");
    properties.setProperty("quotedCasing", "UNCHANGED");
    properties.setProperty("unquotedCasing", "UNCHANGED");
    properties.setProperty("caseSensitive", "false");
    properties.setProperty("conformance", "LENIENT");
    properties.setProperty("timeZone", "UTC");
    properties.setProperty("materializationsEnabled", "false");
    properties.setProperty("typeSystem", SqlTypes.class.getName() + "#INSTANCE");
    try {
      CalciteConnection connection =
          CALCITE.connect("jdbc:calcite:", properties).unwrap(CalciteConnection.class);
      SchemaPlus root = connection.getRootSchema();
      schemas.forEach(root::add);
      root.add(RollUpFunction.NAME, rollUp);
      if (session.schema().isPresent()) {
        connection.setSchema(session.schema().get());
      }
      return connection;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private void requireSchema(String name) {
    if (!schemas.containsKey(name)) {
      throw Problem.badInput(
          "unknown schema '%s', expected one of %s".formatted(name, schemas.keySet()));
    }
  }

  /** What a caller is told of an error. */
  RuntimeException refusal(Throwable error) {
    Throwable deepest = error;
    Throwable told = null;
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof Problem
          || cause instanceof MomentLostException
          || cause instanceof SnapshotLostException) {
        return (RuntimeException) cause;
      }
      if (told == null
          && (cause instanceof CalciteContextException || cause instanceof SqlParseException)) {
        told = cause;
      }
      deepest = cause;
    }
    if (told != null) {
      return Problem.badInput("the statement is refused: " + withNextStep(told), error);
    }
    if (deepest instanceof ArithmeticException) {
      return Problem.badInput("the statement failed: " + deepest.getMessage(), error);
    }
    LOG.warn("a statement failed", error);
    return Problem.badInput(
        "the statement cannot be run, write it in another way: " + firstLine(deepest), error);
  }

  private String withNextStep(Throwable cause) {
    String message = firstLine(cause);
    return message.contains("Object '")
        ? message + "; tables are written as dataset.view, and there are " + tables()
        : message;
  }

  private List<String> tables() {
    return schemas.entrySet().stream()
        .flatMap(
            schema ->
                schema.getValue().getTableMap().keySet().stream()
                    .map(table -> schema.getKey() + "." + table))
        .toList();
  }

  private static String firstLine(Throwable error) {
    return String.valueOf(error.getMessage()).lines().findFirst().orElse(error.toString());
  }
}

package io.anabranch.engine;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.date_from_unix_date;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.raise_error;
import static org.apache.spark.sql.functions.timestamp_millis;
import static org.apache.spark.sql.functions.when;

import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.FieldType;
import io.anabranch.schemas.SchemaHistory;
import io.anabranch.schemas.SchemaResolution;
import io.anabranch.schemas.SchemaResolution.Source;
import io.anabranch.schemas.Wire;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The rows of master files in the dataset's schema, whichever of its schemas each file has. All
 * files are read at once with every column that one of them may have, each of its widest type; what
 * a row lacks then follows from the schema that it names.
 */
final class StoredRows {
  private static final String SCHEMA = "_schema";
  private static final List<String> POSITION = List.of("_partition", "_offset", "_timestamp");

  private final Dataset dataset;
  private final SchemaHistory history;

  StoredRows(Dataset dataset, SchemaHistory history) {
    this.dataset = dataset;
    this.history = history;
  }

  org.apache.spark.sql.Dataset<Row> read(SparkSession session, List<String> locations) {
    org.apache.spark.sql.Dataset<Row> rows =
        locations.isEmpty()
            ? session.createDataFrame(List.of(), columns())
            : session.read().schema(columns()).parquet(locations.toArray(String[]::new));
    List<Column> selected = fields();
    POSITION.forEach(name -> selected.add(col(name)));
    return rows.where(isKnown()).select(selected.toArray(Column[]::new));
  }

  private StructType columns() {
    Map<String, FieldType> types = new LinkedHashMap<>();
    // A later schema's type holds the values of the former.
    history.schemas().forEach(schema -> types.putAll(FieldType.ofFields(schema)));
    StructType columns = new StructType();
    for (Map.Entry<String, FieldType> field : types.entrySet()) {
      columns = columns.add(field.getKey(), DataType.fromDDL(field.getValue().sqlName()));
    }
    return columns
        .add("_partition", DataTypes.IntegerType)
        .add("_offset", DataTypes.LongType)
        .add("_timestamp", DataTypes.TimestampType)
        .add(SCHEMA, DataTypes.LongType);
  }

  /** Files of a former release do not tell their schema: there was one. */
  private Column schema() {
    return coalesce(col(SCHEMA), lit(Wire.fingerprint(history.schemas().get(0))));
  }

  /** A row of a schema that came after the history was read must not lose what only that has. */
  private Column isKnown() {
    Object[] fingerprints = history.schemas().stream().map(Wire::fingerprint).toArray();
    return when(schema().isin(fingerprints), lit(true))
        .otherwise(
            raise_error(
                    lit(
                        "master files of %s have a schema that was registered after this began: start it again"
                            .formatted(dataset.name())))
                .cast("boolean"));
  }

  private List<Column> fields() {
    List<List<Source>> sources =
        history.schemas().stream()
            .map(schema -> SchemaResolution.of(schema, dataset.schema()))
            .toList();
    List<Column> fields = new ArrayList<>();
    int field = 0;
    for (Map.Entry<String, FieldType> target : dataset.fields().entrySet()) {
      int at = field++;
      List<Source> ofSchemas = sources.stream().map(all -> all.get(at)).toList();
      fields.add(field(ofSchemas, target.getValue()).as(target.getKey()));
    }
    return fields;
  }

  /**
   * @param sources of one field, by schema
   */
  private Column field(List<Source> sources, FieldType type) {
    boolean isOneColumn =
        sources.stream().allMatch(source -> source.column().isPresent())
            && sources.stream().map(Source::column).distinct().count() == 1;
    if (isOneColumn) {
      return value(sources.get(0), type);
    }
    Column value = null;
    for (int i = sources.size() - 1; i >= 0; i--) {
      Schema schema = history.schemas().get(i);
      Column is = schema().equalTo(lit(Wire.fingerprint(schema)));
      Column one = value(sources.get(i), type);
      value = value == null ? when(is, one) : value.when(is, one);
    }
    return value;
  }

  private static Column value(Source source, FieldType type) {
    Column value =
        source
            .column()
            .map(org.apache.spark.sql.functions::col)
            .orElseGet(() -> missing(source.missing(), type));
    return value.cast(type.sqlName());
  }

  private static Column missing(Object value, FieldType type) {
    if (value == null) {
      return lit(null);
    }
    return switch (type.kind()) {
      case TIMESTAMP -> timestamp_millis(lit(value));
      case DATE -> date_from_unix_date(lit(value));
      default -> lit(value);
    };
  }
}

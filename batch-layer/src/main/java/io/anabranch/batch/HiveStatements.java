package io.anabranch.batch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** How a dataset's tables and views are declared, in the SQL that Hive and Spark share. */
final class HiveStatements {
  /** Where all of ours stand. */
  static final String DATABASE = "default";

  private HiveStatements() {}

  /** A table or view of ours as SQL writes it. */
  static String name(String table) {
    return quoted(DATABASE) + "." + quoted(table);
  }

  private static String quoted(String name) {
    return "`" + name + "`";
  }

  /** A text literal. */
  static String literal(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }

  /**
   * An external table over a folder.
   *
   * @param columns of the files, without the partitions'
   * @param partition the second partition column, after {@link HiveTables#RUN}
   */
  static String createTable(
      String table, String location, StructType columns, Optional<String> partition) {
    List<String> partitions = new ArrayList<>(List.of(quoted(HiveTables.RUN) + " string"));
    partition.ifPresent(name -> partitions.add(quoted(name) + " string"));
    return "CREATE EXTERNAL TABLE %s (\n%s)\nPARTITIONED BY (%s)\nSTORED AS PARQUET\nLOCATION %s"
        .formatted(
            name(table),
            Arrays.stream(columns.fields())
                .map(HiveStatements::declaration)
                .collect(Collectors.joining(",\n")),
            String.join(", ", partitions),
            literal(location));
  }

  private static String declaration(StructField field) {
    String comment =
        field.getComment().isEmpty() ? "" : " COMMENT " + literal(field.getComment().get());
    return "  %s %s%s".formatted(quoted(field.name()), field.dataType().catalogString(), comment);
  }

  /**
   * A view of some of a table's rows: plain SQL, which Hive itself can read.
   *
   * @param verb CREATE or ALTER
   * @param columns of the table, as the view shows them
   * @param more expressions with a name that it shows as well
   * @param rows which rows it shows
   */
  static String view(
      String verb,
      String view,
      String table,
      List<String> columns,
      List<String> more,
      String rows) {
    List<String> shown = new ArrayList<>(columns.stream().map(HiveStatements::quoted).toList());
    shown.addAll(more);
    return "%s VIEW %s AS\nSELECT\n  %s\nFROM %s\nWHERE %s"
        .formatted(verb, name(view), String.join(",\n  ", shown), name(table), rows);
  }

  /** The rows that one of some runs wrote. */
  static String ofRuns(List<String> runs) {
    return "%s IN (%s)"
        .formatted(
            quoted(HiveTables.RUN),
            runs.stream().map(HiveStatements::literal).collect(Collectors.joining(", ")));
  }

  /**
   * What a batch view says of its version, beside its cells.
   *
   * @param version the number
   * @param cut partition to offset, as a JSON object
   */
  static List<String> ofVersion(String version, String cut) {
    return List.of(
        "CAST(%s AS BIGINT) AS `version`".formatted(version), literal(cut) + " AS `cut`");
  }
}

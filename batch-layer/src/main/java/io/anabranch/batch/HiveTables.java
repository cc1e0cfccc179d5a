package io.anabranch.batch;

import io.anabranch.runtime.Problem;
import io.anabranch.schemas.Dataset;
import io.anabranch.views.Catalog;
import io.anabranch.views.Version;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Hive's tables: one external table per version, and a view of the plain name that points to the
 * published one. A view is altered in place, so that no reader finds it missing.
 */
final class HiveTables {
  private static final String DATABASE = "default";

  private final SparkSession session;

  HiveTables(SparkSession session) {
    this.session = session;
  }

  /** The table of a version. */
  static String versioned(String table, long version) {
    return table + "_v" + version;
  }

  /**
   * Declares the files of a version as a table, with all partitions that stand there.
   *
   * @param columns of the files, without the partition's
   * @param partition the name of the partition's column, of type string; null for none
   */
  void declare(String table, String location, StructType columns, String partition) {
    String types =
        Arrays.stream(columns.fields())
            .map(HiveTables::declaration)
            .collect(Collectors.joining(", "));
    String partitioned =
        partition == null ? "" : "PARTITIONED BY (`%s` string) ".formatted(partition);
    sql("DROP TABLE IF EXISTS %s.`%s`".formatted(DATABASE, table));
    sql(
        "CREATE EXTERNAL TABLE %s.`%s` (%s) %sSTORED AS PARQUET LOCATION '%s'"
            .formatted(DATABASE, table, types, partitioned, location));
    if (partition != null) {
      sql("MSCK REPAIR TABLE %s.`%s`".formatted(DATABASE, table));
    }
  }

  private static String declaration(StructField field) {
    return "`%s` %s".formatted(field.name(), field.dataType().catalogString());
  }

  /**
   * Points the names that people use to the published version, and again if another one is
   * published meanwhile.
   *
   * @return its number, 0 if none is published
   */
  long follow(Dataset dataset, Catalog catalog) {
    long pointed = -1;
    long published = published(dataset, catalog);
    while (pointed != published) {
      pointed = published;
      if (pointed > 0) {
        for (String table : VersionFiles.tables(dataset)) {
          point(table, versioned(table, pointed));
        }
      }
      published = published(dataset, catalog);
    }
    return published;
  }

  private static long published(Dataset dataset, Catalog catalog) {
    return catalog.published(dataset.name()).map(Version::number).orElse(0L);
  }

  /** Points the view of that name to a table. Plain SQL, which Hive itself can read. */
  private void point(String view, String table) {
    String columns =
        Arrays.stream(session.table(DATABASE + "." + table).columns())
            .map(column -> "`" + column + "`")
            .collect(Collectors.joining(", "));
    String verb = session.catalog().tableExists(DATABASE + "." + view) ? "ALTER" : "CREATE";
    sql(
        "%s VIEW %s.`%s` AS SELECT %s FROM `%s`.`%s`"
            .formatted(verb, DATABASE, view, columns, DATABASE, table));
  }

  /** Names of tables that begin so. */
  List<String> tables(String prefix) {
    List<String> names = new ArrayList<>();
    for (Row row : sql("SHOW TABLES IN %s LIKE '%s*'".formatted(DATABASE, prefix))) {
      names.add(row.getString(1).toLowerCase(Locale.ROOT));
    }
    return names;
  }

  /** Forgets an external table; its files stay. */
  void forget(String table) {
    sql("DROP TABLE IF EXISTS %s.`%s`".formatted(DATABASE, table));
  }

  private List<Row> sql(String statement) {
    try {
      return session.sql(statement).collectAsList();
    } catch (Exception e) {
      // Scala declares no checked exceptions: Hive's come through here.
      throw Problem.unreachable(
          "Hive's metastore failed at '%s' (%s): see 'anabranch status'"
              .formatted(statement, e.getMessage()),
          e);
    }
  }
}

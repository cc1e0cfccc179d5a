package io.anabranch.batch;

import io.anabranch.runtime.Problem;
import io.anabranch.schemas.Dataset;
import io.anabranch.views.Catalog;
import io.anabranch.views.Version;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Hive's tables: one external table for each full run, to which incremental runs add partitions,
 * and a view of the plain name that shows those of the published version. A view is altered in
 * place, so that no reader finds it missing, and an unpublished run's partitions are never seen.
 */
final class HiveTables {
  /** The first partition column: the number of the run that wrote the files. */
  static final String RUN = "run";

  private static final String DATABASE = "default";
  private static final int ADDED_AT_ONCE = 200;
  private static final Pattern MONTH_OF_RUN = Pattern.compile(RUN + "=(\\d+)/month=(.+)");

  private final SparkSession session;

  HiveTables(SparkSession session) {
    this.session = session;
  }

  /** The table that a full run makes. */
  static String ofRoot(String table, long root) {
    return table + "_v" + root;
  }

  /** Whether there is a table of that name. */
  boolean exists(String table) {
    return session.catalog().tableExists(DATABASE + "." + table);
  }

  /**
   * Declares an empty table.
   *
   * @param columns of the files, without the partitions'
   * @param partition the name of the second partition column, of type string
   */
  void declare(String table, String location, StructType columns, Optional<String> partition) {
    String types =
        Arrays.stream(columns.fields())
            .map(HiveTables::declaration)
            .collect(Collectors.joining(", "));
    String second = partition.map(name -> ", `%s` string".formatted(name)).orElse("");
    sql("DROP TABLE IF EXISTS %s.`%s`".formatted(DATABASE, table));
    sql(
        "CREATE EXTERNAL TABLE %s.`%s` (%s) PARTITIONED BY (`%s` string%s) STORED AS PARQUET LOCATION '%s'"
            .formatted(DATABASE, table, types, RUN, second, location));
  }

  /**
   * Declares the partitions that a run wrote.
   *
   * @param location the run's folder; absent if it wrote nothing
   */
  void addRun(String table, long run, Optional<String> partition, String location) {
    List<String> specs = new ArrayList<>();
    if (partition.isEmpty()) {
      specs.add("PARTITION (`%s`='%s')".formatted(RUN, run));
    } else {
      for (String value : values(location, partition.get())) {
        specs.add("PARTITION (`%s`='%s', `%s`='%s')".formatted(RUN, run, partition.get(), value));
      }
    }
    for (int from = 0; from < specs.size(); from += ADDED_AT_ONCE) {
      List<String> some = specs.subList(from, Math.min(specs.size(), from + ADDED_AT_ONCE));
      sql(
          "ALTER TABLE %s.`%s` ADD IF NOT EXISTS %s"
              .formatted(DATABASE, table, String.join(" ", some)));
    }
  }

  /** The values of a partition column for which there are files. */
  private List<String> values(String location, String partition) {
    Path folder = new Path(location);
    List<String> values = new ArrayList<>();
    try {
      FileSystem files = folder.getFileSystem(session.sparkContext().hadoopConfiguration());
      if (files.exists(folder)) {
        for (FileStatus child : files.listStatus(folder)) {
          String name = child.getPath().getName();
          if (name.startsWith(partition + "=")) {
            values.add(name.substring(partition.length() + 1));
          }
        }
      }
      return values;
    } catch (IOException e) {
      throw Problem.unreachable(
          "HDFS does not list %s (%s)".formatted(location, e.getMessage()), e);
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
    Optional<Version> pointed;
    Optional<Version> published = catalog.published(dataset.name());
    do {
      pointed = published;
      pointed.ifPresent(version -> point(dataset, version));
      published = catalog.published(dataset.name());
    } while (!number(published).equals(number(pointed)));
    return number(published);
  }

  private static Long number(Optional<Version> version) {
    return version.map(Version::number).orElse(0L);
  }

  private void point(Dataset dataset, Version version) {
    for (String table : VersionFiles.tables(dataset)) {
      boolean cells = dataset.views().containsKey(table);
      String source = ofRoot(table, version.root());
      if (!exists(source)) {
        Progress.say(
            "%s: version %s has none, it stays as it is".formatted(table, version.number()));
        continue;
      }
      // Rows are added by runs; cells of a month are written anew by each run that touches it.
      String rows = cells ? newest(source, version.runs()) : ofRuns(version.runs());
      String more = cells ? ", CAST(%s AS BIGINT) AS version".formatted(version.number()) : "";
      point(table, source, more, rows);
    }
  }

  private static String ofRuns(List<Long> runs) {
    return "`%s` IN (%s)"
        .formatted(
            RUN, runs.stream().map(run -> "'" + run + "'").collect(Collectors.joining(", ")));
  }

  /** The partitions of the last of the runs that wrote each month. */
  private String newest(String table, List<Long> runs) {
    Map<String, Long> lastOfMonth = new TreeMap<>();
    for (Row row : sql("SHOW PARTITIONS %s.`%s`".formatted(DATABASE, table))) {
      Matcher parts = MONTH_OF_RUN.matcher(row.getString(0));
      if (parts.matches() && runs.contains(Long.valueOf(parts.group(1)))) {
        lastOfMonth.merge(parts.group(2), Long.valueOf(parts.group(1)), Math::max);
      }
    }
    Map<Long, List<String>> byRun = new TreeMap<>();
    lastOfMonth.forEach(
        (month, run) -> byRun.computeIfAbsent(run, r -> new ArrayList<>()).add("'" + month + "'"));
    if (byRun.isEmpty() || runs.size() == 1) {
      return ofRuns(runs);
    }
    return byRun.entrySet().stream()
        .map(
            of ->
                "(`%s` = '%s' AND `month` IN (%s))"
                    .formatted(RUN, of.getKey(), String.join(", ", of.getValue())))
        .collect(Collectors.joining(" OR "));
  }

  /** Plain SQL, which Hive itself can read. */
  private void point(String view, String table, String more, String rows) {
    String columns =
        Arrays.stream(session.table(DATABASE + "." + table).columns())
            .filter(column -> !column.equals(RUN))
            .map(column -> "`" + column + "`")
            .collect(Collectors.joining(", "));
    String verb = exists(view) ? "ALTER" : "CREATE";
    sql(
        "%s VIEW %s.`%s` AS SELECT %s%s FROM `%s`.`%s` WHERE %s"
            .formatted(verb, DATABASE, view, columns, more, DATABASE, table, rows));
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

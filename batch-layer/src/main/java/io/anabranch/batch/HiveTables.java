package io.anabranch.batch;

import io.anabranch.runtime.Problem;
import io.anabranch.schemas.Dataset;
import io.anabranch.views.Catalog;
import io.anabranch.views.Cut;
import io.anabranch.views.Version;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * Hive's tables: one external table for each full run, to which incremental runs add partitions,
 * and a view of the plain name that shows those of the published version. A view is altered in
 * place, so that no reader finds it missing, and an unpublished run's partitions are never seen.
 */
final class HiveTables {
  /** The first partition column: the number of the run that wrote the files. */
  static final String RUN = "run";

  private static final Pattern MONTH_OF_RUN = Pattern.compile(RUN + "=(\\d+)/month=(.+)");

  private final SparkSession session;

  HiveTables(SparkSession session) {
    this.session = session;
  }

  /** The table that a full run makes. */
  static String ofRoot(String table, long root) {
    return table + "_v" + root;
  }

  /** The folder of a run's files in a table's. */
  static String ofRun(String location, long run) {
    return "%s/%s=%s".formatted(location, RUN, run);
  }

  /** Whether there is a table of that name. */
  boolean exists(String table) {
    return session.catalog().tableExists(HiveStatements.DATABASE + "." + table);
  }

  /** The columns of a table, the partitions' among them. */
  StructType columns(String table) {
    return guarded(table, () -> session.table(HiveStatements.name(table)).schema());
  }

  /**
   * Declares an empty table.
   *
   * @param columns of the files, without the partitions'
   * @param partition the name of the second partition column, of type string
   */
  void declare(String table, String location, StructType columns, Optional<String> partition) {
    forget(table);
    sql(HiveStatements.createTable(table, location, columns, partition));
  }

  /**
   * Declares the partitions that a run wrote.
   *
   * @param location the run's folder; absent if it wrote nothing
   */
  void addRun(String table, long run, Optional<String> partition, String location) {
    guarded(
        "partitions of " + table,
        () -> {
          new HivePartitions(session).add(table, run, partition, location);
          return null;
        });
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
    for (String table : dataset.hiveTables()) {
      boolean cells = dataset.views().containsKey(table);
      String source = ofRoot(table, version.root());
      if (!exists(source)) {
        Progress.say(
            "%s: version %s has none, it stays as it is".formatted(table, version.number()));
        continue;
      }
      addMissing(source, version.runs());
      // Rows are added by runs; cells of a month are written anew by each run that touches it.
      String rows = cells ? newest(source, version.runs()) : ofRuns(version.runs());
      List<String> more =
          cells
              ? HiveStatements.ofVersion(Long.toString(version.number()), json(version.cut()))
              : List.of();
      point(table, source, more, rows);
    }
  }

  /** A view of some of a version's runs would lack records without a word. */
  private void addMissing(String table, List<Long> runs) {
    guarded(
        "partitions of " + table,
        () -> {
          new HivePartitions(session).addMissing(table, runs);
          return null;
        });
  }

  private static String json(Cut cut) {
    return Json.line(cut.offsets().byPartition());
  }

  private static String ofRuns(List<Long> runs) {
    return HiveStatements.ofRuns(runs.stream().map(String::valueOf).toList());
  }

  /** The partitions of the last of the runs that wrote each month. */
  private String newest(String table, List<Long> runs) {
    Map<String, Long> lastOfMonth = new TreeMap<>();
    for (Row row : sql("SHOW PARTITIONS " + HiveStatements.name(table))) {
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

  private void point(String view, String table, List<String> more, String rows) {
    List<String> columns =
        Arrays.stream(session.table(HiveStatements.name(table)).columns())
            .filter(column -> !column.equals(RUN))
            .toList();
    String verb = exists(view) ? "ALTER" : "CREATE";
    sql(HiveStatements.view(verb, view, table, columns, more, rows));
  }

  /** Names of tables that begin so. */
  List<String> tables(String prefix) {
    List<String> names = new ArrayList<>();
    for (Row row : sql("SHOW TABLES IN %s LIKE '%s*'".formatted(HiveStatements.DATABASE, prefix))) {
      names.add(row.getString(1).toLowerCase(Locale.ROOT));
    }
    return names;
  }

  /** Forgets an external table; its files stay. */
  void forget(String table) {
    sql("DROP TABLE IF EXISTS " + HiveStatements.name(table));
  }

  private List<Row> sql(String statement) {
    return guarded(statement, () -> session.sql(statement).collectAsList());
  }

  private static <T> T guarded(String what, Supplier<T> asked) {
    try {
      return asked.get();
    } catch (Problem e) {
      throw e;
    } catch (Exception e) {
      // Scala declares no checked exceptions: Hive's come through here.
      throw Problem.unreachable(
          "Hive's metastore failed at '%s' (%s): see 'anabranch status'"
              .formatted(what, e.getMessage()),
          e);
    }
  }
}

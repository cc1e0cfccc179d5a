package io.anabranch.batch;

import io.anabranch.runtime.Problem;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.catalog.CatalogStorageFormat;
import org.apache.spark.sql.catalyst.catalog.CatalogTable;
import org.apache.spark.sql.catalyst.catalog.CatalogTablePartition;
import org.apache.spark.sql.catalyst.catalog.ExternalCatalog;
import scala.Option;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The partitions that a run wrote, declared with the number of their rows as the footers of their
 * files tell it: planners estimate with it, answers are counted from the files. The metastore adds
 * the number and the size of files.
 */
final class HivePartitions {
  private static final int ADDED_AT_ONCE = 200;
  private static final String ROWS = "numRows";
  private static final Pattern OF_RUN = Pattern.compile(HiveTables.RUN + "=(\\d+)(/.*)?");

  private final ExternalCatalog catalog;
  private final Configuration conf;

  HivePartitions(SparkSession session) {
    catalog = session.sharedState().externalCatalog();
    conf = session.sparkContext().hadoopConfiguration();
  }

  /**
   * Declares a run's partitions; those that are there stay as they are.
   *
   * @param partition the name of the second partition column
   * @param location the run's folder; absent if it wrote nothing
   */
  void add(String table, long run, Optional<String> partition, String location) {
    List<CatalogTablePartition> partitions;
    try {
      CatalogStorageFormat files = catalog.getTable(HiveStatements.DATABASE, table).storage();
      partitions =
          folders(partition, new Path(location)).parallelStream()
              .map(folder -> declared(files, spec(run, partition, folder), folder))
              .toList();
    } catch (IOException | UncheckedIOException e) {
      throw Problem.unreachable(
          "HDFS does not read %s (%s)".formatted(location, e.getMessage()), e);
    }
    for (int from = 0; from < partitions.size(); from += ADDED_AT_ONCE) {
      List<CatalogTablePartition> some =
          partitions.subList(from, Math.min(partitions.size(), from + ADDED_AT_ONCE));
      catalog.createPartitions(
          HiveStatements.DATABASE, table, CollectionConverters.asScala(some).toSeq(), true);
    }
  }

  /**
   * Declares the partitions of those runs of which the table has none, though they wrote files:
   * runs that were made without Hive, or with another metastore.
   */
  void addMissing(String table, List<Long> runs) {
    CatalogTable declared = catalog.getTable(HiveStatements.DATABASE, table);
    List<String> columns = CollectionConverters.asJava(declared.partitionColumnNames());
    Optional<String> partition =
        columns.stream().filter(column -> !column.equals(HiveTables.RUN)).findFirst();
    Set<Long> known = runs(table);
    for (long run : runs) {
      if (!known.contains(run)) {
        add(table, run, partition, HiveTables.ofRun(declared.location().toString(), run));
      }
    }
  }

  /** The runs that have partitions, asked for at once. */
  private Set<Long> runs(String table) {
    Set<Long> runs = new HashSet<>();
    for (String name :
        CollectionConverters.asJava(
            catalog.listPartitionNames(HiveStatements.DATABASE, table, Option.empty()))) {
      Matcher run = OF_RUN.matcher(name);
      if (run.matches()) {
        runs.add(Long.valueOf(run.group(1)));
      }
    }
    return runs;
  }

  private FileStatus[] list(Path folder) throws IOException {
    try {
      return folder.getFileSystem(conf).listStatus(folder);
    } catch (FileNotFoundException e) {
      return new FileStatus[0];
    }
  }

  /** A run's folder, or those of a partition column's values in it; none if it wrote nothing. */
  private List<Path> folders(Optional<String> partition, Path location) throws IOException {
    if (partition.isEmpty()) {
      return location.getFileSystem(conf).exists(location) ? List.of(location) : List.of();
    }
    List<Path> folders = new ArrayList<>();
    for (FileStatus child : list(location)) {
      if (child.getPath().getName().startsWith(partition.get() + "=")) {
        folders.add(child.getPath());
      }
    }
    return folders;
  }

  private static Map<String, String> spec(long run, Optional<String> partition, Path folder) {
    Map<String, String> spec = new TreeMap<>();
    spec.put(HiveTables.RUN, Long.toString(run));
    partition.ifPresent(
        column -> spec.put(column, folder.getName().substring(column.length() + 1)));
    return spec;
  }

  private CatalogTablePartition declared(
      CatalogStorageFormat files, Map<String, String> spec, Path folder) {
    Option<URI> place = Option.apply(folder.toUri());
    return new CatalogTablePartition(
        scala(spec),
        files.copy(
            place,
            files.inputFormat(),
            files.outputFormat(),
            files.serde(),
            files.compressed(),
            files.properties()),
        scala(Map.of(ROWS, Long.toString(rows(folder)))),
        System.currentTimeMillis(),
        -1,
        Option.empty());
  }

  private static scala.collection.immutable.Map<String, String> scala(Map<String, String> map) {
    return scala.collection.immutable.Map.from(CollectionConverters.asScala(map));
  }

  private long rows(Path folder) {
    try {
      long rows = 0;
      for (FileStatus file : list(folder)) {
        if (file.getPath().getName().endsWith(".parquet")) {
          try (ParquetFileReader reader =
              ParquetFileReader.open(HadoopInputFile.fromStatus(file, conf))) {
            rows += reader.getRecordCount();
          }
        }
      }
      return rows;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

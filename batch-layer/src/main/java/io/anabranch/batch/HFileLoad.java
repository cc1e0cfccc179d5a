package io.anabranch.batch;

import io.anabranch.hbase.HBaseConnection;
import io.anabranch.runtime.Problem;
import java.io.IOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hbase.Cell;
import org.apache.hadoop.hbase.TableName;
import org.apache.hadoop.hbase.client.RegionLocator;
import org.apache.hadoop.hbase.client.TableDescriptor;
import org.apache.hadoop.hbase.io.ImmutableBytesWritable;
import org.apache.hadoop.hbase.mapreduce.HFileOutputFormat2;
import org.apache.hadoop.hbase.tool.BulkLoadHFilesTool;
import org.apache.hadoop.mapreduce.Job;
import org.apache.spark.api.java.function.PairFlatMapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;

/**
 * Loads rows into an HBase table: as files, sorted and split like its regions, then in one move.
 */
final class HFileLoad {
  private static final String COMMITTER = "mapreduce.fileoutputcommitter.algorithm.version";

  private final Workplace place;
  private final TableName table;
  private final String folder;

  /**
   * A load.
   *
   * @param folder where the files are made; it must not exist
   */
  HFileLoad(Workplace place, TableName table, String folder) {
    this.place = place;
    this.table = table;
    this.folder = folder;
  }

  /** A row to its cells, whose qualifiers are in order within each family. */
  @FunctionalInterface
  interface Cells extends PairFlatMapFunction<Row, ImmutableBytesWritable, Cell> {
    @Override
    Iterator<scala.Tuple2<ImmutableBytesWritable, Cell>> call(Row row) throws Exception;
  }

  /**
   * Loads all rows.
   *
   * @param rows with a binary column {@code key}, the row key
   * @return bytes of the files
   */
  long load(org.apache.spark.sql.Dataset<Row> rows, Cells cells) throws IOException {
    byte[][] starts;
    TableDescriptor descriptor;
    try (RegionLocator locator = connection().getRegionLocator(table);
        var admin = connection().getAdmin()) {
      starts = locator.getStartKeys();
      descriptor = admin.getDescriptor(table);
    }
    UDF1<byte[], Integer> region = key -> regionOf(starts, key);
    Column regionId = functions.udf(region, DataTypes.IntegerType).apply(functions.col("key"));
    Job job = Job.getInstance(configuration());
    HFileOutputFormat2.configureIncrementalLoadMap(job, descriptor);
    job.getConfiguration().set("mapreduce.output.fileoutputformat.outputdir", folder);
    job.getConfiguration().set(COMMITTER, committer(rows.sparkSession()));
    rows.repartitionById(starts.length, regionId)
        .sortWithinPartitions("key")
        .toJavaRDD()
        .flatMapToPair(cells)
        .saveAsNewAPIHadoopFile(
            folder,
            ImmutableBytesWritable.class,
            Cell.class,
            HFileOutputFormat2.class,
            job.getConfiguration());
    long bytes = size();
    if (bytes > 0) {
      moveIn();
    }
    return bytes;
  }

  /** As for all other files that the session writes. */
  private static String committer(SparkSession session) {
    return session.sparkContext().hadoopConfiguration().get(COMMITTER);
  }

  private org.apache.hadoop.hbase.client.Connection connection() {
    return place.hbase().connection();
  }

  private Configuration configuration() {
    Configuration configuration =
        new Configuration(HBaseConnection.configuration(place.platform().zookeeper()));
    configuration.set("fs.defaultFS", place.platform().hdfs().toString());
    configuration.setBoolean("hbase.bulkload.locality.sensitive.enabled", false);
    return configuration;
  }

  private void moveIn() throws IOException {
    var loaded = new BulkLoadHFilesTool(configuration()).bulkLoad(table, new Path(folder));
    if (loaded.isEmpty()) {
      throw Problem.failed("HBase took none of the files in " + folder + ": see the stack's log");
    }
    Path path = new Path(folder);
    path.getFileSystem(configuration()).delete(path, true);
  }

  private long size() throws IOException {
    Path path = new Path(folder);
    FileSystem files = path.getFileSystem(configuration());
    long bytes = 0;
    for (FileStatus family : files.listStatus(path)) {
      if (family.isDirectory() && !family.getPath().getName().startsWith("_")) {
        for (FileStatus file : files.listStatus(family.getPath())) {
          bytes += file.getLen();
        }
      }
    }
    return bytes;
  }

  /** The last region that starts at the key or before it. */
  private static int regionOf(byte[][] starts, byte[] key) {
    int found =
        java.util.Collections.binarySearch(
            List.of(starts), key, (a, b) -> Arrays.compareUnsigned(a, b));
    return found >= 0 ? found : -found - 2;
  }
}

package io.anabranch.batch;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.sum;

import java.time.Duration;
import java.time.Instant;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * An application that reads, writes, shuffles, spills and has a task that fails once. Its arguments
 * are the folder of event logs and a folder to work in.
 */
final class SmallApplication {
  private SmallApplication() {}

  public static void main(String[] arguments) {
    SparkSession.Builder builder =
        SparkSession.builder()
            .appName("small application")
            // two cores, three tries of a task
            .master("local[2,3]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.sql.shuffle.partitions", "3")
            .config("spark.sql.adaptive.enabled", "false")
            .config("spark.shuffle.spill.numElementsForceSpillThreshold", "500")
            .config("spark.extraListeners", ApplicationNote.class.getName());
    new EventLogFolder(arguments[0])
        .prepared(Duration.ofDays(1), Instant.now())
        .forEach(builder::config);
    SparkSession session = builder.getOrCreate();
    String rows = arguments[1] + "/rows";
    session
        .range(20_000)
        .withColumn("key", col("id").mod(97))
        .orderBy(functions.hash(col("id")))
        .write()
        .parquet(rows);
    session.read().parquet(rows).groupBy("key").agg(sum("id")).orderBy("key").collectAsList();
    JavaSparkContext.fromSparkContext(session.sparkContext())
        .parallelize(java.util.List.of(1, 2, 3, 4), 4)
        .map(failingOnce())
        .count();
    session.stop();
  }

  private static Function<Integer, Integer> failingOnce() {
    return number -> {
      if (number == 3 && TaskContext.get().attemptNumber() == 0) {
        throw new IllegalStateException("once");
      }
      return number;
    };
  }
}

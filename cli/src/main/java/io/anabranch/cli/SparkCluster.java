package io.anabranch.cli;

import io.anabranch.runtime.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where batch runs run their tasks: within their own process, or on a cluster. Spark's standalone
 * master and workers run from the distribution's own jars; {@code batch.master} names the master to
 * workers and to runs alike.
 */
final class SparkCluster {
  /** Within the process that asks. */
  static final String HERE = "local[2]";

  private static final String KEY = "batch.master";
  private static final Pattern STANDALONE = Pattern.compile("spark://([^:/,]+):(\\d+).*");

  /** A process of a standalone cluster. */
  enum Daemon {
    MASTER("org.apache.spark.deploy.master.Master"),
    WORKER("org.apache.spark.deploy.worker.Worker");

    private final String mainClass;

    Daemon(String mainClass) {
      this.mainClass = mainClass;
    }

    String mainClass() {
      return mainClass;
    }
  }

  private final Instance instance;

  SparkCluster(Instance instance) {
    this.instance = instance;
  }

  /** What {@code spark-submit} takes for {@code --master}. */
  String master() {
    return instance.settings().text(KEY).orElse(HERE);
  }

  /** The standalone master's address: the host, then the port. */
  private Matcher address() {
    Matcher address = STANDALONE.matcher(master());
    if (!address.matches()) {
      throw Problem.badInput(
          "%s is '%s', which names no standalone master: set it to spark://HOST:7077, in %s or by ANABRANCH_BATCH_MASTER"
              .formatted(KEY, master(), instance.config()));
    }
    return address;
  }

  /** Finished applications leave no files behind. */
  List<String> flags() {
    return List.of("-Dspark.worker.cleanup.enabled=true");
  }

  /** The daemon's arguments; cores, memory and ports of a worker are Spark's SPARK_WORKER_*. */
  List<String> arguments(Daemon daemon) {
    Matcher address = address();
    return switch (daemon) {
      case MASTER -> List.of("--host", address.group(1), "--port", address.group(2));
      case WORKER -> List.of("--work-dir", folder().resolve("work").toString(), master());
    };
  }

  /** What a worker needs to start executors: a folder that looks like Spark's own distribution. */
  Map<String, String> environment() {
    return Map.of(
        "SPARK_HOME",
        sparkHome().toString(),
        "SPARK_DIST_CLASSPATH",
        instance.home().has("spark-hbase") ? instance.home().classPath("spark-hbase") : "");
  }

  private Path folder() {
    return instance.data().folder().resolve("spark");
  }

  /** Made anew at each start, since the installation may have moved; workers may start at once. */
  private Path sparkHome() {
    Path home = folder().resolve("home");
    Path jars = home.resolve("jars");
    Path installed = instance.home().jar("spark", "anabranch-batch-layer-").getParent();
    try {
      Files.createDirectories(home);
      Files.writeString(home.resolve("RELEASE"), "Spark, from the jars in " + installed + "\n");
      Path link = home.resolve("jars." + ProcessHandle.current().pid());
      Files.deleteIfExists(link);
      Files.createSymbolicLink(link, installed);
      Files.move(link, jars, StandardCopyOption.ATOMIC_MOVE);
      return home;
    } catch (IOException e) {
      throw Problem.unreachable("Cannot make Spark's folder " + home + ": " + e, e);
    }
  }
}

package io.anabranch.cli;

import io.anabranch.runtime.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code role}: one process of the platform in the foreground, as on a cluster. */
@Command(
    name = "role",
    mixinStandardHelpOptions = true,
    description = {
      "Runs one process in the foreground until it is ended by a signal.",
      "Settings come from --config or --data; without both, from the variables"
          + " ANABRANCH_SECTION_KEY,",
      "with the host names of docker/compose.yaml for what they leave out."
    },
    footer = {
      "%nExamples:",
      "  anabranch role namenode --data /srv/river",
      "  ANABRANCH_BATCH_MASTER=spark://10.0.0.1:7077 anabranch role spark-worker",
      "  ANABRANCH_PLATFORM_DATA=/data anabranch role kafka",
    })
final class RoleCommand implements Callable<Integer> {
  @Mixin private PlatformOptions options;

  @Parameters(
      paramLabel = "NAME",
      description =
          "namenode, datanode, zookeeper, hbase-master, hbase-regionserver, hbase-thrift,"
              + " hbase-thrift2, kafka, hive-metastore, hive-server, spark-master, spark-worker,"
              + " history; or stack, hive, ingest, speed, serving")
  private String name;

  @Override
  public Integer call() throws IOException {
    Launch launch = launch(name, options.joined());
    String plan = System.getProperty("anabranch.plan");
    if (plan == null) {
      return launch.runInForeground();
    }
    Files.write(Path.of(plan), nulSeparated(launch));
    return 0;
  }

  /** The process of a role. */
  static Launch launch(String name, Instance instance) {
    Launches launches = new Launches(instance);
    return switch (name) {
      case "stack" -> launches.of(PlatformRole.STACK);
      case "hive" -> launches.of(PlatformRole.HIVE);
      case "ingest" -> launches.of(PlatformRole.INGEST);
      case "speed" -> launches.of(PlatformRole.SPEED);
      case "serving" -> launches.of(PlatformRole.SERVING);
      case "history" -> launches.of(PlatformRole.HISTORY);
      case "hive-metastore" -> launches.hive("metastore");
      case "hive-server" -> launches.hive("server");
      case "spark-master" -> launches.sparkDaemon(SparkCluster.Daemon.MASTER);
      case "spark-worker" -> launches.sparkDaemon(SparkCluster.Daemon.WORKER);
      case "namenode",
          "datanode",
          "zookeeper",
          "kafka",
          "hbase-master",
          "hbase-regionserver",
          "hbase-thrift",
          "hbase-thrift2" ->
          launches.cluster(name);
      default ->
          throw Problem.badInput(
              "Unknown role '" + name + "': anabranch role --help lists the names");
    };
  }

  /** A command line that the calling script runs in its own place. */
  private static byte[] nulSeparated(Launch launch) {
    List<String> words = new ArrayList<>();
    words.add("env");
    launch.environment().forEach((key, value) -> words.add(key + "=" + value));
    words.addAll(launch.command());
    return (String.join("\0", words) + "\0").getBytes(StandardCharsets.UTF_8);
  }
}

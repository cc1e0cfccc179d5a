package io.anabranch.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The command lines of an instance's processes: class path, flags, arguments. */
final class Launches {
  private static final String SPARK_SUBMIT = "org.apache.spark.deploy.SparkSubmit";

  private final Instance instance;

  Launches(Instance instance) {
    this.instance = instance;
  }

  Launch of(PlatformRole role) {
    return switch (role) {
      case STACK -> cluster("stack");
      case HIVE -> hive();
      case INGEST -> ingest(List.of("run"));
      case SPEED -> speed();
      case SERVING ->
          java(Jvm.SERVING, "serving", "io.anabranch.serving.Main", withConfig(List.of()));
    };
  }

  /** The stack or one of its daemons. */
  Launch cluster(String daemon) {
    return java(Jvm.STACK, "stack", "io.anabranch.cluster.Main", withConfig(List.of(daemon)));
  }

  /** Metastore and HiveServer2, or the one that is named. */
  Launch hive(String... only) {
    List<String> arguments = new ArrayList<>(withConfig(List.of()));
    arguments.addAll(List.of(only));
    return java(Jvm.HIVE, "hive", "io.anabranch.hive.Main", arguments);
  }

  Launch ingest(List<String> arguments) {
    return java(Jvm.INGEST, "ingest", "io.anabranch.ingest.Main", withConfig(arguments));
  }

  /** How a source is called; no instance is needed for that. */
  static Launch ingestHelp(Home home, String source) {
    return java(
        Jvm.INGEST,
        home,
        Path.of(System.getProperty("java.io.tmpdir")),
        "ingest",
        "io.anabranch.ingest.Main",
        List.of(source, "--help"));
  }

  /** The SQL client, which lies beside HiveServer2 unless it has a folder of its own. */
  Launch sql(List<String> arguments) {
    String kind = instance.home().has("sql") ? "sql" : "hive";
    return java(Jvm.CLIENT, kind, "io.anabranch.hive.Sql", withConfig(arguments));
  }

  Launch beeline(List<String> arguments) {
    List<String> all = new ArrayList<>();
    all.add("-u");
    all.add("jdbc:hive2://" + instance.platform().hiveServer() + "/");
    all.addAll(arguments);
    return java(Jvm.CLIENT, "beeline", "org.apache.hive.beeline.BeeLine", all);
  }

  Launch batch(List<String> arguments) {
    return spark(
        Jvm.BATCH, "local[2]", "io.anabranch.batch.Main", "anabranch-batch-layer-", arguments);
  }

  private Launch speed() {
    return spark(
        Jvm.SPEED,
        "local[8]",
        "io.anabranch.speed.Main",
        "anabranch-speed-layer-",
        withConfig(List.of()));
  }

  private Launch spark(
      Jvm jvm, String master, String main, String jarPrefix, List<String> arguments) {
    Home home = instance.home();
    List<String> command = jvm.command(instance.data().scratch());
    command.addAll(sparkFlags());
    command.addAll(home.flags("spark"));
    command.addAll(home.classArchive("spark").flags());
    command.add("-cp");
    command.add(
        home.has("spark-hbase") ? home.classPath("spark", "spark-hbase") : home.classPath("spark"));
    command.add(SPARK_SUBMIT);
    command.addAll(List.of("--master", master));
    command.addAll(List.of("--conf", "spark.driver.host=127.0.0.1"));
    command.addAll(List.of("--conf", "spark.driver.bindAddress=127.0.0.1"));
    command.addAll(List.of("--conf", "spark.ui.enabled=false"));
    Path warehouse = instance.data().folder().resolve("spark/warehouse");
    command.addAll(List.of("--conf", "spark.sql.warehouse.dir=" + warehouse.toUri()));
    command.addAll(List.of("--class", main));
    command.add(home.jar("spark", jarPrefix).toString());
    command.addAll(arguments);
    Map<String, String> environment = new HashMap<>(environment());
    environment.put("SPARK_SCALA_VERSION", "2.13");
    environment.put("SPARK_LOCAL_IP", "127.0.0.1");
    environment.put("SPARK_LOCAL_DIRS", instance.data().scratch().toString());
    return new Launch(command, environment);
  }

  private Launch java(Jvm jvm, String kind, String main, List<String> arguments) {
    return java(jvm, instance.home(), instance.data().scratch(), kind, main, arguments);
  }

  private static Launch java(
      Jvm jvm, Home home, Path scratch, String kind, String main, List<String> arguments) {
    List<String> command = jvm.command(scratch);
    command.addAll(home.flags(kind));
    command.add("-cp");
    command.add(home.classPath(kind));
    command.add(main);
    command.addAll(arguments);
    return new Launch(command, environment());
  }

  private List<String> withConfig(List<String> arguments) {
    List<String> all = new ArrayList<>(arguments);
    all.add("--config");
    all.add(instance.config().toString());
    return all;
  }

  /**
   * Few malloc arenas, since with many threads they would hold a hundred MB for nothing; and a
   * process that calls the command must not start a build.
   */
  private static Map<String, String> environment() {
    return Map.of("MALLOC_ARENA_MAX", "2", "ANABRANCH_BUILD", "never");
  }

  /** What Spark's own launcher adds, from org.apache.spark.launcher.JavaModuleOptions. */
  private static List<String> sparkFlags() {
    try (InputStream in = Launches.class.getResourceAsStream("spark.flags")) {
      return Home.words(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

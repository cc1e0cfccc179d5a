package io.anabranch.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** The command lines of an instance's processes: class path, flags, arguments. */
final class Launches {
  private static final String SPARK_SUBMIT = "org.apache.spark.deploy.SparkSubmit";
  private static final List<String> ON_CLUSTER = List.of("--deploy-mode", "cluster");
  private static final Map<String, String> ON_LOOPBACK =
      new TreeMap<>(
          Map.of(
              "spark.driver.host", "127.0.0.1",
              "spark.driver.bindAddress", "127.0.0.1",
              "spark.ui.enabled", "false"));

  /** Set by whoever wants to know which applications a command starts; a file. */
  private static final String APPLICATIONS = "ANABRANCH_APPLICATIONS";

  private final Instance instance;
  private final boolean noted;

  Launches(Instance instance) {
    this(instance, System.getenv());
  }

  /**
   * @param environment of this process
   */
  Launches(Instance instance, Map<String, String> environment) {
    this.instance = instance;
    this.noted = environment.containsKey(APPLICATIONS);
  }

  Launch of(PlatformRole role) {
    return switch (role) {
      case STACK -> cluster("stack");
      case HIVE -> hive();
      case INGEST -> ingest(List.of("run"));
      case SPEED -> speed();
      case SERVING ->
          java(Jvm.SERVING, "serving", "io.anabranch.serving.Main", withConfig(List.of()));
      case HISTORY -> history();
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
    if (!arguments.contains("-u")) {
      all.add("-u");
      all.add("jdbc:hive2://" + instance.platform().hiveServer() + "/");
    }
    all.addAll(arguments);
    return java(Jvm.CLIENT, "beeline", "org.apache.hive.beeline.BeeLine", all);
  }

  /** A task of the batch layer, its tasks where the settings say. */
  Launch batch(List<String> arguments) {
    return batch(new SparkCluster(instance).master(), arguments);
  }

  /** A task of the batch layer that needs nothing to run, and is done here. */
  Launch batchHere(List<String> arguments) {
    return batch(SparkCluster.HERE, arguments);
  }

  private Launch batch(String master, List<String> arguments) {
    return spark(Jvm.BATCH, master, "io.anabranch.batch.Main", "anabranch-batch-layer-", arguments);
  }

  /** Spark's own master or worker, in the foreground. */
  Launch sparkDaemon(SparkCluster.Daemon daemon) {
    SparkCluster cluster = new SparkCluster(instance);
    List<String> command = sparkCommand(Jvm.SPARK_DAEMON);
    command.addAll(cluster.flags());
    command.add(daemon.mainClass());
    command.addAll(propertiesFile());
    command.addAll(cluster.arguments(daemon));
    Map<String, String> environment = new HashMap<>(sparkEnvironment());
    environment.putAll(cluster.environment());
    return new Launch(command, environment);
  }

  /** Spark's History Server over the platform's event logs. */
  private Launch history() {
    List<String> command = sparkCommand(Jvm.HISTORY);
    command.add("io.anabranch.batch.HistoryMain");
    command.addAll(withConfig(List.of()));
    return new Launch(command, sparkEnvironment());
  }

  private Launch speed() {
    return spark(
        Jvm.SPEED,
        "local[*]",
        "io.anabranch.speed.Main",
        "anabranch-speed-layer-",
        withConfig(List.of()));
  }

  private Launch spark(
      Jvm jvm, String master, String main, String jarPrefix, List<String> arguments) {
    List<String> command = submission(jvm);
    command.addAll(note(List.of()));
    command.addAll(List.of("--master", master, "--class", main));
    command.add(instance.home().jar("spark", jarPrefix).toString());
    command.addAll(arguments);
    return new Launch(command, sparkEnvironment());
  }

  /** Any application: its arguments are spark-submit's and win over ours. */
  Launch sparkSubmit(List<String> arguments) {
    List<String> command = submission(Jvm.BATCH);
    Properties defaults = sparkDefaults();
    ON_LOOPBACK.forEach(
        (option, value) -> {
          if (!defaults.containsKey(option)) {
            command.addAll(List.of("--conf", option + "=" + value));
          }
        });
    command.addAll(note(arguments));
    command.addAll(arguments);
    return new Launch(command, sparkEnvironment());
  }

  /** A driver on another machine could note nothing here, and may lack the class. */
  private List<String> note(List<String> arguments) {
    boolean elsewhere = Collections.indexOfSubList(arguments, ON_CLUSTER) >= 0;
    return noted && !elsewhere
        ? List.of("--conf", "spark.extraListeners=io.anabranch.batch.ApplicationNote")
        : List.of();
  }

  /** Spark's own submission with what this instance says of all of them. */
  private List<String> submission(Jvm jvm) {
    List<String> command = sparkCommand(jvm);
    command.add(SPARK_SUBMIT);
    command.addAll(propertiesFile());
    Path warehouse = instance.data().folder().resolve("spark/warehouse");
    command.addAll(List.of("--conf", "spark.sql.warehouse.dir=" + warehouse.toUri()));
    return command;
  }

  private Path defaultsFile() {
    return instance.config().resolveSibling("spark-defaults.conf");
  }

  private List<String> propertiesFile() {
    Path file = defaultsFile();
    return Files.exists(file) ? List.of("--properties-file", file.toString()) : List.of();
  }

  /** What the instance's users say of Spark; nothing if they do not. */
  private Properties sparkDefaults() {
    Properties defaults = new Properties();
    if (Files.exists(defaultsFile())) {
      try (Reader file = Files.newBufferedReader(defaultsFile())) {
        defaults.load(file);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return defaults;
  }

  private List<String> sparkCommand(Jvm jvm) {
    Home home = instance.home();
    List<String> command = jvm.command(instance.data().scratch());
    command.addAll(sparkFlags());
    command.addAll(home.flags("spark"));
    command.addAll(home.classArchive("spark").flags());
    command.add("-cp");
    command.add(
        home.has("spark-hbase") ? home.classPath("spark", "spark-hbase") : home.classPath("spark"));
    return command;
  }

  private Map<String, String> sparkEnvironment() {
    Map<String, String> environment = new HashMap<>(environment());
    environment.put("SPARK_SCALA_VERSION", "2.13");
    environment.put("SPARK_LOCAL_IP", System.getenv().getOrDefault("SPARK_LOCAL_IP", "127.0.0.1"));
    environment.put("SPARK_LOCAL_DIRS", instance.data().scratch().toString());
    return environment;
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

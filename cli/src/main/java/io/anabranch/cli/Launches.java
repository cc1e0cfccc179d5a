package io.anabranch.cli;

import io.anabranch.runtime.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** The command lines of an instance's processes: class path, flags, arguments. */
final class Launches {
  private static final String SPARK_SUBMIT = "org.apache.spark.deploy.SparkSubmit";
  private static final String WAREHOUSE = "spark.sql.warehouse.dir";
  private static final String LOCAL_IP = "SPARK_LOCAL_IP";
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

  /** Spark's History Server over the platform's event logs; it listens where its address says. */
  private Launch history() {
    List<String> command = sparkCommand(Jvm.HISTORY);
    command.add("io.anabranch.batch.HistoryMain");
    command.addAll(withConfig(List.of()));
    Map<String, String> environment = new HashMap<>(sparkEnvironment());
    environment.put(LOCAL_IP, instance.history().address().getHost());
    return new Launch(command, environment);
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
    command.addAll(options(sparkDefaults(), Map.of(WAREHOUSE, warehouse())));
    command.addAll(note());
    command.addAll(List.of("--master", master, "--class", main));
    command.add(instance.home().jar("spark", jarPrefix).toString());
    command.addAll(arguments);
    return new Launch(command, sparkEnvironment());
  }

  /**
   * Any application: its arguments are spark-submit's and win over ours, as does a file of
   * properties that they name. A driver elsewhere is told nothing of this machine: it could neither
   * listen on our loopback nor note anything here.
   */
  Launch sparkSubmit(List<String> arguments) {
    List<String> command = submission(Jvm.BATCH);
    SubmitArguments given = new SubmitArguments(arguments);
    Properties properties =
        given
            .propertiesFile()
            .map(Path::of)
            .map(Launches::properties)
            .orElseGet(this::sparkDefaults);
    String mode =
        given.deployMode().orElseGet(() -> properties.getProperty("spark.submit.deployMode", ""));
    if (!mode.strip().equals("cluster")) {
      Map<String, String> ours = new TreeMap<>(ON_LOOPBACK);
      ours.put(WAREHOUSE, warehouse());
      command.addAll(options(properties, ours));
      command.addAll(note());
    }
    command.addAll(arguments);
    return new Launch(command, sparkEnvironment());
  }

  /** What we say where nobody else does: {@code --conf} counts more than a file of properties. */
  private static List<String> options(Properties given, Map<String, String> ours) {
    List<String> options = new ArrayList<>();
    ours.forEach(
        (option, value) -> {
          if (!given.containsKey(option)) {
            options.addAll(List.of("--conf", option + "=" + value));
          }
        });
    return options;
  }

  private List<String> note() {
    return noted
        ? List.of("--conf", "spark.extraListeners=io.anabranch.batch.ApplicationNote")
        : List.of();
  }

  /** Spark's own submission with what this instance's users say of all of them. */
  private List<String> submission(Jvm jvm) {
    List<String> command = sparkCommand(jvm);
    command.add(SPARK_SUBMIT);
    command.addAll(propertiesFile());
    return command;
  }

  private String warehouse() {
    return instance.data().folder().resolve("spark/warehouse").toUri().toString();
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
    return properties(defaultsFile());
  }

  /** The properties of a file; none if it is not there, which Spark tells. */
  private static Properties properties(Path path) {
    Properties properties = new Properties();
    if (Files.exists(path)) {
      try (Reader file = Files.newBufferedReader(path)) {
        properties.load(file);
      } catch (IOException | IllegalArgumentException e) {
        throw Problem.badInput("Cannot read %s as properties: %s".formatted(path, e), e);
      }
    }
    return properties;
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
    environment.put(LOCAL_IP, System.getenv().getOrDefault(LOCAL_IP, "127.0.0.1"));
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

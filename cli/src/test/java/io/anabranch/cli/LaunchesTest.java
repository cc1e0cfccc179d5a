package io.anabranch.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.runtime.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LaunchesTest {
  @TempDir private Path folder;
  private Path lib;
  private Instance instance;

  @BeforeEach
  void install() throws IOException {
    lib = folder.resolve("home/lib");
    for (String kind : List.of("cli", "stack", "hive", "spark", "spark-hbase")) {
      Files.createDirectories(lib.resolve(kind));
    }
    Files.createFile(lib.resolve("spark/anabranch-speed-layer-1.jar"));
    Files.createFile(lib.resolve("spark/anabranch-batch-layer-1.jar"));
    Files.createFile(lib.resolve("stack/b.jar"));
    Files.createFile(lib.resolve("stack/a.jar"));
    Files.createFile(lib.resolve("spark-hbase/hbase.jar"));
    Files.writeString(lib.resolve("stack/jvm.flags"), "-Xmx512m\n-Da=b --add-opens=x/y=ALL\n");
    instance = Instance.ensure(new Home(folder.resolve("home")), folder.resolve("data"));
  }

  private String sparkThenHBase() {
    return Stream.of(
            "spark/anabranch-batch-layer-1.jar",
            "spark/anabranch-speed-layer-1.jar",
            "spark-hbase/hbase.jar")
        .map(jar -> lib.resolve(jar).toString())
        .collect(Collectors.joining(":"));
  }

  @Test
  void flagsOfTheKindComeAfterOurs() {
    List<String> command = RoleCommand.launch("namenode", instance).command();
    assertThat(command).containsSubsequence("-Xmx640m", "-Xmx512m", "-Da=b", "--add-opens=x/y=ALL");
    assertThat(command)
        .endsWith(
            "-cp",
            lib.resolve("stack/a.jar") + ":" + lib.resolve("stack/b.jar"),
            "io.anabranch.cluster.Main",
            "namenode",
            "--config",
            instance.config().toString());
  }

  @Test
  void speedRunsThroughSparkSubmitWithHBaseAfterSpark() {
    Launch launch = new Launches(instance).of(PlatformRole.SPEED);
    assertThat(launch.command())
        .contains(sparkThenHBase())
        .containsSubsequence("org.apache.spark.deploy.SparkSubmit", "--master", "local[*]")
        .containsSubsequence("--class", "io.anabranch.speed.Main")
        .endsWith(
            lib.resolve("spark/anabranch-speed-layer-1.jar").toString(),
            "--config",
            instance.config().toString());
    assertThat(launch.environment())
        .containsEntry("SPARK_SCALA_VERSION", "2.13")
        .containsEntry("SPARK_LOCAL_DIRS", instance.data().scratch().toString());
  }

  @Test
  void anyApplicationRunsOnThePlatformsSpark() {
    List<String> command =
        new Launches(instance).sparkSubmit(List.of("--master", "local", "my.jar")).command();
    assertThat(command)
        .containsSubsequence("org.apache.spark.deploy.SparkSubmit", "--conf")
        .contains("spark.driver.host=127.0.0.1")
        .endsWith("--master", "local", "my.jar");
  }

  @Test
  void theInstancesOwnDefaultsOfSparkCountMore() throws IOException {
    Path defaults = instance.config().resolveSibling("spark-defaults.conf");
    Files.writeString(defaults, "spark.driver.host 10.0.0.9\n");
    assertThat(new Launches(instance).sparkSubmit(List.of("my.jar")).command())
        .containsSubsequence("--properties-file", defaults.toString())
        .contains("spark.driver.bindAddress=127.0.0.1")
        .doesNotContain("spark.driver.host=127.0.0.1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--properties-file FILE",
        "--properties-file=FILE",
        "-v --properties-file=none --name a --properties-file FILE"
      })
  void aFileOfPropertiesThatIsNamedCountsMore(String words) throws IOException {
    Files.writeString(
        instance.config().resolveSibling("spark-defaults.conf"), "spark.ui.enabled true\n");
    Path file =
        Files.writeString(
            folder.resolve("own.conf"),
            "spark.driver.host=10.0.0.9\nspark.sql.warehouse.dir hdfs://a/b\n");
    List<String> arguments = new ArrayList<>(Home.words(words.replace("FILE", file.toString())));
    arguments.add("my.jar");
    assertThat(new Launches(instance).sparkSubmit(arguments).command())
        .contains("spark.driver.bindAddress=127.0.0.1", "spark.ui.enabled=false")
        .noneMatch(word -> word.startsWith("spark.driver.host="))
        .noneMatch(word -> word.startsWith("spark.sql.warehouse.dir="));
  }

  @Test
  void whatFollowsTheApplicationIsItsOwn() throws IOException {
    Path file = Files.writeString(folder.resolve("own.conf"), "spark.driver.host=10.0.0.9\n");
    List<String> arguments =
        List.of(
            "--verbose", "my.jar", "--properties-file", file.toString(), "--deploy-mode=cluster");
    assertThat(new Launches(instance).sparkSubmit(arguments).command())
        .contains("spark.driver.host=127.0.0.1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--deploy-mode cluster",
        "--deploy-mode=cluster",
        "--conf spark.submit.deployMode=cluster",
        "--properties-file FILE"
      })
  void aDriverElsewhereIsToldNothingOfThisMachine(String words) throws IOException {
    Path file = Files.writeString(folder.resolve("own.conf"), "spark.submit.deployMode cluster\n");
    Launches asked = new Launches(instance, Map.of("ANABRANCH_APPLICATIONS", "/tmp/a"));
    List<String> given = Home.words(words.replace("FILE", file.toString()));
    List<String> arguments = new ArrayList<>(given);
    arguments.add("my.jar");
    List<String> command = asked.sparkSubmit(arguments).command();
    assertThat(
            command.subList(command.indexOf("org.apache.spark.deploy.SparkSubmit"), command.size()))
        .hasSize(1 + arguments.size())
        .endsWith(arguments.toArray(String[]::new));
  }

  @Test
  void theOptionForTheDriversPlaceCountsMost() {
    List<String> arguments =
        List.of(
            "--deploy-mode",
            "client",
            "--conf",
            "spark.submit.deployMode=cluster",
            "--load-spark-defaults",
            "my.jar");
    assertThat(new Launches(instance).sparkSubmit(arguments).command())
        .contains("spark.driver.host=127.0.0.1");
  }

  @Test
  void applicationsNoteTheirIdsForWhoeverAsks() {
    Launches asked = new Launches(instance, Map.of("ANABRANCH_APPLICATIONS", "/tmp/a"));
    String note = "spark.extraListeners=io.anabranch.batch.ApplicationNote";
    assertThat(asked.batch(List.of("run")).command()).containsSubsequence("--conf", note);
    assertThat(asked.sparkSubmit(List.of("my.jar")).command()).containsSubsequence("--conf", note);
    assertThat(asked.sparkSubmit(List.of("--deploy-mode", "cluster", "my.jar")).command())
        .doesNotContain(note);
    assertThat(new Launches(instance, Map.of()).batch(List.of("run")).command())
        .doesNotContain(note);
  }

  @Test
  void theHistoryServerIsOfUpWhereTheSettingsWantIt() throws IOException {
    assertThat(Services.present(instance)).doesNotContain(PlatformRole.HISTORY);
    assertThat(RoleCommand.launch("history", instance).command())
        .contains(sparkThenHBase())
        .endsWith("io.anabranch.batch.HistoryMain", "--config", instance.config().toString());
    Files.writeString(instance.config(), "history.enabled = true\n", StandardOpenOption.APPEND);
    Instance wanted = Instance.existing(instance.home(), instance.data().folder());
    assertThat(Services.present(wanted)).contains(PlatformRole.HISTORY);
    assertThat(wanted.health(PlatformRole.HISTORY).getPort())
        .isEqualTo(wanted.history().address().getPort());
  }

  @Test
  void theHistoryServerListensWhereItsAddressSays() throws IOException {
    assertThat(RoleCommand.launch("history", instance).environment())
        .containsEntry("SPARK_LOCAL_IP", "127.0.0.1");
    Files.writeString(
        instance.config(),
        Files.readString(instance.config())
            .replaceFirst("history\\.address.*", "history.address = http://10.0.0.7:18080"));
    Instance elsewhere = Instance.existing(instance.home(), instance.data().folder());
    assertThat(RoleCommand.launch("history", elsewhere).environment())
        .containsEntry("SPARK_LOCAL_IP", "10.0.0.7");
  }

  @Test
  void aNamedAddressOfHiveIsKept() throws IOException {
    Files.createDirectories(lib.resolve("beeline"));
    List<String> named = new Launches(instance).beeline(List.of("-u", "jdbc:x")).command();
    assertThat(named).containsOnlyOnce("-u").endsWith("-u", "jdbc:x");
  }

  @Test
  void oneDaemonOfHiveIsNamedLast() {
    assertThat(RoleCommand.launch("hive-metastore", instance).command())
        .endsWith("--config", instance.config().toString(), "metastore");
  }

  private Instance withMaster(String master) throws IOException {
    Files.writeString(
        instance.config(), "batch.master = " + master + "\n", StandardOpenOption.APPEND);
    return Instance.existing(instance.home(), instance.data().folder());
  }

  @Test
  void sparksMasterListensWhereRunsLookForIt() throws IOException {
    Instance onCluster = withMaster("spark://10.0.0.1:7077");
    assertThat(RoleCommand.launch("spark-master", onCluster).command())
        .contains(sparkThenHBase())
        .containsSubsequence(
            "org.apache.spark.deploy.master.Master", "--host", "10.0.0.1", "--port", "7077");
    assertThat(new Launches(onCluster).batch(List.of("run")).command())
        .containsSubsequence("--master", "spark://10.0.0.1:7077", "--class");
    assertThat(new Launches(onCluster).batchHere(List.of("check")).command())
        .containsSubsequence("--master", "local[2]", "--class");
  }

  @Test
  void workersFindTheDistributionsJars() throws IOException {
    Instance onCluster = withMaster("spark://10.0.0.1:7077");
    RoleCommand.launch("spark-worker", onCluster);
    Launch worker = RoleCommand.launch("spark-worker", onCluster);
    assertThat(worker.command())
        .contains("org.apache.spark.deploy.worker.Worker")
        .endsWith("spark://10.0.0.1:7077");
    Path sparkHome = Path.of(worker.environment().get("SPARK_HOME"));
    assertThat(sparkHome.resolve("RELEASE")).exists();
    assertThat(sparkHome.resolve("jars").toRealPath()).isEqualTo(lib.resolve("spark").toRealPath());
    assertThat(worker.environment())
        .containsEntry("SPARK_DIST_CLASSPATH", lib.resolve("spark-hbase/hbase.jar").toString());
  }

  @Test
  void sparksDaemonsWantAMaster() {
    for (String role : List.of("spark-master", "spark-worker")) {
      assertThatThrownBy(() -> RoleCommand.launch(role, instance))
          .isInstanceOf(Problem.class)
          .hasMessageContaining("batch.master is 'local[2]', which names no standalone master");
    }
  }

  @Test
  void sparksOptionsMayStandInAFile() throws IOException {
    List<String> without = new Launches(instance).batch(List.of("run")).command();
    assertThat(without)
        .containsSubsequence("--master", "local[2]")
        .doesNotContain("--properties-file");
    Path options = instance.config().resolveSibling("spark-defaults.conf");
    Files.writeString(options, "spark.executor.memory 2g\n");
    assertThat(new Launches(instance).batch(List.of("run")).command())
        .containsSubsequence("--properties-file", options.toString(), "--class");
  }

  @Test
  void kindThatIsNotBuiltIsNamed() {
    assertThatThrownBy(() -> RoleCommand.launch("serving", instance))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("serving is missing");
  }

  @Test
  void containerGetsTheComposeFilesHostNames() {
    Map<String, String> environment =
        Map.of("ANABRANCH_PLATFORM_DATA", folder.resolve("container").toString());
    assertThat(ComposeSettings.areMeant(environment)).isTrue();
    assertThat(ComposeSettings.areMeant(Map.of("ANABRANCH_BUILD", "never"))).isFalse();
    Instance container =
        Instance.configured(instance.home(), ComposeSettings.write(instance.home(), environment));
    assertThat(container.platform().kafka()).isEqualTo("kafka:9092");
    assertThat(container.data().folder()).isEqualTo(folder.resolve("container"));
  }
}

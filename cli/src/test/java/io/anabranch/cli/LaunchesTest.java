package io.anabranch.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.runtime.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
    Files.writeString(lib.resolve("stack/jvm.flags"), "-Xmx512m\n-Da=b --add-opens=x/y=ALL\n");
    instance = Instance.ensure(new Home(folder.resolve("home")), folder.resolve("data"));
  }

  @Test
  void flagsOfTheKindComeAfterOurs() {
    List<String> command = RoleCommand.launch("namenode", instance).command();
    assertThat(command).containsSubsequence("-Xmx640m", "-Xmx512m", "-Da=b", "--add-opens=x/y=ALL");
    assertThat(command)
        .endsWith(
            "-cp",
            lib.resolve("stack") + "/*",
            "io.anabranch.cluster.Main",
            "namenode",
            "--config",
            instance.config().toString());
  }

  @Test
  void speedRunsThroughSparkSubmitWithHBaseAfterSpark() {
    Launch launch = new Launches(instance).of(PlatformRole.SPEED);
    assertThat(launch.command())
        .contains(lib.resolve("spark") + "/*:" + lib.resolve("spark-hbase") + "/*")
        .containsSubsequence("org.apache.spark.deploy.SparkSubmit", "--master", "local[8]")
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
  void oneDaemonOfHiveIsNamedLast() {
    assertThat(RoleCommand.launch("hive-metastore", instance).command())
        .endsWith("--config", instance.config().toString(), "metastore");
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

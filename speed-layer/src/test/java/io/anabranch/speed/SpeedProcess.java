package io.anabranch.speed;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.launcher.JavaModuleOptions;

/** The speed layer as the platform runs it: SparkSubmit in a JVM of its own, from the folders. */
final class SpeedProcess {
  private final Process process;
  private final int healthPort;

  private SpeedProcess(Process process, int healthPort) {
    this.process = process;
    this.healthPort = healthPort;
  }

  static SpeedProcess start(Path lib, Path config, int healthPort, Path log) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(JavaModuleOptions.defaultModuleOptions().trim().split("\\s+")));
    command.addAll(List.of("-Xmx1g", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(
        List.of("-cp", lib.resolve("spark") + "/*:" + lib.resolve("spark-hbase") + "/*"));
    command.add("org.apache.spark.deploy.SparkSubmit");
    command.addAll(List.of("--master", "local[4]", "--class", Main.class.getName()));
    command.add(ownJar(lib).toString());
    command.addAll(List.of("--config", config.toString()));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    return new SpeedProcess(builder.start(), healthPort);
  }

  private static Path ownJar(Path lib) throws IOException {
    try (var jars = java.nio.file.Files.newDirectoryStream(lib.resolve("spark"), "*speed-layer*")) {
      return jars.iterator().next();
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Whether the health endpoint answers 200. */
  boolean isReady() throws InterruptedException {
    try {
      return health().statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  /** What the health endpoint answers. */
  HttpResponse<String> health() throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + healthPort + "/health"))
                .timeout(Duration.ofSeconds(5))
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }

  /** SIGKILL, and the wait for the end. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }
}

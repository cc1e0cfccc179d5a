package io.anabranch.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.yaml.snakeyaml.Yaml;

/**
 * The compose file's own commands as processes of this machine: the same roles, with loopback in
 * the place of the containers' host names.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ComposeIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> LAYERS = List.of("ingest", "speed", "serving");

  private final HttpClient http = HttpClient.newHttpClient();
  private final Path folder = Path.of("target/compose").toAbsolutePath();
  private final Map<String, Process> processes = new LinkedHashMap<>();
  private final Map<String, Integer> healthPorts = new TreeMap<>();
  private final Random random = new Random();
  private final Set<Integer> ports = new HashSet<>();
  private Map<String, String> addresses;
  private int servingPort;

  @BeforeAll
  void startEveryService() throws Exception {
    new ProcessBuilder("rm", "-rf", folder.toString()).start().waitFor();
    addresses = addresses();
    Map<String, Map<String, Object>> services = services();
    services.forEach(
        (name, service) -> {
          if (!LAYERS.contains(name)) {
            start(name, service);
          }
        });
    processes.keySet().forEach(this::awaitHealth);
    LAYERS.forEach(name -> start(name, services.get(name)));
    LAYERS.forEach(this::awaitHealth);
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Map<String, Object>> services() throws IOException {
    try (var reader = Files.newBufferedReader(Platform.HOME.resolve("docker/compose.yaml"))) {
      Map<String, Object> compose = new Yaml().load(reader);
      return (Map<String, Map<String, Object>>) compose.get("services");
    }
  }

  /** Free, and given to no other service: most of them listen much later. */
  private int freePort() {
    while (true) {
      // Below the ports that the kernel gives to connections.
      int port = 15_000 + random.nextInt(17_000);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        if (ports.add(socket.getLocalPort())) {
          return port;
        }
      } catch (IOException e) {
        // Somebody listens there.
      }
    }
  }

  /** What every service must know: loopback for each host, a free port for each listener. */
  private Map<String, String> addresses() {
    Map<String, String> environment = new TreeMap<>();
    for (String host :
        List.of(
            "namenode",
            "datanode",
            "zookeeper",
            "hbase-master",
            "regionserver",
            "thrift",
            "thrift2",
            "kafka")) {
      environment.put(variable("stack", host + "-host"), "127.0.0.1");
    }
    Map<String, Integer> stack = new TreeMap<>();
    for (String port :
        List.of(
            "zookeeper",
            "namenode",
            "namenode-http",
            "datanode",
            "datanode-ipc",
            "datanode-http",
            "hbase-master",
            "regionserver",
            "thrift",
            "thrift2",
            "kafka",
            "kafka-controller")) {
      stack.put(port, freePort());
      environment.put(variable("stack", port + "-port"), "" + stack.get(port));
    }
    int metastore = freePort();
    int hiveServer = freePort();
    servingPort = freePort();
    environment.put(variable("hive", "metastore-port"), "" + metastore);
    environment.put(variable("hive", "server-port"), "" + hiveServer);
    environment.put(variable("platform", "hdfs"), "hdfs://127.0.0.1:" + stack.get("namenode"));
    environment.put(variable("platform", "kafka"), "127.0.0.1:" + stack.get("kafka"));
    environment.put(variable("platform", "zookeeper"), "127.0.0.1:" + stack.get("zookeeper"));
    environment.put(variable("platform", "hive-metastore"), "thrift://127.0.0.1:" + metastore);
    environment.put(variable("platform", "hive-server"), "127.0.0.1:" + hiveServer);
    environment.put(variable("platform", "thrift"), "127.0.0.1:" + stack.get("thrift"));
    environment.put(variable("platform", "thrift2"), "127.0.0.1:" + stack.get("thrift2"));
    environment.put(variable("platform", "serving"), "http://127.0.0.1:" + servingPort);
    return environment;
  }

  private static String variable(String section, String key) {
    return ("anabranch_" + section + "_" + key.replace('-', '_'))
        .toUpperCase(java.util.Locale.ROOT);
  }

  @SuppressWarnings("unchecked")
  private void start(String name, Map<String, Object> service) {
    try {
      Path data = folder.resolve(name);
      Files.createDirectories(data);
      List<String> command = new ArrayList<>();
      command.add(Platform.HOME.resolve("anabranch").toString());
      command.addAll((List<String>) service.get("command"));
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve(name + ".log").toFile());
      Map<String, String> own = (Map<String, String>) service.getOrDefault("environment", Map.of());
      int health = name.equals("serving") ? servingPort : freePort();
      own.forEach((key, value) -> builder.environment().put(key, local(key, value, health)));
      builder.environment().putAll(addresses);
      builder.environment().put("ANABRANCH_PLATFORM_DATA", data.toString());
      builder.environment().put("ANABRANCH_BUILD", "never");
      builder.environment().put("ANABRANCH_JOBS_NIGHTLY", "false");
      healthPorts.put(name, health);
      processes.put(name, builder.start());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A container listens on its own network; here everything stays on loopback. */
  private static String local(String key, String value, int health) {
    if (key.endsWith("_HEALTH_PORT")) {
      return "" + health;
    }
    return value.equals("0.0.0.0") ? "127.0.0.1" : value;
  }

  private void awaitHealth(String name) {
    await(name)
        .atMost(Duration.ofMinutes(4))
        .pollInterval(Duration.ofMillis(500))
        .until(
            () -> {
              assertThat(processes.get(name).isAlive())
                  .as("%s runs; see %s", name, folder.resolve(name + ".log"))
                  .isTrue();
              return status("http://127.0.0.1:" + healthPorts.get(name) + "/health") == 200;
            });
  }

  private int status(String uri) {
    try {
      return get(uri).statusCode();
    } catch (IOException e) {
      return 0;
    }
  }

  private HttpResponse<String> get(String uri) throws IOException {
    try {
      return http.send(
          HttpRequest.newBuilder(URI.create(uri)).timeout(Duration.ofSeconds(20)).build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @AfterAll
  void stopEveryService() {
    List<String> names = new ArrayList<>(processes.keySet());
    java.util.Collections.reverse(names);
    names.forEach(name -> processes.get(name).destroy());
    names.forEach(
        name -> {
          Process process = processes.get(name);
          try {
            if (!process.waitFor(20, java.util.concurrent.TimeUnit.SECONDS)) {
              process.destroyForcibly();
            }
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  @Test
  void recordsFlowThroughSeparateProcesses() throws Exception {
    ProcessBuilder generate =
        new ProcessBuilder(
            Platform.HOME.resolve("anabranch").toString(),
            "ingest",
            "generate",
            "-d",
            "customer_orders",
            "--count",
            "2000",
            "--seed",
            "1",
            "--error-rate",
            "0");
    generate.environment().putAll(addresses);
    generate.environment().put("ANABRANCH_PLATFORM_DATA", folder.resolve("client").toString());
    generate.environment().put("ANABRANCH_BUILD", "never");
    Process process =
        generate
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("generate.log").toFile())
            .start();
    assertThat(process.waitFor()).as("see %s", folder.resolve("generate.log")).isZero();
    await().atMost(Duration.ofMinutes(2)).ignoreExceptions().until(() -> orders() == 2000);
  }

  private long orders() throws IOException {
    String uri =
        "http://127.0.0.1:" + servingPort + "/api/v1/views/sales_by_country/cells?by=&grain=all";
    JsonNode answer = JSON.readTree(get(uri).body());
    return answer.path("rows").path(0).path("orders").asLong();
  }
}

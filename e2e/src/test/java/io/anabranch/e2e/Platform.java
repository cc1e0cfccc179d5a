package io.anabranch.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** The platform in a data folder, driven by {@code ./anabranch} and by REST as a user drives it. */
final class Platform implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The repository's root: tests run in the module's folder. */
  static final Path HOME = Path.of("..").toAbsolutePath().normalize();

  /**
   * Real records, where a checkout has them beside it; tests that need them are skipped elsewhere.
   */
  static final Path REAL_RECORDS = HOME.resolve("../shared/data").normalize();

  private final Path data;
  private final Map<String, String> environment;
  private final HttpClient http = HttpClient.newHttpClient();

  private Platform(Path data, Map<String, String> environment) {
    this.data = data;
    this.environment = environment;
  }

  /**
   * What a command left behind.
   *
   * @param out standard output
   * @param err standard error
   */
  record Outcome(int status, String out, String err) {
    Outcome expect(int expected) {
      assertThat(status).as("exit status; %s%n%s", err, out).isEqualTo(expected);
      return this;
    }

    JsonNode json() {
      try {
        return JSON.readTree(out);
      } catch (IOException e) {
        throw new AssertionError("no JSON: " + out + "\n" + err, e);
      }
    }
  }

  /** Starts the platform in a folder that is emptied before. */
  static Platform up(String name) {
    return up(name, Map.of());
  }

  /** Starts it with settings from the environment, which every later command has as well. */
  static Platform up(String name, Map<String, String> environment) {
    Path data = Path.of("target", name).toAbsolutePath();
    delete(data);
    Platform platform = new Platform(data, environment);
    platform.run("up").expect(0);
    return platform;
  }

  private static void delete(Path folder) {
    try {
      new ProcessBuilder("rm", "-rf", folder.toString()).inheritIO().start().waitFor();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Runs a command of {@code ./anabranch} on this platform's data folder, to its end. */
  Outcome run(String... arguments) {
    try {
      Running running = start(arguments);
      assertThat(running.process().waitFor(10, TimeUnit.MINUTES))
          .as("%s ends", List.of(arguments))
          .isTrue();
      return running.outcome();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Loads a file of {@link #REAL_RECORDS}, and returns once both layers have all of it.
   *
   * @param more arguments of {@code ingest file}
   */
  void loadReal(String dataset, String file, String... more) {
    List<String> command =
        new ArrayList<>(
            List.of("ingest", "file", "-d", dataset, REAL_RECORDS.resolve(file).toString()));
    command.addAll(List.of(more));
    run(command.toArray(String[]::new)).expect(0);
    awaitCaughtUp(dataset);
  }

  /** Returns once the speed layer and the master dataset have everything that the topic has. */
  void awaitCaughtUp(String dataset) {
    await()
        .atMost(Duration.ofMinutes(10))
        .pollInterval(Duration.ofMillis(500))
        .until(() -> isCaughtUp(dataset));
  }

  /** A batch run to its end; what it reports. */
  JsonNode batchRun(String dataset, String... more) {
    List<String> command = new ArrayList<>(List.of("batch", "run", dataset, "--json"));
    command.addAll(List.of(more));
    return run(command.toArray(String[]::new)).expect(0).json();
  }

  /** Rows that Hive answers. */
  JsonNode sql(String statement) {
    return run("sql", "--json", statement).expect(0).json();
  }

  /** Whatever both layers serve of a dataset equals a recompute. */
  void expectNoDifference(String dataset) {
    JsonNode report = run("verify", dataset, "--json").expect(0).json();
    assertThat(report.path("differences").asLong()).isZero();
    assertThat(report.path("cells").asLong()).isPositive();
  }

  /** A command that runs beside the test. */
  record Running(Process process, Path out, Path err) {
    Outcome outcome() {
      try {
        return new Outcome(process.waitFor(), Files.readString(out), Files.readString(err));
      } catch (IOException | InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  Running start(String... arguments) {
    try {
      Path out = Files.createTempFile("anabranch", ".out");
      Path err = Files.createTempFile("anabranch", ".err");
      List<String> command = new ArrayList<>();
      command.add(HOME.resolve("anabranch").toString());
      command.addAll(List.of(arguments));
      command.add("--data");
      command.add(data.toString());
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
      builder.environment().put("ANABRANCH_BUILD", "never");
      // no schedule of a night in the middle of a test
      builder.environment().put("ANABRANCH_JOBS_NIGHTLY", "false");
      builder.environment().putAll(environment);
      return new Running(builder.start(), out, err);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The data folder, absolute. */
  Path folder() {
    return data;
  }

  /** One setting of the platform's file. */
  String setting(String key) {
    try {
      return Files.readAllLines(data.resolve("conf/anabranch.properties")).stream()
          .filter(line -> line.matches(java.util.regex.Pattern.quote(key) + "\\s*=.*"))
          .map(line -> line.substring(line.indexOf('=') + 1).strip())
          .findFirst()
          .orElseThrow(() -> new AssertionError("no setting " + key));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  URI page() {
    return URI.create(setting("platform.serving"));
  }

  /** A GET under {@code /api/v1}; 503 is asked again, as clients do. */
  JsonNode get(String path) {
    try {
      HttpResponse<String> response = ask(path);
      if (response.statusCode() == 503) {
        response =
            await()
                .atMost(Duration.ofMinutes(1))
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> ask(path), answer -> answer.statusCode() != 503);
      }
      assertThat(response.statusCode()).as(path + ": " + response.body()).isEqualTo(200);
      return JSON.readTree(response.body());
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(path, e);
    }
  }

  /** A POST of JSON under {@code /api/v1}. */
  JsonNode post(String path, String body) {
    try {
      HttpResponse<String> response =
          http.send(
              HttpRequest.newBuilder(page().resolve("/api/v1" + path))
                  .header("Content-Type", "application/json")
                  .POST(HttpRequest.BodyPublishers.ofString(body))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(response.statusCode()).as(path + ": " + response.body()).isEqualTo(200);
      return JSON.readTree(response.body());
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(path, e);
    }
  }

  /** What a service of the platform answers, anywhere. */
  JsonNode read(URI address) throws IOException, InterruptedException {
    HttpResponse<String> response =
        http.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).as("%s: %s", address, response.body()).isEqualTo(200);
    return JSON.readTree(response.body());
  }

  private HttpResponse<String> ask(String path) throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(page().resolve("/api/v1" + path)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /** The only row of a view that is rolled up over everything; null while nothing is there. */
  JsonNode total(String view) {
    return get("/views/" + view + "/cells?by=&grain=all").path("rows").path(0);
  }

  /** Process ids by service, as the status says. */
  Map<String, Long> pids() {
    Map<String, Long> pids = new TreeMap<>();
    for (JsonNode service : run("status", "--json").json().path("services")) {
      if (service.path("pid").asLong() > 0) {
        pids.put(service.path("service").asText(), service.path("pid").asLong());
      }
    }
    return pids;
  }

  /** How far everything has come with a dataset. */
  JsonNode standing(String dataset) {
    return get("/datasets/" + dataset);
  }

  /** Whether REST answers. */
  boolean isAnswering() {
    try {
      return ask("/datasets").statusCode() == 200;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Deletes a folder below the data folder. */
  void deleteInData(String folder) {
    delete(data.resolve(folder));
  }

  /** Whether the speed layer and the master dataset have everything that the topic has. */
  boolean isCaughtUp(String dataset) {
    for (JsonNode entry : get("/datasets").path("datasets")) {
      if (entry.path("dataset").asText().equals(dataset)) {
        return entry.path("topic_end").size() > 0
            && entry.path("topic_end").equals(entry.path("applied"));
      }
    }
    return false;
  }

  @Override
  public void close() {
    run("down").expect(0);
  }
}

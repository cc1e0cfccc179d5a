package io.anabranch.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.anabranch.cluster.LocalStack;
import io.anabranch.runtime.PlatformSettings;
import io.anabranch.runtime.Settings;
import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.Datasets;
import java.io.File;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Loader, watcher and poller as processes, killed again and again, against a real topic. */
class SourcesIT {
  private static final Duration LONGEST = Duration.ofMinutes(3);
  private static final long SEED = 20_261_122;

  private static LocalStack stack;
  @TempDir private Path folder;

  @BeforeAll
  static void start() {
    stack = LocalStack.start();
  }

  @AfterAll
  static void stop() {
    stack.close();
  }

  @Test
  void aLoadThatIsKilledSendsEachRecordOnce() throws Exception {
    Path schemas = schemas("loaded", "");
    int rows = 150_000;
    StringBuilder csv = new StringBuilder("HourUTC;PriceArea;SpotPriceDKK\n");
    for (int i = 0; i < rows; i++) {
      csv.append(EnergyApi.hour(i).replace('T', ' ')).append(";DK1;").append(i).append('\n');
    }
    Path file = Files.writeString(folder.resolve("prices.csv"), csv);
    String[] load = {"file", "-d", "energy_readings", "--mapping", "spot-prices", file.toString()};
    Random random = new Random(SEED);
    for (int kill = 0; kill < 3; kill++) {
      int before = values(schemas).size();
      Process process = ingest(schemas, load);
      await()
          .atMost(LONGEST)
          .until(() -> values(schemas).size() > before + random.nextInt(500) || !process.isAlive());
      process.destroyForcibly().waitFor();
    }
    Process last = ingest(schemas, load);
    assertThat(last.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(last.exitValue()).isZero();

    assertThat(values(schemas)).hasSize(rows).doesNotHaveDuplicates();
    Process again = ingest(schemas, load);
    assertThat(again.waitFor()).isZero();
    assertThat(values(schemas)).hasSize(rows);
  }

  @Test
  void aPollerThatIsKilledTakesEachRecordOnceAndCorrections() throws Exception {
    try (EnergyApi api = new EnergyApi()) {
      Path schemas = schemas("polled", api.url().toString());
      int hours = 6000;
      for (int hour = 0; hour < hours; hour++) {
        api.put(EnergyApi.hour(hour), "DK1", hour + ".5");
      }
      String[] poll = {"http", "-d", "energy_readings", "--once"};
      for (int kill = 0; kill < 3; kill++) {
        int before = values(schemas).size();
        Process process = ingest(schemas, poll);
        await().atMost(LONGEST).until(() -> values(schemas).size() > before || !process.isAlive());
        process.destroyForcibly().waitFor();
      }
      api.fail(EnergyApi.cut());
      assertThat(ingest(schemas, poll).waitFor()).isZero();
      assertThat(values(schemas)).hasSize(hours).doesNotHaveDuplicates();

      api.put(EnergyApi.hour(hours - 10), "DK1", "7.25");
      assertThat(ingest(schemas, poll).waitFor()).isZero();
      assertThat(values(schemas)).hasSize(hours + 1).doesNotHaveDuplicates();
    }
  }

  @Test
  void aWatcherLoadsWhatArrivesAndRemembersItAfterARestart() throws Exception {
    Path schemas = schemas("watched", "");
    Path in = Files.createDirectory(folder.resolve("in"));
    String[] watch = {
      "watch",
      "-d",
      "energy_readings",
      "--mapping",
      "spot-prices",
      "--settle",
      "PT1S",
      in.toString()
    };
    Process process = ingest(schemas, watch);
    arrive(in, "a.csv", 0);
    await().atMost(LONGEST).until(() -> values(schemas).size() == 10);
    process.destroyForcibly().waitFor();
    arrive(in, "b.csv", 10);
    Process second = ingest(schemas, watch);
    await().atMost(LONGEST).until(() -> values(schemas).size() == 20);
    arrive(in, "c.csv", 20);
    await().atMost(LONGEST).until(() -> values(schemas).size() == 30);
    second.destroyForcibly().waitFor();
    assertThat(values(schemas)).hasSize(30).doesNotHaveDuplicates();
  }

  private static void arrive(Path in, String name, int first) throws IOException {
    StringBuilder csv = new StringBuilder("HourUTC;PriceArea;SpotPriceDKK\n");
    for (int i = first; i < first + 10; i++) {
      csv.append(EnergyApi.hour(i).replace('T', ' ')).append(";DK1;1\n");
    }
    Path part = Files.writeString(in.resolve(name + ".part"), csv);
    Files.move(part, in.resolve(name));
  }

  /** The datasets' folder, with a topic of its own and the source at another address. */
  private Path schemas(String topic, String url) throws IOException {
    Path copy = Fixtures.copyOfSchemas(folder.resolve("schemas"));
    Path dataset = copy.resolve("datasets/energy_readings.yaml");
    String yaml =
        Files.readString(dataset)
            .replace("topic: {name: energy_readings", "topic: {name: " + topic)
            .replace("from: \"2024-01-01T00:00:00Z\"", "from: \"2026-01-01T00:00:00Z\"")
            .replace("zone: Europe/Copenhagen", "zone: UTC")
            .replace("every: PT1H", "every: PT1H\n    rate: 50\n    page: 200");
    if (!url.isEmpty()) {
      yaml = yaml.replace("https://api.energidataservice.dk/dataset/Elspotprices", url);
    }
    Files.writeString(dataset, yaml);
    return copy;
  }

  private Process ingest(Path schemas, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx384m", "-XX:+UseSerialGC", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add("io.anabranch.ingest.Main");
    command.addAll(List.of(arguments));
    command.addAll(List.of("--config", stack.config().toString()));
    ProcessBuilder builder = new ProcessBuilder(command);
    Map<String, String> environment = builder.environment();
    environment.put("ANABRANCH_PLATFORM_SCHEMAS", schemas.toAbsolutePath().toString());
    environment.put("ANABRANCH_PLATFORM_DATA", folder.resolve("data").toString());
    environment.put("ANABRANCH_INGEST_HEALTH_PORT", "1");
    return builder
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(new File("target/sources.log")))
        .start();
  }

  /** The values of the topic, as texts. */
  private static List<String> values(Path schemas) {
    Dataset dataset = Datasets.load(schemas).named("energy_readings");
    PlatformSettings platform =
        Settings.read(stack.config()).section("platform", PlatformSettings.class);
    List<String> values = new ArrayList<>();
    try (SentRecords sent = SentRecords.of(dataset, platform);
        KafkaDestination topic =
            KafkaDestination.open(dataset, platform, Fixtures.settings("g", "1", 1), sent)) {
      topic.read(
          Map.of(), Long.MAX_VALUE, value -> values.add(new BigInteger(1, value).toString(16)));
    }
    return values;
  }
}

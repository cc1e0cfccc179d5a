package io.anabranch.speed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.anabranch.cluster.LocalStack;
import io.anabranch.hbase.HBaseConnection;
import io.anabranch.schemas.Marker;
import io.anabranch.views.Catalog;
import io.anabranch.views.Cut;
import io.anabranch.views.Offsets;
import io.anabranch.views.Version;
import io.anabranch.views.Version.Publication;
import io.anabranch.views.ViewStore;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The real layer on the real stack. */
final class SpeedLayerIT {
  private static final long SEED = 20261121;
  private static final int KILLS = 2;
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  private static Version version(long number) {
    return new Version(
        "trips",
        new Cut(number, Offsets.NONE),
        List.of(number),
        Map.of("median(seats)", "3.0"),
        Map.of(),
        "",
        Version.Counts.NONE,
        Instant.EPOCH,
        Duration.ZERO,
        Optional.empty());
  }

  private static Path config(LocalStack stack, int healthPort) throws Exception {
    List<String> lines = new ArrayList<>(Files.readAllLines(stack.config()));
    lines.removeIf(line -> line.startsWith("platform.schemas"));
    lines.add("platform.schemas = " + Trips.SCHEMAS);
    lines.add("speed.health-port = " + healthPort);
    return Files.write(stack.data().resolve("speed.properties"), lines);
  }

  private static void awaitReady(SpeedProcess process) {
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              assertThat(process.isAlive()).isTrue();
              return process.isReady();
            });
  }

  @Test
  void deltasEqualTheNaiveFoldHoweverOftenTheLayerIsKilledOrTooLongAway() throws Exception {
    Random random = new Random(SEED);
    int healthPort;
    try (ServerSocket free = new ServerSocket(0)) {
      healthPort = free.getLocalPort();
    }
    try (LocalStack stack = LocalStack.start();
        HBaseConnection hbase =
            HBaseConnection.connect(HBaseConnection.configuration(stack.zookeeper()));
        Trips trips = new Trips(stack.kafka(), SEED)) {
      Path config = config(stack, healthPort);
      Path log = stack.data().resolve("speed.log");
      Catalog catalog = hbase.catalog();
      catalog.publish(version(1), 0, new Publication("test", Instant.EPOCH));
      Trips.makeTopic(stack.kafka());
      trips.append(500);
      SpeedProcess process = SpeedProcess.start(LocalStack.builtLib(), config, healthPort, log);
      try {
        for (long kill = 1; kill <= KILLS; kill++) {
          awaitReady(process);
          long before = applied(catalog);
          trips.mark(0, new Marker(2 * kill, kill == 2 ? 1 : 0));
          trips.append(300 + random.nextInt(700));
          trips.mark(1, new Marker(2 * kill, kill == 2 ? 1 : 0));
          trips.mark(0, new Marker(2 * kill - 1, 0));
          trips.append(200 + random.nextInt(500));
          // Every kill meets some records applied, and others on the way.
          await().atMost(PATIENCE).until(() -> applied(catalog) > before + 200);
          trips.append(200 + random.nextInt(500));
          trips.appendInTransactions(20);
          process.kill();
          process = SpeedProcess.start(LocalStack.builtLib(), config, healthPort, log);
        }
        trips.append(500);
        check(
            NaiveCells.of(stack.kafka(), Trips.DATASET, Map.of(1L, 3)),
            catalog,
            hbase.viewStore(dataset -> Duration.ofDays(1)));
        awaitReady(process);
        assertThat(process.health().body()).contains("\"dataset\":\"trips\"", "\"gaps\":[]");

        // The layer is away for so long that the topic no longer has what it did not apply.
        process.kill();
        trips.append(900);
        trips.mark(0, new Marker(100, 1));
        trips.mark(1, new Marker(100, 1));
        trips.append(900);
        NaiveCells naive = NaiveCells.of(stack.kafka(), Trips.DATASET, Map.of(1L, 3));
        MasterCopy.write(stack.hdfs(), Trips.DATASET, catalog, naive.topic());
        Trips.forgetAllBut(stack.kafka(), 150);
        process = SpeedProcess.start(LocalStack.builtLib(), config, healthPort, log);
        check(naive, catalog, hbase.viewStore(dataset -> Duration.ofDays(1)));
        awaitReady(process);
        assertThat(process.health().body()).contains("\"gaps\":[]");
      } finally {
        process.kill();
      }
    }
  }

  private static long applied(Catalog catalog) {
    return catalog.applied("trips").values().stream().mapToLong(Catalog.Applied::end).sum();
  }

  private static void check(NaiveCells naive, Catalog catalog, ViewStore store) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(
                        catalog.applied("trips").entrySet().stream()
                            .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().end())))
                    .isEqualTo(naive.ends()));
    assertThat(naive.measures()).hasSizeGreaterThan(50);
    assertThat(NaiveCells.stored(store, Trips.DATASET, new Offsets(naive.ends())))
        .isEqualTo(naive.measures());
  }
}

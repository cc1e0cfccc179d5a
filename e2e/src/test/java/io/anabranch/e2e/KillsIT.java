package io.anabranch.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Everything is killed at random moments under load. It takes half an hour, so it runs only when it
 * is asked for: {@code mvn -f e2e/pom.xml verify -Dit.test=KillsIT -Dkills=all}; {@code
 * -Dkills.seed=N} chooses other moments.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class KillsIT {
  private static final String ORDERS = "customer_orders";
  private static final Duration PATIENCE = Duration.ofMinutes(6);
  private static final int RATE = 6_000;
  private static final int RECORDS_PER_LOAD = 600_000;

  /** What is killed, and how often. */
  private enum Victim {
    SPEED(20),
    INGEST(5),
    BATCH_RUN(3),
    EVERYTHING(2);

    final int times;

    Victim(int times) {
      this.times = times;
    }
  }

  private final long seed = Long.getLong("kills.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private Platform platform;
  private volatile boolean enough;
  private final AtomicLong loads = new AtomicLong();

  @BeforeAll
  void up() {
    Assumptions.assumeTrue("all".equals(System.getProperty("kills")), "needs -Dkills=all");
    platform = Platform.up("kills");
  }

  @AfterAll
  void down() {
    enough = true;
    if (platform != null) {
      platform.close();
    }
  }

  @Test
  void nothingIsLostAndNothingCountsTwice() throws Exception {
    long started = System.nanoTime();
    CompletableFuture<Void> load = CompletableFuture.runAsync(this::load);
    await().atMost(PATIENCE).until(() -> applied() > 10_000);
    platform.run("batch", "run", ORDERS).expect(0);
    List<Victim> victims = new ArrayList<>();
    for (Victim victim : Victim.values()) {
      victims.addAll(Collections.nCopies(victim.times, victim));
    }
    Collections.shuffle(victims, random);
    int speedKills = 0;
    for (Victim victim : victims) {
      TimeUnit.MILLISECONDS.sleep(1_000 + random.nextInt(4_000));
      kill(victim);
      if (victim == Victim.SPEED && ++speedKills == Victim.SPEED.times / 2) {
        platform.deleteInData("spark/checkpoints");
      }
      awaitGrowth();
    }
    enough = true;
    load.get(10, TimeUnit.MINUTES);
    Duration underLoad = Duration.ofNanos(System.nanoTime() - started);
    platform.awaitCaughtUp(ORDERS);
    await().atMost(PATIENCE).until(() -> masterCovers());
    expectMasterJoinsUp();
    JsonNode report = platform.run("verify", ORDERS, "--json").expect(0).json();
    System.out.printf(
        "seed %s: %s kills in %s s, %,d records, %,d/s on average; verify: %s%n",
        seed,
        victims.size(),
        underLoad.toSeconds(),
        sum("topic_end"),
        sum("topic_end") / underLoad.toSeconds(),
        report);
    assertThat(report.path("differences").asLong()).isZero();
    assertThat(report.path("cells").asLong()).isPositive();
    assertThat(report.path("version").asLong()).isPositive();
  }

  /** One load after another; one that was cut off is made again, and what had arrived repeats. */
  private void load() {
    while (!enough) {
      String number = Long.toString(seed % 1_000_000 + loads.get());
      Platform.Outcome outcome =
          platform.run(
              "ingest",
              "generate",
              "-d",
              ORDERS,
              "--count",
              "" + RECORDS_PER_LOAD,
              "--rate",
              "" + RATE,
              "--seed",
              number,
              "--error",
              "late=0.05",
              "--error",
              "repeat=0.01");
      if (outcome.status() == 0) {
        loads.incrementAndGet();
      }
    }
  }

  private void kill(Victim victim) throws IOException, InterruptedException {
    switch (victim) {
      case SPEED -> kill(platform.pids().get("speed"));
      case INGEST -> kill(platform.pids().get("ingest"));
      case BATCH_RUN -> killBatchRun();
      case EVERYTHING -> {
        platform.pids().values().forEach(KillsIT::kill);
        platform.run("up").expect(0);
      }
    }
  }

  private static void kill(Long pid) {
    if (pid != null) {
      ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }
  }

  private void killBatchRun() throws InterruptedException {
    Platform.Running run = platform.start("batch", "run", ORDERS, "--json");
    TimeUnit.MILLISECONDS.sleep(8_000 + random.nextInt(40_000));
    run.process().descendants().forEach(ProcessHandle::destroyForcibly);
    run.process().destroyForcibly();
    run.process().waitFor();
  }

  private long applied() {
    return sum("applied");
  }

  /** Of the offsets of all partitions. */
  private long sum(String offsets) {
    long sum = 0;
    for (JsonNode end : platform.standing(ORDERS).path(offsets)) {
      sum += end.asLong();
    }
    return sum;
  }

  /** Until records are applied again. */
  private void awaitGrowth() {
    long before = platform.isAnswering() ? applied() : 0;
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .until(() -> platform.isAnswering() && applied() > before);
  }

  private boolean masterCovers() {
    JsonNode standing = platform.standing(ORDERS);
    return standing.path("master_end").equals(standing.path("topic_end"));
  }

  private void expectMasterJoinsUp() throws IOException, InterruptedException {
    List<MasterName> names = new ArrayList<>();
    for (String file : new Hdfs(platform).masterFiles(ORDERS)) {
      names.add(MasterName.of(file));
    }
    Collections.sort(names);
    MasterName before = null;
    for (MasterName name : names) {
      boolean first = before == null || before.partition() != name.partition();
      assertThat(name.first()).as("%s after %s", name, before).isEqualTo(first ? 0 : before.end());
      before = name;
    }
    System.out.printf("%s master files join up%n", names.size());
  }

  private record MasterName(int partition, long first, long end) implements Comparable<MasterName> {
    static MasterName of(String file) {
      String[] parts = file.substring(file.lastIndexOf('/') + 1).split("[-.]", 4);
      return new MasterName(
          Integer.parseInt(parts[0]), Long.parseLong(parts[1]), Long.parseLong(parts[2]));
    }

    @Override
    public int compareTo(MasterName other) {
      return partition != other.partition
          ? Integer.compare(partition, other.partition)
          : Long.compare(first, other.first);
    }
  }
}

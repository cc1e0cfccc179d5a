package io.anabranch.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shell processes whose health this test decides. */
class SupervisionTest {
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Duration INTERVAL = Duration.ofMillis(20);
  private static final Backoff QUICK =
      new Backoff(Duration.ofMillis(20), Duration.ofMillis(100), Duration.ofMinutes(1));

  @TempDir private Path folder;
  private final Set<String> healthy = ConcurrentHashMap.newKeySet();
  private HttpServer health;
  private DataFolder data;

  @BeforeEach
  void answerHealthChecks() throws IOException {
    data = new DataFolder(folder);
    data.create();
    health = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8);
    health.createContext(
        "/",
        exchange -> {
          String role = exchange.getRequestURI().getPath().substring(1);
          exchange.sendResponseHeaders(healthy.contains(role) ? 200 : 503, -1);
          exchange.close();
        });
    health.start();
  }

  @AfterEach
  void stopAnswering() {
    health.stop(0);
  }

  @Test
  void roleWaitsUntilTheOneItNeedsIsReady() throws IOException {
    Service stack = service("stack", 0, Optional.empty(), "exec sleep 600");
    Service layer = service("serving", 2, Optional.of("stack"), "exec sleep 600");
    try (Supervision supervision = new Supervision(List.of(stack, layer), data, QUICK)) {
      supervision.start(INTERVAL);
      awaitState("stack", RoleState.STARTING);
      awaitState("serving", RoleState.WAITING);
      healthy.add("stack");
      awaitState("stack", RoleState.READY);
      awaitState("serving", RoleState.STARTING);
    }
    assertThat(run("stack").process()).isEmpty();
    assertThat(run("serving").state()).isEqualTo(RoleState.STOPPED);
  }

  @Test
  void roleThatServedIsStartedAgainEachTimeItDies() throws IOException {
    healthy.add("stack");
    Service stack = service("stack", 0, Optional.empty(), "exec sleep 600");
    try (Supervision supervision = new Supervision(List.of(stack), data, QUICK)) {
      supervision.start(INTERVAL);
      for (int restarts = 0; restarts < 3; restarts++) {
        int expected = restarts;
        await()
            .atMost(PATIENCE)
            .until(
                () ->
                    run("stack").state() == RoleState.READY && run("stack").restarts() == expected);
        ProcessHandle.of(run("stack").pid()).orElseThrow().destroyForcibly();
      }
      await().atMost(PATIENCE).until(() -> run("stack").restarts() == 3);
      assertThat(run("stack").lastExit()).hasValue(137);
    }
  }

  @Test
  void roleThatRefusesItsInputBeforeItServedIsNotStartedAgain() throws IOException {
    Service stack = service("stack", 0, Optional.empty(), "echo once >> starts; exit 2");
    try (Supervision supervision = new Supervision(List.of(stack), data, QUICK)) {
      supervision.start(INTERVAL);
      awaitState("stack", RoleState.FAILED);
      assertThat(run("stack").lastExit()).hasValue(2);
      await()
          .during(Duration.ofMillis(300))
          .until(() -> Files.readAllLines(folder.resolve("starts")).size() == 1);
    }
  }

  @Test
  void roleThatDiesBeforeItServedIsStartedAgainUntilItServes() throws IOException {
    String script = "echo once >> starts; test $(wc -l < starts) -gt 2 && exec sleep 600; exit 3";
    Service stack = service("stack", 0, Optional.empty(), script);
    try (Supervision supervision = new Supervision(List.of(stack), data, QUICK)) {
      supervision.start(INTERVAL);
      await().until(() -> run("stack").restarts() == 2);
      healthy.add("stack");
      awaitState("stack", RoleState.READY);
      assertThat(run("stack").lastExit()).hasValue(3);
    }
  }

  @Test
  void roleThatIsKilledBeforeItServedIsStartedAgain() throws IOException {
    Service stack = service("stack", 0, Optional.empty(), "exec sleep 600");
    try (Supervision supervision = new Supervision(List.of(stack), data, QUICK)) {
      supervision.start(INTERVAL);
      awaitState("stack", RoleState.STARTING);
      long killed = run("stack").pid();
      ProcessHandle.of(killed).orElseThrow().destroyForcibly();
      await().until(() -> run("stack").restarts() == 1 && run("stack").pid() != killed);
      healthy.add("stack");
      awaitState("stack", RoleState.READY);
    }
  }

  @Test
  void tiersStopInOrderAndAStubbornProcessIsKilled() throws IOException {
    healthy.addAll(Set.of("stack", "hive", "serving"));
    List<Service> services =
        List.of(
            service("stack", 0, Optional.empty(), onTerm("echo stack >> order; exit 0")),
            service("hive", 1, Optional.empty(), onTerm("echo hive >> order; exit 0")),
            service("serving", 2, Optional.empty(), onTerm("echo serving >> order")));
    try (Supervision supervision = new Supervision(services, data, QUICK)) {
      supervision.start(INTERVAL);
      for (Service service : services) {
        awaitState(service.role(), RoleState.READY);
        Path trapped = folder.resolve(service.role() + ".trapped");
        await().atMost(PATIENCE).until(() -> Files.exists(trapped));
      }
    }
    assertThat(Files.readAllLines(folder.resolve("order")))
        .containsExactly("serving", "hive", "stack");
    assertThat(run("serving").lastExit()).hasValue(137);
    assertThat(run("stack").lastExit()).hasValue(0);
  }

  @Test
  void processOfAnEarlierSupervisorIsAdoptedAndWatched() throws IOException {
    healthy.add("stack");
    Process earlier = new ProcessBuilder("sleep", "600").start();
    recordAs("stack", earlier.pid(), LiveProcess.child(earlier).started());
    Service stack = service("stack", 0, Optional.empty(), "exec sleep 600");
    try (Supervision supervision = new Supervision(List.of(stack), data, QUICK)) {
      supervision.start(INTERVAL);
      awaitState("stack", RoleState.READY);
      assertThat(run("stack").pid()).isEqualTo(earlier.pid());
      earlier.destroyForcibly();
      await()
          .atMost(PATIENCE)
          .until(() -> run("stack").restarts() == 1 && run("stack").pid() != earlier.pid());
    }
  }

  @Test
  void processThatGotTheSamePidLaterIsNotAdopted() throws IOException {
    Process stranger = new ProcessBuilder("sleep", "600").start();
    try {
      recordAs("stack", stranger.pid(), Instant.now().minus(Duration.ofHours(1)));
      Service stack = service("stack", 0, Optional.empty(), "exec sleep 600");
      try (Supervision supervision = new Supervision(List.of(stack), data, QUICK)) {
        supervision.start(INTERVAL);
        awaitState("stack", RoleState.STARTING);
        assertThat(run("stack").pid()).isNotEqualTo(stranger.pid());
      }
      assertThat(stranger.isAlive()).isTrue();
    } finally {
      stranger.destroyForcibly();
    }
  }

  private void recordAs(String role, long pid, Instant started) throws IOException {
    new RunFile(role, pid, "", started, 0, RoleState.READY, OptionalInt.empty())
        .write(data.runFile(role));
  }

  private Service service(String role, int tier, Optional<String> after, String script) {
    String inFolder = "cd '" + folder + "'; role=" + role + "; " + script;
    return new Service(
        role,
        new Launch(List.of("sh", "-c", inFolder), Map.of()),
        URI.create("http://127.0.0.1:" + health.getAddress().getPort() + "/" + role),
        "somewhere",
        tier,
        after,
        // The one that is stubborn takes all of it.
        Duration.ofSeconds(role.equals("serving") ? 1 : 20));
  }

  private static String onTerm(String action) {
    return "trap '" + action + "' TERM; touch $role.trapped; while :; do sleep 0.05; done";
  }

  private void awaitState(String role, RoleState state) {
    await()
        .atMost(PATIENCE)
        .until(() -> RunFile.read(data.runFile(role)).filter(r -> r.state() == state).isPresent());
  }

  private RunFile run(String role) {
    return RunFile.read(data.runFile(role)).orElseThrow();
  }
}

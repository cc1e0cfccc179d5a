package io.anabranch.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.Reader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands on a distribution whose stack is a JVM of a few lines; all processes are real. */
class UpAndDownTest {
  @TempDir private Path folder;
  private String data;

  @BeforeEach
  void useATinyDistribution() throws IOException {
    System.setProperty(
        "anabranch.home", TinyHome.create(folder.resolve("home")).folder().toString());
    data = folder.resolve("data").toString();
  }

  @AfterEach
  void stop() {
    CommandRun.of("down", "--data", data);
    System.clearProperty("anabranch.home");
  }

  @Test
  void upStartsStatusShowsAndDownStopsEverything() {
    CommandRun up = CommandRun.of("up", "--data", data);
    assertThat(up.status()).as(up.err()).isZero();
    assertThat(up.err()).contains("stack    ready after");
    assertThat(up.out()).contains("jdbc:hive2://127.0.0.1:").doesNotContain("ready after");
    CommandRun status = CommandRun.of("status", "--data", data);
    assertThat(status.status()).isZero();
    assertThat(status.out()).contains("supervisor", "ready");

    LiveProcess stack = process("stack");
    LiveProcess supervisor = process(Supervisor.ROLE);
    assertThat(CommandRun.of("down", "--data", data).status()).isZero();
    assertThat(stack.isAlive()).isFalse();
    assertThat(supervisor.isAlive()).isFalse();
    assertThat(CommandRun.of("status", "--data", data).status()).isEqualTo(3);
    assertThat(CommandRun.of("status", "--json", "--data", data).out())
        .contains("\"service\":\"stack\",\"state\":\"stopped\",\"pid\":0");
  }

  @Test
  void upWaitsForAPortThatIsJustBeingGivenBack() throws Exception {
    CommandRun.of("up", "--data", data);
    CommandRun.of("down", "--data", data);
    Properties settings = new Properties();
    try (Reader file = Files.newBufferedReader(Path.of(data, "conf/anabranch.properties"))) {
      settings.load(file);
    }
    int port = Integer.parseInt(settings.getProperty("stack.health-port"));
    CompletableFuture<CommandRun> up;
    try (ServerSocket held = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      assertThat(held.isBound()).isTrue();
      up = CompletableFuture.supplyAsync(() -> CommandRun.of("up", "--data", data));
      assertThatThrownBy(() -> up.get(1, TimeUnit.SECONDS)).isInstanceOf(TimeoutException.class);
    }
    assertThat(up.get(1, TimeUnit.MINUTES).status()).isZero();
  }

  @Test
  void secondUpFindsTheSameProcesses() {
    CommandRun.of("up", "--data", data);
    long stack = process("stack").pid();
    long supervisor = process(Supervisor.ROLE).pid();
    assertThat(CommandRun.of("up", "--data", data).status()).isZero();
    assertThat(process("stack").pid()).isEqualTo(stack);
    assertThat(process(Supervisor.ROLE).pid()).isEqualTo(supervisor);
  }

  @Test
  void aRoleThatIsNewInTheSettingsWantsDownAndTakesNothingDown() throws IOException {
    Path stale = new DataFolder(Path.of(data)).runFile("ingest");
    Files.createDirectories(stale.getParent());
    // What a supervisor that was killed said of a role which the next one does not have.
    new RunFile("ingest", 0, "", Instant.EPOCH, 0, RoleState.READY, OptionalInt.empty())
        .write(stale);
    CommandRun.of("up", "--data", data);
    LiveProcess stack = process("stack");
    LiveProcess supervisor = process(Supervisor.ROLE);
    Files.createDirectories(Home.current().folder().resolve("lib/ingest"));

    CommandRun up = CommandRun.of("up", "--data", data, "--timeout", "60");
    assertThat(up.status()).isEqualTo(3);
    assertThat(up.err())
        .contains("ingest is no part of the running platform", "'./anabranch down', then")
        .doesNotContain("ready after");
    assertThat(stack.isAlive()).isTrue();
    assertThat(supervisor.isAlive()).isTrue();
  }

  @Test
  void aSecondUpThatFailsLeavesThePlatformToWhoeverStartedIt() throws IOException {
    CommandRun.of("up", "--data", data);
    LiveProcess stack = process("stack");
    LiveProcess supervisor = process(Supervisor.ROLE);
    // The supervisor writes a role's file when its state changes: this one stays.
    RunFile ready = RunFile.read(new DataFolder(Path.of(data)).runFile("stack")).orElseThrow();
    new RunFile(
            ready.role(),
            ready.pid(),
            ready.address(),
            ready.started(),
            ready.restarts(),
            RoleState.UNREADY,
            ready.lastExit())
        .write(new DataFolder(Path.of(data)).runFile("stack"));

    CommandRun up = CommandRun.of("up", "--data", data, "--timeout", "1");
    assertThat(up.status()).isEqualTo(3);
    assertThat(up.err()).contains("stack was not ready");
    assertThat(stack.isAlive()).isTrue();
    assertThat(supervisor.isAlive()).isTrue();
  }

  @Test
  void upAfterTheSupervisorWasKilledAdoptsWhatLives() {
    CommandRun.of("up", "--data", data);
    long stack = process("stack").pid();
    LiveProcess supervisor = process(Supervisor.ROLE);
    ProcessHandle.of(supervisor.pid()).orElseThrow().destroyForcibly();
    await().atMost(Duration.ofMinutes(1)).until(() -> !supervisor.isAlive());
    assertThat(CommandRun.of("status", "--data", data).out()).contains("dead");

    assertThat(CommandRun.of("up", "--data", data).status()).isZero();
    assertThat(process("stack").pid()).isEqualTo(stack);
    assertThat(process(Supervisor.ROLE).pid()).isNotEqualTo(supervisor.pid());
  }

  @Test
  void downStopsOrphansOfAKilledSupervisor() {
    CommandRun.of("up", "--data", data);
    LiveProcess stack = process("stack");
    LiveProcess supervisor = process(Supervisor.ROLE);
    ProcessHandle.of(supervisor.pid()).orElseThrow().destroyForcibly();
    await().atMost(Duration.ofMinutes(1)).until(() -> !supervisor.isAlive());
    assertThat(CommandRun.of("down", "--data", data).status()).isZero();
    assertThat(stack.isAlive()).isFalse();
  }

  @Test
  void killedRoleIsStartedAgain() {
    CommandRun.of("up", "--data", data);
    long first = process("stack").pid();
    ProcessHandle.of(first).orElseThrow().destroyForcibly();
    await()
        .atMost(Duration.ofMinutes(1))
        .until(
            () ->
                RunFile.read(new DataFolder(Path.of(data)).runFile("stack"))
                    .filter(run -> run.state() == RoleState.READY && run.pid() != first)
                    .filter(run -> run.restarts() == 1 && run.lastExit().orElse(0) == 137)
                    .isPresent());
  }

  @Test
  void upRightAfterAKillWaitsForTheNextProcess() {
    CommandRun.of("up", "--data", data);
    LiveProcess killed = process("stack");
    ProcessHandle.of(killed.pid()).orElseThrow().destroyForcibly();
    assertThat(CommandRun.of("up", "--data", data).status()).isZero();
    assertThat(process("stack").pid()).isNotEqualTo(killed.pid());
    assertThat(
            HealthCheck.isReady(
                Instance.ensure(Home.current(), Path.of(data)).health(PlatformRole.STACK)))
        .isTrue();
  }

  @Test
  void roleThatRefusesEndsTheStartWithItsLastWords() throws IOException {
    Files.createDirectories(Path.of(data));
    Files.createFile(Path.of(data, "refuse"));
    CommandRun up = CommandRun.of("up", "--data", data);
    assertThat(up.status()).isEqualTo(3);
    assertThat(up.err()).contains("stack did not start", "the test wants it so", "stack.log");
    assertThat(FolderLock.isHeld(new DataFolder(Path.of(data)).supervisorLock())).isFalse();
  }

  @Test
  void upWaitsForARoleThatDiesOnItsWayAndIsStartedAgain() throws IOException {
    Files.createDirectories(Path.of(data));
    Files.createFile(Path.of(data, "die"));
    CommandRun up = CommandRun.of("up", "--data", data);
    assertThat(up.status()).as(up.err()).isZero();
    assertThat(up.err()).contains("stack    ready after");
    assertThat(RunFile.read(new DataFolder(Path.of(data)).runFile("stack")))
        .hasValueSatisfying(run -> assertThat(run.restarts()).isEqualTo(1));
  }

  @Test
  void portInUseIsNamedAndNothingIsStarted() throws IOException {
    Instance instance = Instance.ensure(Home.current(), Path.of(data));
    int port = instance.port("stack.kafka-port");
    try (ServerSocket other = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      assertThat(other.isBound()).isTrue();
      CommandRun up = CommandRun.of("up", "--data", data);
      assertThat(up.status()).isEqualTo(3);
      assertThat(up.err()).contains("Port " + port + " of stack (kafka-port)");
    }
    assertThat(instance.data().runFile("stack")).doesNotExist();
  }

  private LiveProcess process(String role) {
    return RunFile.read(new DataFolder(Path.of(data)).runFile(role))
        .flatMap(RunFile::process)
        .orElseThrow();
  }
}

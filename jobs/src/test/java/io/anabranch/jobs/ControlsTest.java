package io.anabranch.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.jobs.run.Outcome;
import io.anabranch.jobs.run.Rerun;
import io.anabranch.jobs.store.Run;
import io.anabranch.jobs.store.Run.Status;
import io.anabranch.jobs.store.Schedule;
import io.anabranch.runtime.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Limits, input events, pauses: a schedule each ten minutes. */
class ControlsTest {
  private static final Duration TICK = Duration.ofMinutes(1);
  private static final String FLOW =
      "<start to='one'/>" + Bench.shell("one", "done", "one ${wf:id()}");

  /** A run wants the folder of its time. */
  private static final String INPUT =
      """
      <datasets><dataset name="d" frequency="10" initial-instance="2026-01-01T00:00Z" timezone="UTC">
        <uri-template>${app}/in/${HOUR}${MINUTE}</uri-template><done-flag></done-flag>
      </dataset></datasets>
      <input-events><data-in name="i" dataset="d"><instance>${coord:current(0)}</instance></data-in></input-events>
      """;

  @TempDir private Path folder;
  private Bench bench;

  @BeforeEach
  void set() {
    bench = new Bench(folder, "2026-01-01T00:00:00Z");
    bench.write("flow/workflow.xml", Bench.workflow(FLOW));
    bench.runner.script(word -> Optional.empty());
  }

  private void submit(String name, String controls, Map<String, String> parameters) {
    submitText(name, Bench.coordinator("10", "2026-01-01T00:00Z", "UTC", controls), parameters);
  }

  private void submitText(String name, String text, Map<String, String> parameters) {
    bench.write("flow/coordinator.xml", text);
    bench.jobs.submit(
        new Jobs.Submission(name, folder.resolve("flow").toString(), parameters, "me"));
  }

  private void passTo(int minute) {
    bench.passUntil(Instant.parse("2026-01-01T00:00:00Z").plusSeconds(60L * minute), TICK);
  }

  private long count(Status status) {
    return bench.runs().stream().filter(run -> run.status() == status).count();
  }

  @Test
  void concurrencyBindsThoseThatRun() {
    submit("s", "<concurrency>2</concurrency><throttle>3</throttle>", Map.of());
    passTo(95);
    assertThat(count(Status.RUNNING)).isEqualTo(2);
    assertThat(count(Status.READY)).as("throttle does not bind them").isEqualTo(8);
    bench.runner.finish(Outcome.ok());
    bench.jobs.tick();
    bench.jobs.tick();
    assertThat(count(Status.SUCCEEDED)).isEqualTo(2);
    assertThat(count(Status.RUNNING)).isEqualTo(2);
  }

  @Test
  void throttleBindsThoseThatWaitForTheirInputs() throws IOException {
    submitText("s", waiting("<throttle>3</throttle>"), Map.of());
    passTo(95);
    assertThat(bench.runs()).extracting(Run::status).containsOnly(Status.WAITING).hasSize(3);
    Files.createDirectories(folder.resolve("flow/in/0010"));
    passTo(97);
    assertThat(count(Status.RUNNING)).isEqualTo(1);
    assertThat(count(Status.WAITING)).isEqualTo(3);
  }

  /** A coordinator whose runs want the folder of their time. */
  private static String waiting(String controls) {
    return Bench.coordinator("10", "2026-01-01T00:00Z", "UTC", controls)
        .replace("<action>", INPUT + "<action>");
  }

  @Test
  void theNewestOfAllThatWereMissedGoesFirst() {
    bench.clock.pass(Duration.ofMinutes(995));
    bench.runner.script(word -> Optional.of(Outcome.ok()));
    submit("s", "<concurrency>1</concurrency><execution>LIFO</execution>", Map.of());
    for (int i = 0; i < 120; i++) {
      bench.jobs.tick();
    }
    assertThat(bench.runner.started).hasSize(100).isSortedAccordingTo(Comparator.reverseOrder());
  }

  @Test
  void theNewestThatCanRunDoesNotWaitForThoseThatWait() throws IOException {
    Files.createDirectories(folder.resolve("flow/in/0010"));
    bench.clock.pass(Duration.ofMinutes(95));
    String controls = "<execution>LIFO</execution><throttle>3</throttle>";
    submitText("s", waiting(controls), Map.of());
    passTo(97);
    assertThat(bench.runner.started).containsExactly("one s@2026-01-01T00:10Z");
    assertThat(count(Status.WAITING)).isEqualTo(3);
  }

  @Test
  void theNewestGoesFirstIfItIsToldTo() {
    submit("s", "<concurrency>1</concurrency><execution>LIFO</execution>", Map.of());
    passTo(35);
    bench.runner.finish(Outcome.ok());
    bench.jobs.tick();
    bench.jobs.tick();
    assertThat(bench.runner.started)
        .containsExactly("one s@2026-01-01T00:00Z", "one s@2026-01-01T00:30Z");
  }

  @Test
  void oneRunOfADatasetIsUnderWay() {
    submit("a", "", Map.of("dataset", "orders"));
    submit("b", "", Map.of("dataset", "orders"));
    submit("c", "", Map.of("dataset", "readings"));
    passTo(5);
    assertThat(bench.runner.started)
        .containsExactly("one a@2026-01-01T00:00Z", "one c@2026-01-01T00:00Z");
    bench.runner.finish(Outcome.ok());
    passTo(6);
    assertThat(bench.runner.started).endsWith("one b@2026-01-01T00:00Z");
  }

  @Test
  void aRunWaitsForItsInputAndTimesOut() throws IOException {
    String text = waiting("<timeout>25</timeout>");
    submitText("s", text, Map.of());
    whoReadsDoesNotWaitForFiles();
    passTo(12);
    assertThat(bench.runner.started).isEmpty();
    assertThat(bench.runs().get(0).message()).endsWith("/flow/in/0000");
    Files.createDirectories(folder.resolve("flow/in/0010"));
    passTo(14);
    assertThat(bench.runner.started).containsExactly("one s@2026-01-01T00:10Z");
    passTo(27);
    Run late = bench.runs().get(0);
    assertThat(late.status()).isEqualTo(Status.TIMED_OUT);
    passTo(60);
    assertThat(bench.jobs.rerun(late.id(), Rerun.FROM_FAILURE).status()).isEqualTo(Status.WAITING);
    passTo(80);
    assertThat(bench.jobs.run(late.id()).message()).endsWith("/flow/in/0000");
    Files.createDirectories(folder.resolve("flow/in/0000"));
    bench.runner.script(word -> Optional.of(Outcome.ok()));
    bench.runner.finish(Outcome.ok());
    passTo(82);
    assertThat(bench.jobs.run(late.id()).status()).isEqualTo(Status.SUCCEEDED);
    assertThat(bench.jobs.run(late.id()).attempt()).isEqualTo(2);
  }

  @Test
  void aRunThatIsRunAgainTimesOutAgainAndIsNotSkipped() {
    submitText("s", waiting("<timeout>25</timeout><execution>LAST_ONLY</execution>"), Map.of());
    passTo(11);
    String id = "s@2026-01-01T00:00Z";
    assertThat(bench.jobs.run(id).status()).isEqualTo(Status.SKIPPED);
    passTo(60);
    bench.jobs.rerun(id, Rerun.FROM_START);
    passTo(85);
    assertThat(bench.jobs.run(id).status()).isEqualTo(Status.WAITING);
    passTo(87);
    assertThat(bench.jobs.run(id).status()).isEqualTo(Status.TIMED_OUT);
    assertThat(bench.jobs.run(id).message()).endsWith("/flow/in/0000");
  }

  private void submitAway(String name) {
    String text = Bench.coordinator("10", "2026-01-01T00:00Z", "UTC", "");
    bench.write(name + "/workflow.xml", Bench.workflow(FLOW));
    bench.write(name + "/coordinator.xml", text);
    bench.jobs.submit(new Jobs.Submission(name, folder.resolve(name).toString(), Map.of(), "me"));
  }

  @Test
  void runsThatCannotBeginLeaveTheirPlacesToOthers() {
    bench.parallel = 2;
    bench.restart();
    submitAway("away1");
    submitAway("away2");
    submit("s", "", Map.of());
    bench.away(folder.resolve("away").toString());
    bench.jobs.tick();
    assertThat(bench.runner.started).containsExactly("one s@2026-01-01T00:00Z");
    assertThat(count(Status.READY)).isEqualTo(2);
    bench.away("/nowhere");
    bench.clock.pass(Duration.ofSeconds(30));
    bench.jobs.tick();
    assertThat(bench.runner.started)
        .containsExactly("one s@2026-01-01T00:00Z", "one away1@2026-01-01T00:00Z");
  }

  @Test
  void anErrorOfOneRunHoldsUpNoOther() {
    submitAway("broken");
    submit("s", "", Map.of());
    bench.asked =
        address -> {
          if (address.startsWith(folder.resolve("broken").toString())) {
            throw new StackOverflowError("of a file system");
          }
        };
    bench.jobs.tick();
    assertThat(bench.runner.started).containsExactly("one s@2026-01-01T00:00Z");
    bench.runner.finish(Outcome.ok());
    bench.jobs.tick();
    assertThat(count(Status.SUCCEEDED)).isEqualTo(1);
  }

  @Test
  void aWorkflowThatDoesNotAnswerIsAskedForNowAndThen() {
    submitAway("away");
    AtomicInteger asked = new AtomicInteger();
    bench.clock.pass(Duration.ofMinutes(25));
    bench.asked =
        address -> {
          if (address.startsWith(folder.resolve("away").toString())) {
            asked.incrementAndGet();
            throw new UncheckedIOException(new IOException("it does not answer"));
          }
        };
    for (int i = 0; i < 30; i++) {
      bench.jobs.tick();
      bench.clock.pass(Duration.ofSeconds(1));
    }
    assertThat(count(Status.READY)).isEqualTo(3);
    assertThat(asked).hasValue(1);
    bench.jobs.tick();
    assertThat(asked).hasValue(2);
    bench.asked = address -> {};
    bench.clock.pass(Duration.ofSeconds(30));
    bench.jobs.tick();
    assertThat(bench.runner.started).containsExactly("one away@2026-01-01T00:00Z");
  }

  @Test
  void aSubWorkflowThatDoesNotAnswerIsAskedForNowAndThen() {
    bench.write("away/workflow.xml", Bench.workflow(FLOW));
    bench.write(
        "flow/workflow.xml",
        Bench.workflow(
            "<start to='sub'/><action name='sub'><sub-workflow><app-path>%s</app-path></sub-workflow>"
                    .formatted(folder.resolve("away"))
                + "<ok to='done'/><error to='failed'/></action>"));
    AtomicInteger asked = new AtomicInteger();
    bench.asked =
        address -> {
          if (address.startsWith(folder.resolve("away").toString())) {
            asked.incrementAndGet();
            throw new UncheckedIOException(new IOException("it does not answer"));
          }
        };
    bench.jobs.start(new Jobs.Request(folder.resolve("flow").toString(), Map.of(), "me"));
    for (int i = 0; i < 5; i++) {
      bench.jobs.tick();
    }
    assertThat(asked).hasValue(1);
    bench.asked = address -> {};
    bench.clock.pass(Duration.ofSeconds(30));
    bench.jobs.tick();
    assertThat(bench.runner.started).hasSize(1);
  }

  @Test
  void aBackfillMakesNoMoreThanMayWaitAndIsGoneWhenItIsRemoved() {
    submit("s", "<throttle>3</throttle>", Map.of());
    Instant now = Instant.parse("2026-01-01T00:00:00Z");
    String backfill = bench.jobs.backfill("s", now.minus(Duration.ofDays(365)), now, 2).name();
    bench.jobs.pause("s");
    passTo(2);
    assertThat(count(Status.RUNNING)).isEqualTo(2);
    assertThat(bench.runs()).hasSize(3);
    bench.runner.finish(Outcome.ok());
    passTo(4);
    assertThat(count(Status.SUCCEEDED)).isEqualTo(2);
    assertThat(bench.runs()).hasSize(5);
    assertThat(count(Status.RUNNING)).isEqualTo(2);
    bench.jobs.remove(backfill);
    passTo(6);
    assertThat(count(Status.RUNNING)).isEqualTo(2);
    assertThat(bench.runs())
        .filteredOn(run -> run.status() == Status.CANCELLED)
        .singleElement()
        .satisfies(run -> assertThat(run.message()).isEqualTo("its schedule was removed"));
    assertThat(bench.jobs.log(bench.runs().get(4))).content().contains("cancelled: its schedule");
  }

  @Test
  void aBackfillAcrossTheStartDoublesNoRun() {
    bench.runner.script(word -> Optional.of(Outcome.ok()));
    submitText(
        "s",
        Bench.coordinator("${coord:months(1)}", "2026-01-31T12:00Z", "Europe/Copenhagen", ""),
        Map.of());
    Instant now = Instant.parse("2026-04-01T00:00:00Z");
    bench.passUntil(now, Duration.ofDays(1));
    bench.jobs.backfill("s", Instant.parse("2025-11-01T00:00:00Z"), now, 2);
    bench.passUntil(now.plus(Duration.ofMinutes(10)), TICK);
    assertThat(bench.runs())
        .extracting(Run::id)
        .containsExactly(
            "s@2025-11-30T12:00Z",
            "s@2025-12-31T12:00Z",
            "s@2026-01-31T12:00Z",
            "s@2026-02-28T12:00Z",
            "s@2026-03-31T11:00Z");
    assertThat(bench.runs()).extracting(Run::status).containsOnly(Status.SUCCEEDED);
  }

  @Test
  void aBackfillUnderWayIsNotReplaced() {
    submit("s", "", Map.of());
    Instant now = Instant.parse("2026-01-01T00:00:00Z");
    Instant from = now.minus(Duration.ofHours(2));
    assertThat(bench.jobs.backfill("s", from, now, 1).name())
        .isEqualTo("s-backfill-20251231T2200Z-20260101T0000Z");
    assertThatThrownBy(() -> bench.jobs.backfill("s", from, now, 2))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("s-backfill-20251231T2200Z-20260101T0000Z is active");
    bench.jobs.backfill("s", from, from.plusSeconds(3600), 1);
    assertThat(bench.jobs.schedules()).as("another end").hasSize(3);
    bench.runner.script(word -> Optional.of(Outcome.ok()));
    passTo(15);
    assertThat(count(Status.SUCCEEDED)).isEqualTo(12 + 2);
    assertThat(bench.jobs.backfill("s", from, now, 3).backfill().orElseThrow().parallel())
        .as("it was done")
        .isEqualTo(3);
  }

  @Test
  void aBackfillMayBeWiderThanItsScheduleLetsWait() {
    submit("s", "<throttle>1</throttle>", Map.of());
    Instant now = Instant.parse("2026-01-01T00:00:00Z");
    bench.jobs.backfill("s", now.minus(Duration.ofDays(1)), now, 4);
    bench.jobs.pause("s");
    passTo(2);
    assertThat(count(Status.RUNNING)).isEqualTo(4);
    assertThat(bench.runs()).hasSize(4);
  }

  @Test
  void runsOfARemovedScheduleAreRunAgainOneByOne() {
    bench.runner.script(word -> Optional.of(Outcome.error("status 1")));
    submit("s", "<concurrency>-1</concurrency>", Map.of());
    passTo(15);
    bench.jobs.remove("s");
    bench.runner.script(word -> Optional.empty());
    for (Run run : bench.runs()) {
      bench.jobs.rerun(run.id(), Rerun.FROM_FAILURE);
    }
    bench.jobs.tick();
    assertThat(bench.runs()).extracting(Run::status).containsExactly(Status.RUNNING, Status.READY);
  }

  @Test
  void aRunWhoseInputsDoNotAnswerWaits() {
    bench.away("/away");
    submitText(
        "s",
        Bench.coordinator("10", "2026-01-01T00:00Z", "UTC", "")
            .replace(
                "<action>",
                """
                <datasets><dataset name="d" frequency="10" initial-instance="2026-01-01T00:00Z" timezone="UTC">
                  <uri-template>/away/${HOUR}${MINUTE}</uri-template><done-flag></done-flag>
                </dataset></datasets>
                <input-events><data-in name="i" dataset="d"><instance>${coord:latest(0)}</instance></data-in></input-events>
                <action>"""),
        Map.of());
    passTo(3);
    assertThat(bench.runs()).extracting(Run::status).containsExactly(Status.WAITING);
    bench.asked = address -> {};
    passTo(4);
    assertThat(bench.runs()).extracting(Run::status).containsExactly(Status.WAITING);
    assertThat(bench.runs().get(0).message()).contains("coord:latest(0)");
  }

  private void whoReadsDoesNotWaitForFiles() {
    CompletableFuture<Void> reached = new CompletableFuture<>();
    CompletableFuture<Void> go = new CompletableFuture<>();
    bench.asked =
        address -> {
          reached.complete(null);
          go.join();
        };
    CompletableFuture<Void> tick = CompletableFuture.runAsync(bench.jobs::tick);
    reached.join();
    assertThat(CompletableFuture.supplyAsync(bench::runs))
        .succeedsWithin(Duration.ofMinutes(2))
        .satisfies(runs -> assertThat(runs).hasSize(1));
    go.complete(null);
    tick.join();
  }

  @Test
  void aPausedScheduleStaysPausedInANewVersion() {
    submit("s", "", Map.of());
    bench.jobs.pause("s");
    submit("s", "", Map.of("x", "1"));
    assertThat(bench.jobs.schedule("s").state()).isEqualTo(Schedule.State.PAUSED);
    assertThat(bench.jobs.schedule("s").properties()).containsEntry("x", "1");
  }

  @Test
  void aPausedScheduleCatchesUpWhenItGoesOn() {
    bench.runner.script(word -> Optional.of(Outcome.ok()));
    submit("s", "", Map.of());
    passTo(5);
    bench.jobs.pause("s");
    passTo(45);
    assertThat(bench.runs()).hasSize(1);
    bench.jobs.resume("s");
    passTo(50);
    assertThat(count(Status.SUCCEEDED)).isEqualTo(6);
  }

  @Test
  void aNewVersionGoesOnWhereTheFormerWas() {
    bench.runner.script(word -> Optional.of(Outcome.ok()));
    submit("s", "<execution>NONE</execution>", Map.of());
    passTo(25);
    submit("s", "", Map.of("x", "1"));
    assertThat(bench.jobs.schedule("s").made()).isEqualTo(3);
    passTo(35);
    assertThat(bench.runs()).hasSize(4);
    assertThat(bench.runs().get(3).configuration()).containsEntry("x", "1");
  }

  @Test
  void aCancelledRunEndsWithItsProcess() {
    submit("s", "", Map.of());
    passTo(1);
    Run run = bench.runs().get(0);
    bench.jobs.cancel(run.id(), "anna");
    bench.jobs.tick();
    assertThat(bench.jobs.run(run.id()).status()).isEqualTo(Status.CANCELLING);
    bench.restart();
    bench.jobs.tick();
    bench.jobs.tick();
    assertThat(bench.jobs.run(run.id()).status()).isEqualTo(Status.CANCELLED);
    assertThat(bench.jobs.run(run.id()).message()).isEqualTo("cancelled by anna");
    assertThat(bench.runner.underWay()).isEmpty();
    assertThatThrownBy(() -> bench.jobs.cancel(run.id(), "anna")).hasMessageContaining("CANCELLED");
  }

  @Test
  void aScheduleIsRunByHandAndSoIsAWorkflow() {
    bench.runner.script(word -> Optional.of(Outcome.ok()));
    submit("s", "", Map.of());
    passTo(1);
    Run asked = bench.jobs.start(new Jobs.Request("s", Map.of("x", "1"), "anna"));
    Run second = bench.jobs.start(new Jobs.Request("s", Map.of(), "anna"));
    Run flow =
        bench.jobs.start(new Jobs.Request(folder.resolve("flow").toString(), Map.of(), "anna"));
    bench.jobs.tick();
    assertThat(asked.id()).isEqualTo("s-2026-01-01T00:01:00Z");
    assertThat(second.id()).isNotEqualTo(asked.id());
    assertThat(asked.configuration()).containsEntry("x", "1");
    assertThat(bench.jobs.run(asked.id()).status()).isEqualTo(Status.SUCCEEDED);
    assertThat(bench.jobs.run(flow.id()).status()).isEqualTo(Status.SUCCEEDED);
    assertThat(flow.name()).isEqualTo("flow");
  }

  @Test
  void whatIsNotValidIsRefusedWhenItIsSubmitted() {
    bench.write("flow/workflow.xml", Bench.workflow("<start to='nothing'/>"));
    assertThatThrownBy(() -> submit("s", "", Map.of())).hasMessageContaining("'nothing'");
    bench.write("flow/workflow.xml", Bench.workflow(FLOW));
    assertThatThrownBy(() -> submit("a/b", "", Map.of())).hasMessageContaining("Invalid name");
    assertThatThrownBy(() -> bench.jobs.schedule("x")).hasMessageContaining("unknown schedule 'x'");
    submit("nightly", "", Map.of());
    assertThatThrownBy(() -> bench.jobs.start(new Jobs.Request("nihgtly", Map.of(), "me")))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("unknown schedule 'nihgtly', expected one of [nightly]");
    assertThatThrownBy(
            () -> bench.jobs.start(new Jobs.Request("nightly", Map.of(), "x".repeat(201))))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("201 characters");
    assertThatThrownBy(
            () -> bench.jobs.submit(new Jobs.Submission("s", "coordinator.xml", Map.of(), "me")))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("is no address");
    assertThatThrownBy(
            () ->
                submitText(
                    "s", Bench.coordinator("FOO(1)", "2026-01-01T00:00Z", "UTC", ""), Map.of()))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("'FOO(1)' is no frequency");
    String events =
        """
        <datasets><dataset name="d" frequency="10" initial-instance="2026-01-01T00:00Z" timezone="UTC">
          <uri-template>/away/${HOUR}${MINUTE}</uri-template>
        </dataset></datasets>
        <input-events><data-in name="i" dataset="d"><instance>%s</instance></data-in></input-events>
        <action>""";
    String text = Bench.coordinator("10", "2026-01-01T00:00Z", "UTC", "");
    for (String wrong :
        List.of("${coord:curent(0)}", "${coord:latest(1)}", "${coord:future(0, 0)}", "now")) {
      assertThatThrownBy(
              () -> submitText("s", text.replace("<action>", events.formatted(wrong)), Map.of()))
          .as(wrong)
          .isInstanceOf(Problem.class)
          .hasMessageContaining("coordinator.xml:7:");
    }
    String longName = "n".repeat(101);
    bench.write(
        "flow/workflow.xml",
        Bench.workflow(
            "<start to='%s'/>".formatted(longName) + Bench.shell(longName, "done", "x")));
    assertThatThrownBy(() -> submit("s", "", Map.of()))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("101 characters");
  }
}

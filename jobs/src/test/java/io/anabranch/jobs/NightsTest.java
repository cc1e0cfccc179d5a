package io.anabranch.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.jobs.run.Outcome;
import io.anabranch.jobs.run.Rerun;
import io.anabranch.jobs.store.Run;
import io.anabranch.jobs.store.Run.Status;
import io.anabranch.jobs.store.Step;
import io.anabranch.jobs.time.OozieTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Thirty nights at 23:55 in Copenhagen, summer time beginning in the middle; a real database. */
class NightsTest {
  private static final ZoneId COPENHAGEN = ZoneId.of("Europe/Copenhagen");
  private static final LocalDate FIRST = LocalDate.parse("2026-03-15");
  private static final Instant END = night(30).minusSeconds(3600);
  private static final Duration TICK = Duration.ofMinutes(5);

  @TempDir private Path folder;
  private Bench bench;

  private static Instant night(int number) {
    return FIRST.plusDays(number).atTime(LocalTime.of(23, 55)).atZone(COPENHAGEN).toInstant();
  }

  private static List<Instant> nights() {
    return IntStream.range(0, 30).mapToObj(NightsTest::night).toList();
  }

  @BeforeEach
  void set() {
    bench = new Bench(folder, "2026-03-15T12:00:00Z");
    bench.useDatabase();
    bench.write(
        "flow/workflow.xml",
        Bench.workflow(
            "<start to='load'/>"
                + Bench.shell("load", "batch", "load")
                + Bench.shell("batch", "done", "batch")
                    .replace(
                        "name=\"batch\"", "name=\"batch\" retry-max=\"2\" retry-interval=\"10\"")));
  }

  /** Ticks each hour, and each five minutes of the evening. */
  private void passUntil(Instant until) {
    while (bench.clock.instant().isBefore(until)) {
      bench.jobs.tick();
      boolean evening = bench.clock.instant().atZone(ZoneOffset.UTC).getHour() >= 20;
      bench.clock.pass(evening ? TICK : Duration.ofHours(1));
    }
    bench.jobs.tick();
  }

  @AfterEach
  void close() {
    bench.store.close();
  }

  private void submit(String execution) {
    bench.write(
        "flow/coordinator.xml",
        Bench.coordinator(
            "${coord:days(1)}",
            OozieTime.format(night(0)),
            "Europe/Copenhagen",
            "<execution>" + execution + "</execution>"));
    bench.jobs.submit(
        new Jobs.Submission("nightly", folder.resolve("flow").toString(), Map.of(), "me"));
  }

  /** On the night of the change a first try fails; on the 20th all do, and people mend it. */
  private void script() {
    int[] tries = new int[1];
    bench.runner.script(
        word -> {
          Instant now = bench.clock.instant();
          if (word.equals("batch")
              && !now.isBefore(night(14))
              && now.isBefore(night(14).plus(TICK))) {
            return Optional.of(Outcome.error("status 1: full moon"));
          } else if (word.equals("batch")
              && now.isAfter(night(19).minusSeconds(1))
              && tries[0] < 3) {
            tries[0]++;
            return Optional.of(Outcome.error("status 1: no disk"));
          }
          return Optional.of(Outcome.ok());
        });
    bench.runner.started.clear();
  }

  @ParameterizedTest
  @CsvSource({"FIFO, 0", "LIFO, 0", "LAST_ONLY, 1", "NONE, 2"})
  void everyNightsRunExistsOnce(String execution, int skipped) throws IOException {
    submit(execution);
    script();
    passUntil(night(5).plus(TICK));
    // two nights it is down, from the 6th evening to the 8th morning
    bench.clock.set(night(7).plus(Duration.ofHours(9)));
    bench.restart();
    passUntil(night(19).plus(Duration.ofHours(1)));
    Run failed = bench.jobs.run("nightly@" + OozieTime.format(night(19)));
    assertThat(failed.status()).isEqualTo(Status.FAILED);
    assertThat(failed.message()).isEqualTo("batch: status 1: no disk");
    bench.jobs.rerun(failed.id(), Rerun.FROM_FAILURE);
    passUntil(END);

    List<Run> runs = bench.runs();
    assertThat(runs).extracting(Run::nominal).containsExactlyElementsOf(nights());
    assertThat(runs).extracting(Run::id).doesNotHaveDuplicates();
    assertThat(runs)
        .filteredOn(run -> run.status() == Status.SKIPPED)
        .hasSize(skipped)
        .allSatisfy(run -> assertThat(run.nominal()).isBetween(night(6), night(7)));
    assertThat(runs)
        .filteredOn(run -> run.status() != Status.SKIPPED)
        .hasSize(30 - skipped)
        .allSatisfy(run -> assertThat(run.status()).isEqualTo(Status.SUCCEEDED))
        .allSatisfy(this::hasHistoryAndLogs);
    for (Run run : runs) {
      assertThat(bench.jobs.log(run)).content().contains("made, due at ");
    }
    assertThat(bench.runner.started.stream().filter("load"::equals)).hasSize(30 - skipped);
    assertThat(bench.runner.started.stream().filter("batch"::equals)).hasSize(30 - skipped + 4);
  }

  private void hasHistoryAndLogs(Run run) {
    List<Step> steps = bench.jobs.steps(run.id());
    assertThat(steps)
        .filteredOn(Step::current)
        .extracting(Step::node)
        .containsExactly("load", "batch");
    assertThat(steps)
        .filteredOn(Step::current)
        .extracting(Step::status)
        .containsOnly(Step.Status.OK);
    assertThat(steps)
        .allSatisfy(step -> assertThat(bench.jobs.log(step)).content().contains("was here"));
    assertThat(bench.jobs.log(run)).content().contains("begun", "succeeded");
  }

  @Test
  void retriesAndTheRerunAreHistory() {
    submit("FIFO");
    script();
    passUntil(night(20));
    List<Step> moon = bench.jobs.steps("nightly@" + OozieTime.format(night(14)));
    assertThat(moon).extracting(Step::tries).containsExactly(1, 1, 2);
    assertThat(moon).extracting(Step::current).containsExactly(true, false, true);
    assertThat(moon.get(2).due()).isEqualTo(moon.get(1).ended().orElseThrow().plusSeconds(600));
    String id = "nightly@" + OozieTime.format(night(19));
    bench.jobs.rerun(id, Rerun.FROM_FAILURE);
    bench.jobs.tick();
    List<Step> disk = bench.jobs.steps(id);
    assertThat(disk).extracting(Step::attempt).containsExactly(1, 1, 1, 1, 2);
    assertThat(disk).extracting(Step::current).containsExactly(true, false, false, false, true);
    assertThat(bench.jobs.run(id).attempt()).isEqualTo(2);
  }

  @Test
  void aBackfillMakesWhatIsMissingAndNoMore() {
    submit("NONE");
    passUntil(night(3).plus(TICK));
    bench.jobs.backfill(
        "nightly", FIRST.minusDays(3).atStartOfDay(COPENHAGEN).toInstant(), night(2), 2);
    bench.runner.script(word -> Optional.empty());
    bench.jobs.tick();
    assertThat(bench.runner.underWay()).as("two at a time").containsExactly("load", "load");
    bench.runner.script(word -> Optional.of(Outcome.ok()));
    bench.runner.finish(Outcome.ok());
    bench.jobs.tick();
    bench.jobs.tick();
    assertThat(bench.runs())
        .extracting(Run::nominal)
        .containsExactly(night(-3), night(-2), night(-1), night(0), night(1), night(2), night(3));
    assertThat(bench.runs()).extracting(Run::status).containsOnly(Status.SUCCEEDED);
    assertThat(bench.runs()).extracting(Run::schedule).containsOnly("nightly");
  }

  @Test
  void aBackfillRunsWhatWasSkippedWhileItWasDown() {
    submit("LAST_ONLY");
    passUntil(night(1).plus(TICK));
    bench.clock.set(night(5).plus(Duration.ofHours(9)));
    bench.restart();
    passUntil(night(5).plus(Duration.ofHours(10)));
    assertThat(skipped()).extracting(Run::nominal).containsExactly(night(2), night(3), night(4));
    String backfill = bench.jobs.backfill("nightly", night(2), night(4), 2).name();
    passUntil(night(5).plus(Duration.ofHours(11)));
    assertThat(skipped()).as("to is exclusive").extracting(Run::nominal).containsExactly(night(4));
    Run made = bench.jobs.run("nightly@" + OozieTime.format(night(2)));
    assertThat(made.status()).isEqualTo(Status.SUCCEEDED);
    assertThat(made.maker()).isEqualTo(backfill);
    assertThat(made.created()).isAfter(night(5));
    assertThat(bench.jobs.log(made)).content().contains("skipped: ", "made, due at ", "succeeded");
    assertThat(bench.runs()).hasSize(6);
  }

  private List<Run> skipped() {
    return bench.runs().stream().filter(run -> run.status() == Status.SKIPPED).toList();
  }

  @Test
  void logsOfStepsStandInTheRunsFolder() throws IOException {
    submit("FIFO");
    passUntil(night(0));
    bench.jobs.tick();
    Run run = bench.runs().get(0);
    assertThat(Files.readString(bench.jobs.log(bench.jobs.steps(run.id()).get(0))))
        .isEqualTo("load was here\n");
  }
}

package io.anabranch.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.jobs.run.Outcome;
import io.anabranch.jobs.store.JobStore;
import io.anabranch.jobs.store.Run;
import io.anabranch.jobs.store.Run.Status;
import io.anabranch.jobs.store.Schedule;
import io.anabranch.jobs.store.Step;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The scheduler is killed before or after each of its writes, or the write fails and it goes on;
 * everything is done once.
 */
class KilledSchedulerTest {
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1;
  }

  private enum When {
    BEFORE,
    AFTER
  }

  private enum Fault {
    /** Nothing is done any more, whoever catches it. */
    THE_PROCESS_DIES,
    THE_WRITE_FAILS
  }

  /** A store one of whose writes is a fault. */
  private static final class MortalStore implements JobStore {
    private final JobStore store;
    private int left;
    private final When when;
    private final Fault fault;

    MortalStore(JobStore store, int writes, When when, Fault fault) {
      this.store = store;
      this.left = writes;
      this.when = when;
      this.fault = fault;
    }

    /** Whether the fault came. */
    boolean isStruck() {
      return left <= 0;
    }

    private JobStore alive() {
      if (isStruck() && fault == Fault.THE_PROCESS_DIES) {
        throw new Killed();
      }
      return store;
    }

    private void strike() {
      alive();
      throw new UncheckedIOException(new IOException("the disk is full"));
    }

    private void write(Runnable work) {
      alive();
      left--;
      if (left == 0 && when == When.BEFORE) {
        strike();
      }
      work.run();
      if (left == 0) {
        strike();
      }
    }

    @Override
    public List<Schedule> schedules() {
      return alive().schedules();
    }

    @Override
    public Optional<Schedule> schedule(String name) {
      return alive().schedule(name);
    }

    @Override
    public void put(Schedule schedule) {
      write(() -> store.put(schedule));
    }

    @Override
    public void remove(String schedule) {
      write(() -> store.remove(schedule));
    }

    @Override
    public boolean add(Run run) {
      boolean[] added = new boolean[1];
      write(() -> added[0] = store.add(run));
      return added[0];
    }

    @Override
    public boolean make(Schedule schedule, Run run) {
      boolean[] made = new boolean[1];
      write(() -> made[0] = store.make(schedule, run));
      return made[0];
    }

    @Override
    public Optional<Run> run(String id) {
      return alive().run(id);
    }

    @Override
    public List<Run> open() {
      return alive().open();
    }

    @Override
    public List<Run> runs(Filter filter) {
      return alive().runs(filter);
    }

    @Override
    public void put(Run run, List<Step> steps) {
      write(() -> store.put(run, steps));
    }

    @Override
    public List<Run> ended(Instant before, int limit) {
      return alive().ended(before, limit);
    }

    @Override
    public void forget(Run run) {
      write(() -> store.forget(run));
    }

    @Override
    public List<Step> steps(String run) {
      return alive().steps(run);
    }

    @Override
    public void close() {}
  }

  private static final Instant UNTIL = Instant.parse("2026-01-01T00:25:00Z");

  private static final String FLOW =
      "<start to='fork'/><fork name='fork'><path start='left'/><path start='right'/></fork>"
          + Bench.shell("left", "join", "left ${wf:id()}")
          + Bench.shell("right", "join", "right ${wf:id()}")
          + "<join name='join' to='which'/>"
          + "<decision name='which'><switch><case to='sub'>true</case><default to='done'/></switch>"
          + "</decision><action name='sub'><sub-workflow><app-path>${app}/child.xml</app-path>"
          + "<propagate-configuration/></sub-workflow><ok to='done'/><error to='failed'/></action>";

  @Test
  void everythingIsDoneOnce(@TempDir Path folder) {
    for (When when : When.values()) {
      int kill = 1;
      while (isKilledAt(folder.resolve(when + "-" + kill), kill, when)) {
        kill++;
      }
      assertThat(kill).as("writes").isGreaterThan(30);
    }
  }

  @Test
  void aWriteThatFailsIsDoneLater(@TempDir Path folder) {
    for (When when : When.values()) {
      int fault = 1;
      while (failsAt(folder.resolve(when + "-" + fault), fault, when)) {
        fault++;
      }
      assertThat(fault).as("writes").isGreaterThan(30);
    }
  }

  /** Whether the fault came before everything was done. */
  private static boolean failsAt(Path folder, int write, When when) {
    Bench bench = bench(folder);
    MortalStore store = new MortalStore(bench.store, write, when, Fault.THE_WRITE_FAILS);
    bench.store = store;
    bench.restart();
    bench.passUntil(UNTIL, Duration.ofMinutes(5));
    bench.jobs.tick();
    requireAllDoneOnce(bench, "failed %s write %s".formatted(when, write));
    return store.isStruck();
  }

  private static Bench bench(Path folder) {
    Bench bench = new Bench(folder, "2026-01-01T00:00:00Z");
    bench.write("flow/workflow.xml", Bench.workflow(FLOW));
    bench.write(
        "flow/child.xml",
        Bench.workflow("<start to='x'/>" + Bench.shell("x", "done", "child ${wf:id()}")));
    bench.write("flow/coordinator.xml", Bench.coordinator("10", "2026-01-01T00:00Z", "UTC", ""));
    bench.jobs.submit(new Jobs.Submission("s", folder.resolve("flow").toString(), Map.of(), "me"));
    bench.runner.script(word -> Optional.of(Outcome.ok()));
    return bench;
  }

  /** Whether the kill came before everything was done. */
  private static boolean isKilledAt(Path folder, int write, When when) {
    Bench bench = bench(folder);
    JobStore durable = bench.store;
    bench.store = new MortalStore(durable, write, when, Fault.THE_PROCESS_DIES);
    bench.restart();
    boolean killed = false;
    try {
      bench.passUntil(UNTIL, Duration.ofMinutes(5));
    } catch (Killed e) {
      killed = true;
      bench.store = durable;
      bench.restart();
      bench.passUntil(UNTIL, Duration.ofMinutes(5));
    }
    requireAllDoneOnce(bench, "killed %s write %s".formatted(when, write));
    return killed;
  }

  private static void requireAllDoneOnce(Bench bench, String what) {
    assertThat(bench.runs().stream().filter(run -> run.parent().isEmpty()))
        .as(what)
        .hasSize(3)
        .allSatisfy(run -> assertThat(run.status()).isEqualTo(Status.SUCCEEDED));
    assertThat(bench.runner.started).hasSize(9).doesNotHaveDuplicates();
  }
}

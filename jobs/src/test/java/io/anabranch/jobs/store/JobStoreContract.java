package io.anabranch.jobs.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.jobs.store.JobStore.Filter;
import io.anabranch.jobs.store.Run.Status;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link JobStore} does. */
abstract class JobStoreContract {
  private static final Instant NOW = Instant.parse("2026-03-01T22:55:00.123Z");

  private JobStore store;

  abstract JobStore open();

  @BeforeEach
  void start() {
    store = open();
  }

  @AfterEach
  void stop() {
    store.close();
  }

  private static Schedule schedule(String name) {
    return new Schedule(
        name,
        "/apps/x",
        "<coordinator-app/>",
        Map.of("a.b", "c=d\n e", "zone", "Ærø"),
        "me",
        Schedule.State.ACTIVE,
        NOW,
        0,
        Instant.EPOCH,
        Optional.empty());
  }

  private static Run run(String id, Instant nominal) {
    return new Run(
        id,
        "s",
        "s",
        "flow",
        "/apps/x",
        "me",
        "orders",
        "",
        Map.of("k", "v"),
        nominal,
        NOW,
        Optional.empty(),
        Optional.empty(),
        Status.WAITING,
        1,
        "");
  }

  @Test
  void schedulesAreKept() {
    Schedule backfill =
        new Schedule(
            "b",
            "/apps/x",
            "x".repeat(100_000),
            Map.of(),
            "me",
            Schedule.State.PAUSED,
            NOW,
            7,
            NOW,
            Optional.of(new Schedule.Backfill("s", NOW, NOW.plusSeconds(60), 3)));
    store.put(schedule("s"));
    store.put(backfill);
    assertThat(store.schedules()).containsExactly(backfill, schedule("s"));
    store.put(schedule("s").in(Schedule.State.DONE).made(3, NOW));
    assertThat(store.schedule("s")).hasValue(schedule("s").in(Schedule.State.DONE).made(3, NOW));
    store.remove("s");
    assertThat(store.schedule("s")).isEmpty();
    assertThat(store.schedules()).hasSize(1);
  }

  @Test
  void aRunIsThereOnce() {
    assertThat(store.add(run("a", NOW))).isTrue();
    assertThat(store.add(run("a", NOW.plusSeconds(1)))).isFalse();
    assertThat(store.run("a")).hasValue(run("a", NOW));
    assertThat(store.run("b")).isEmpty();
    assertThat(store.make(schedule("s").made(1, NOW), run("a", NOW))).isFalse();
    assertThat(store.schedule("s").orElseThrow().made()).isEqualTo(1);
    assertThat(store.make(schedule("s").made(2, NOW), run("b", NOW))).isTrue();
    assertThat(store.schedule("s").orElseThrow().made()).isEqualTo(2);
  }

  @Test
  void runsAndStepsChangeTogether() {
    Run run = run("a", NOW);
    store.add(run);
    Run running = run.to(Status.RUNNING, NOW, "");
    Step first = Step.first(running, 1, "one", "shell", NOW);
    store.put(running, List.of(first));
    Step failed =
        first.running(NOW).ended(Step.Status.ERROR, NOW.plusSeconds(5), "", "no", Map.of("x", "y"));
    store.put(running, List.of(failed.replaced(), first.retry(2, NOW.plusSeconds(65))));
    assertThat(store.steps("a"))
        .containsExactly(failed.replaced(), first.retry(2, NOW.plusSeconds(65)));
    Run ended = running.to(Status.FAILED, NOW.plusSeconds(9), "it's over");
    store.put(ended);
    assertThat(store.run("a")).hasValue(ended);
    assertThat(store.steps("b")).isEmpty();
    assertThatThrownBy(() -> store.put(run("b", NOW))).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void runsAreFound() {
    for (int i = 0; i < 5; i++) {
      store.add(run("r" + i, NOW.plusSeconds(i)));
    }
    store.put(run("r1", NOW.plusSeconds(1)).to(Status.SUCCEEDED, NOW, ""));
    assertThat(store.open()).extracting(Run::id).containsExactly("r0", "r2", "r3", "r4");
    assertThat(store.runs(Filter.any(3))).extracting(Run::id).containsExactly("r4", "r3", "r2");
    assertThat(
            store.runs(
                new Filter(Optional.empty(), Optional.of(Status.SUCCEEDED), Optional.empty(), 9)))
        .extracting(Run::id)
        .containsExactly("r1");
    assertThat(store.runs(new Filter(Optional.of("t"), Optional.empty(), Optional.empty(), 9)))
        .isEmpty();
    assertThat(store.runs(new Filter(Optional.of("s"), Optional.empty(), Optional.of("orders"), 9)))
        .hasSize(5);
  }

  @Test
  void runsThatEndedAreForgotten() {
    store.add(run("open", NOW));
    for (String id : List.of("early", "late")) {
      store.add(run(id, NOW));
      Instant end = NOW.plusSeconds(id.equals("early") ? 1 : 5);
      Run ended = run(id, NOW).to(Status.FAILED, end, "");
      store.put(ended, List.of(Step.first(ended, 1, "one", "shell", NOW)));
    }
    assertThat(store.ended(NOW.plusSeconds(5), 9)).extracting(Run::id).containsExactly("early");
    assertThat(store.ended(NOW.plusSeconds(6), 1)).extracting(Run::id).containsExactly("early");
    store.forget(store.run("early").orElseThrow());
    assertThat(store.run("early")).isEmpty();
    assertThat(store.steps("early")).isEmpty();
    assertThat(store.steps("late")).hasSize(1);
    assertThat(store.ended(NOW.plusSeconds(6), 9)).extracting(Run::id).containsExactly("late");
  }
}

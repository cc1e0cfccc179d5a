package io.anabranch.jobs.run;

import io.anabranch.jobs.store.JobStore;
import io.anabranch.jobs.store.Run;
import io.anabranch.jobs.store.Step;
import io.anabranch.runtime.Problem;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Runs a workflow as an action of another. The child's id is made of the parent's and the node's,
 * so there is one child, which goes on where it failed if the parent does, with what the parent
 * gives it now.
 */
final class SubWorkflowRunner implements ActionRunner {
  /** The actions' type. */
  static final String TYPE = "sub-workflow";

  /** As in Oozie; a workflow that names itself comes to it. */
  private static final int DEEPEST = 50;

  private final JobStore store;
  private final Clock clock;
  private Engine engine;

  SubWorkflowRunner(JobStore store, Clock clock) {
    this.store = store;
    this.clock = clock;
  }

  /** The engine that runs the children. */
  void use(Engine children) {
    engine = children;
  }

  /** The id of the sub-workflow of a run's node. */
  static String child(String run, String node) {
    return run + "." + node;
  }

  private static String parent(Step step) {
    return step.run() + "#" + step.number();
  }

  @Override
  public Optional<Execution> find(Step step, Path folder) {
    return store
        .run(child(step.run(), step.node()))
        .filter(run -> run.parent().equals(parent(step)))
        .map(run -> new Child(run.id()));
  }

  @Override
  public Execution start(ActionCall call) {
    requireNotTooDeep(call.run());
    Run child;
    try {
      child = child(call).requireFolder();
    } catch (IllegalArgumentException e) {
      throw Problem.badInput(e.getMessage(), e);
    }
    Optional<Run> known = store.run(child.id());
    if (known.isEmpty()) {
      store.add(child);
    } else if (!known.get().parent().equals(child.parent())) {
      engine.again(
          known.get().again(child),
          known.get().status() == Run.Status.SUCCEEDED ? Rerun.FROM_START : Rerun.FROM_FAILURE);
    }
    return new Child(child.id());
  }

  private void requireNotTooDeep(Run run) {
    int depth = 1;
    for (Optional<String> up = run.parentRun();
        up.isPresent();
        up = store.run(up.get()).flatMap(Run::parentRun)) {
      depth++;
    }
    if (depth >= DEEPEST) {
      throw Problem.badInput(
          "sub-workflows are nested %s deep: does one name itself?".formatted(depth));
    }
  }

  private Run child(ActionCall call) {
    Map<String, String> configuration = new HashMap<>();
    if (call.body().child("propagate-configuration").isPresent()) {
      configuration.putAll(call.run().configuration());
    }
    configuration.putAll(call.configuration());
    Instant now = clock.instant();
    return new Run(
        child(call.run().id(), call.step().node()),
        call.run().schedule(),
        "",
        call.step().node(),
        call.body().textOf("app-path").orElse(""),
        call.run().user(),
        configuration.getOrDefault("dataset", ""),
        parent(call.step()),
        configuration,
        call.run().nominal(),
        now,
        Optional.empty(),
        Optional.empty(),
        Run.Status.READY,
        1,
        "");
  }

  private final class Child implements Execution {
    private final String id;

    Child(String id) {
      this.id = id;
    }

    @Override
    public Optional<Outcome> outcome() {
      return store
          .run(id)
          .filter(run -> run.status().isFinal())
          .map(
              run ->
                  run.status() == Run.Status.SUCCEEDED
                      ? Outcome.ok()
                      : Outcome.error("%s: %s".formatted(id, run.message())));
    }

    @Override
    public void abandon() {
      // it has steps of its own, which are
    }

    @Override
    public void end() {
      Run run = store.run(id).orElseThrow();
      if (run.status() == Run.Status.READY) {
        store.put(run.to(Run.Status.CANCELLED, clock.instant(), "ended with " + run.parent()));
      } else if (run.status() == Run.Status.RUNNING) {
        store.put(run.to(Run.Status.CANCELLING, clock.instant(), "ended with " + run.parent()));
      }
    }
  }
}

package io.anabranch.jobs.run;

import io.anabranch.jobs.expression.Scope;
import io.anabranch.jobs.store.Run;
import io.anabranch.jobs.store.Step;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What expressions may ask of a run, told by its steps. */
record StepState(Run run, List<Step> steps, Optional<String> nameNode)
    implements Scope.WorkflowState {
  @Override
  public String id() {
    return run.id();
  }

  @Override
  public String name() {
    return run.name();
  }

  @Override
  public String app() {
    return run.app();
  }

  @Override
  public String user() {
    return run.user();
  }

  @Override
  public int attempt() {
    return run.attempt();
  }

  private Optional<Step> of(String node) {
    return steps.stream().filter(Step::current).filter(s -> s.node().equals(node)).findFirst();
  }

  @Override
  public String lastErrorNode() {
    return steps.stream()
        .filter(Step::current)
        .filter(step -> step.status() == Step.Status.ERROR)
        .max(
            Comparator.comparing((Step step) -> step.ended().orElseThrow())
                .thenComparing(Step::number))
        .map(Step::node)
        .orElse("");
  }

  @Override
  public String errorMessage(String node) {
    return of(node).map(Step::message).orElse("");
  }

  @Override
  public String errorCode(String node) {
    return of(node).filter(s -> s.status() == Step.Status.ERROR).map(s -> "ERROR").orElse("");
  }

  @Override
  public String transition(String node) {
    return of(node).map(Step::transition).orElse("");
  }

  @Override
  public Map<String, String> data(String node) {
    return of(node).map(Step::data).orElse(Map.of());
  }
}

package io.anabranch.jobs.run;

import io.anabranch.jobs.definition.Node;
import io.anabranch.jobs.definition.Node.Action;
import io.anabranch.jobs.definition.Node.Decision;
import io.anabranch.jobs.definition.Node.Fork;
import io.anabranch.jobs.definition.Node.Join;
import io.anabranch.jobs.definition.Node.Kill;
import io.anabranch.jobs.definition.Workflow;
import io.anabranch.jobs.store.Step;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How far a run has come: a walk through its workflow along what its steps say. There is no other
 * memory of where a run stands, so whoever reads the steps after a crash stands where it stood.
 */
final class Walk {
  private final Workflow workflow;
  private final Map<String, Step> steps = new HashMap<>();
  private final Set<String> frontier = new LinkedHashSet<>();
  private final Set<String> passed = new LinkedHashSet<>();
  private Optional<Node> end = Optional.empty();

  private Walk(Workflow workflow, List<Step> steps) {
    this.workflow = workflow;
    steps.stream().filter(Step::current).forEach(step -> this.steps.put(step.node(), step));
  }

  /** The walk along the steps that count. */
  static Walk along(Workflow workflow, List<Step> steps) {
    Walk walk = new Walk(workflow, steps);
    walk.go(workflow.start());
    return walk;
  }

  /** Actions and decisions that are to be done next, or are being done. */
  Set<String> frontier() {
    return frontier;
  }

  /** Actions and decisions that are done. */
  Set<String> passed() {
    return passed;
  }

  /** The end or kill node that was come to; a kill node goes before. */
  Optional<Node> end() {
    return end;
  }

  /** The step of a node. */
  Optional<Step> step(String node) {
    return Optional.ofNullable(steps.get(node));
  }

  /** The join that the way from here comes to; empty if it stands or ends before one. */
  private Optional<String> go(String name) {
    Node node = workflow.node(name);
    if (node instanceof Action || node instanceof Decision) {
      Optional<String> next = step(name).flatMap(step -> next(node, step));
      if (next.isEmpty()) {
        frontier.add(name);
        return Optional.empty();
      }
      passed.add(name);
      return go(next.get());
    } else if (node instanceof Fork fork) {
      List<Optional<String>> joins = new ArrayList<>();
      fork.paths().forEach(path -> joins.add(go(path)));
      return joins.stream().allMatch(Optional::isPresent)
          ? go(((Join) workflow.node(joins.get(0).orElseThrow())).to())
          : Optional.empty();
    } else if (node instanceof Join) {
      return Optional.of(name);
    }
    if (end.isEmpty() || node instanceof Kill) {
      end = Optional.of(node);
    }
    return Optional.empty();
  }

  private static Optional<String> next(Node node, Step step) {
    boolean ended = step.status() == Step.Status.OK || step.status() == Step.Status.ERROR;
    if (!ended) {
      return Optional.empty();
    } else if (node instanceof Action action) {
      return Optional.of(step.status() == Step.Status.OK ? action.ok() : action.error());
    }
    return Optional.of(step.transition()).filter(node.targets()::contains);
  }
}

package io.anabranch.jobs.run;

import io.anabranch.jobs.definition.JobXml;
import io.anabranch.jobs.definition.Node;
import io.anabranch.jobs.definition.Node.Action;
import io.anabranch.jobs.definition.Node.Case;
import io.anabranch.jobs.definition.Node.Decision;
import io.anabranch.jobs.definition.Node.Kill;
import io.anabranch.jobs.definition.Workflow;
import io.anabranch.jobs.definition.XmlElement;
import io.anabranch.jobs.expression.Expressions;
import io.anabranch.jobs.expression.Scope;
import io.anabranch.jobs.files.JobFiles;
import io.anabranch.jobs.run.ActionRunner.Execution;
import io.anabranch.jobs.store.JobStore;
import io.anabranch.jobs.store.Run;
import io.anabranch.jobs.store.Step;
import io.anabranch.runtime.Problem;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leads runs through their workflows. What it is about to do is in the store before it is done, and
 * what came of it before anything rests on it. A step that is RUNNING in the store was started or
 * is to be started: the next engine asks its runner, which never starts one step twice.
 *
 * <p>One thread at a time.
 */
public final class Engine {
  private static final Logger LOG = LoggerFactory.getLogger(Engine.class);

  /** How often a step whose process was lost is begun again. */
  private static final int INTERRUPTIONS = 3;

  private record Key(String run, int step) {}

  private final JobStore store;
  private final JobFiles files;
  private final RunFolders folders;
  private final Map<String, ActionRunner> runners;
  private final Clock clock;
  private final Map<Key, Execution> executions = new HashMap<>();
  private final Map<String, Workflow> workflows = new HashMap<>();

  /**
   * @param runners by the types of actions, sub-workflow aside
   */
  public Engine(
      JobStore store,
      JobFiles files,
      RunFolders folders,
      Map<String, ActionRunner> runners,
      Clock clock) {
    this.store = store;
    this.files = files;
    this.folders = folders;
    this.runners = new HashMap<>(runners);
    this.clock = clock;
    SubWorkflowRunner children = new SubWorkflowRunner(store, clock);
    children.use(this);
    this.runners.put(SubWorkflowRunner.TYPE, children);
  }

  /**
   * Begins a run that is READY: keeps its definition, checks its parameters. What is wrong with
   * these fails the run.
   *
   * @throws UncheckedIOException if what it needs does not answer: to be asked again
   */
  public Run begin(Run run) {
    Run begun;
    try {
      String file = WorkflowFile.address(run.app(), files);
      String text = files.text(file);
      Workflow workflow = Workflow.read(file, text);
      workflow.complete(run.configuration());
      folders.keepDefinition(run, text);
      workflows.remove(run.id());
      begun = run.to(Run.Status.RUNNING, clock.instant(), "");
    } catch (UncheckedIOException away) {
      throw away;
    } catch (RuntimeException e) {
      begun = run.to(Run.Status.FAILED, clock.instant(), words(run, e));
    }
    store.put(begun);
    note(begun, begun.status() == Run.Status.RUNNING ? "begun" : "failed: " + begun.message());
    return begun;
  }

  /**
   * Leads a run that is under way as far as it goes now. What is wrong with it fails it.
   *
   * @throws UncheckedIOException if what it needs does not answer: to be asked again
   */
  public Run advance(Run run) {
    if (run.status() == Run.Status.CANCELLING) {
      return settled(run) ? end(run, Run.Status.CANCELLED, run.message()) : run;
    }
    try {
      return advance(run, workflow(run));
    } catch (UncheckedIOException away) {
      throw away;
    } catch (RuntimeException e) {
      return settled(run) ? end(run, Run.Status.FAILED, words(run, e)) : run;
    }
  }

  /** A Problem's own words; anything else is a fault of ours, whose trace is for the log. */
  private static String words(Run run, RuntimeException e) {
    if (e instanceof Problem) {
      return e.getMessage();
    }
    LOG.error("{} cannot go on", run.id(), e);
    return "it could not go on: " + e;
  }

  /** The definition that the run began with, read once. */
  private Workflow workflow(Run run) {
    return workflows.computeIfAbsent(
        run.id(),
        id ->
            Workflow.read(
                run.app(),
                folders
                    .definition(run)
                    .orElseThrow(
                        () -> Problem.failed("its definition was removed: run it again"))));
  }

  private Run advance(Run run, Workflow workflow) {
    while (true) {
      List<Step> steps = store.steps(run.id());
      Walk walk = Walk.along(workflow, steps);
      if (walk.end().isPresent()) {
        return settled(run) ? end(run, workflow, walk.end().get(), steps) : run;
      }
      boolean moved = false;
      for (String node : walk.frontier()) {
        moved |= move(run, workflow, workflow.node(node), walk.step(node));
      }
      if (!moved) {
        return run;
      }
    }
  }

  private Run end(Run run, Workflow workflow, Node end, List<Step> steps) {
    if (!(end instanceof Kill kill)) {
      return end(run, Run.Status.SUCCEEDED, "");
    }
    String message;
    try {
      message = expressions(run, workflow, steps).text(kill.message());
    } catch (Problem problem) {
      message = kill.message() + " (" + problem.getMessage() + ")";
    }
    return end(run, Run.Status.FAILED, message);
  }

  private Run end(Run run, Run.Status how, String message) {
    workflows.remove(run.id());
    Run ended = run.to(how, clock.instant(), message);
    store.put(ended);
    note(ended, how.name().toLowerCase(Locale.ROOT) + words(message));
    return ended;
  }

  /** Ends what is still under way; whether nothing is any more. */
  private boolean settled(Run run) {
    List<Step> changed = new ArrayList<>();
    boolean settled = true;
    for (Step step : store.steps(run.id())) {
      if (!step.current()) {
        continue;
      }
      if (step.status() == Step.Status.RUNNING && !hasEnded(run, step)) {
        settled = false;
      } else if (step.ended().isEmpty()) {
        changed.add(
            step.ended(Step.Status.CANCELLED, clock.instant(), "", "ended with its run", Map.of()));
      }
    }
    store.put(run, changed);
    changed.forEach(step -> executions.remove(new Key(run.id(), step.number())));
    return settled;
  }

  private boolean hasEnded(Run run, Step step) {
    Optional<Execution> execution = started(run, step);
    if (execution.isEmpty()) {
      note(run, step.node() + " was never started");
      return true;
    }
    if (execution.get().outcome().isEmpty()) {
      execution.get().end();
    }
    return execution.get().outcome().isPresent();
  }

  /** Does what can be done for a node; whether something was. */
  private boolean move(Run run, Workflow workflow, Node node, Optional<Step> at) {
    Instant now = clock.instant();
    if (at.isEmpty()) {
      String type = node instanceof Action action ? action.type() : "decision";
      store.put(run, List.of(Step.first(run, nextNumber(run), node.name(), type, now)));
      return true;
    }
    Step step = at.get();
    if (node instanceof Decision decision) {
      return decide(run, workflow, decision, step);
    } else if (step.status() == Step.Status.PENDING) {
      if (step.due().isAfter(now)) {
        return false;
      }
      store.put(run, List.of(step.running(now)));
      note(run, "%s begins (step %s, try %s)".formatted(step.node(), step.number(), step.tries()));
      return true;
    }
    return watch(run, (Action) node, step);
  }

  private boolean decide(Run run, Workflow workflow, Decision decision, Step step) {
    Expressions expressions = expressions(run, workflow, store.steps(run.id()));
    String to =
        decision.cases().stream()
            .filter(one -> expressions.holds(one.predicate()))
            .map(Case::to)
            .findFirst()
            .orElse(decision.otherwise());
    store.put(run, List.of(step.ended(Step.Status.OK, clock.instant(), to, "", Map.of())));
    note(run, "%s decides for %s".formatted(decision.name(), to));
    return true;
  }

  private boolean watch(Run run, Action action, Step step) {
    Outcome outcome;
    try {
      Optional<Outcome> now = execution(run, step).outcome();
      if (now.isEmpty()) {
        return false;
      }
      outcome = now.get();
    } catch (Problem problem) {
      outcome = Outcome.error(problem.getMessage());
    }
    List<Step> changed = ended(run, action, step, outcome);
    store.put(run, changed);
    executions.remove(new Key(run.id(), step.number()));
    return true;
  }

  private List<Step> ended(Run run, Action action, Step step, Outcome outcome) {
    Instant now = clock.instant();
    if (outcome.kind() == Outcome.Kind.OK) {
      note(run, step.node() + " is done");
      return List.of(step.ended(Step.Status.OK, now, action.ok(), "", outcome.data()));
    }
    Step failed = step.ended(Step.Status.ERROR, now, "", outcome.message(), outcome.data());
    if (outcome.kind() == Outcome.Kind.LOST && step.interruptions() < INTERRUPTIONS) {
      note(run, step.node() + " is begun again: " + outcome.message());
      return List.of(failed.replaced(), step.afterInterruption(nextNumber(run), now));
    } else if (step.tries() <= action.retry().max()) {
      Instant due = now.plus(action.retry().before(step.tries()));
      note(
          run,
          "%s failed and is tried again at %s: %s".formatted(step.node(), due, outcome.message()));
      return List.of(failed.replaced(), step.retry(nextNumber(run), due));
    }
    note(run, "%s failed: %s".formatted(step.node(), outcome.message()));
    return List.of(
        step.ended(Step.Status.ERROR, now, action.error(), outcome.message(), outcome.data()));
  }

  private Execution execution(Run run, Step step) {
    return started(run, step)
        .orElseGet(() -> kept(run, step, runners.get(step.type()).start(call(run, step))));
  }

  /** What runs a step, looked for without what its action says: that may not be there any more. */
  private Optional<Execution> started(Run run, Step step) {
    Execution known = executions.get(new Key(run.id(), step.number()));
    return known != null
        ? Optional.of(known)
        : runners
            .get(step.type())
            .find(step, folders.of(step))
            .map(found -> kept(run, step, found));
  }

  private Execution kept(Run run, Step step, Execution execution) {
    executions.put(new Key(run.id(), step.number()), execution);
    return execution;
  }

  private ActionCall call(Run run, Step step) {
    Workflow workflow = workflow(run);
    Action action = (Action) workflow.node(step.node());
    Expressions expressions = expressions(run, workflow, store.steps(run.id()));
    XmlElement body = action.body().map(expressions::text);
    List<XmlElement> parts = new ArrayList<>();
    workflow.global().map(global -> global.map(expressions::text)).ifPresent(parts::add);
    parts.add(body);
    String app = WorkflowFile.folder(run.app(), files);
    return new ActionCall(run, step, body, configuration(parts, app), app, folders.of(step));
  }

  /** Those of files first, what stands in the workflow over them; of each the later part's. */
  private Map<String, String> configuration(List<XmlElement> parts, String app) {
    Map<String, String> configuration = new LinkedHashMap<>();
    for (XmlElement part : parts) {
      for (String path : part.textsOf("job-xml")) {
        String file = WorkflowFile.named(path, app);
        configuration.putAll(JobXml.read(file, files.text(file)));
      }
    }
    parts.forEach(part -> configuration.putAll(part.configuration()));
    return configuration;
  }

  private Expressions expressions(Run run, Workflow workflow, List<Step> steps) {
    Scope properties = Scope.of(workflow.complete(run.configuration()));
    Optional<String> nameNode = workflow.nameNode().map(new Expressions(properties)::text);
    return new Expressions(properties.with(files).with(new StepState(run, steps, nameNode)));
  }

  private int nextNumber(Run run) {
    return store.steps(run.id()).stream().mapToInt(Step::number).max().orElse(0) + 1;
  }

  /**
   * Begins a run that has ended once more. From its start its sub-workflows too begin at theirs; a
   * process that dies in between has made these forget what they did, and nothing else.
   *
   * @param again the run with its next attempt
   * @param from what counts as done
   */
  public Run again(Run again, Rerun from) {
    if (from == Rerun.FROM_START) {
      children(again).forEach(this::forget);
    }
    store.put(again, forgotten(again, from));
    note(again, "to be run again, attempt %s, %s".formatted(again.attempt(), from.words()));
    return again;
  }

  private void forget(Run child) {
    children(child).forEach(this::forget);
    store.put(child, forgotten(child, Rerun.FROM_START));
  }

  /**
   * Removes a run that has ended, with its sub-workflows and their folders. A process that dies in
   * between leaves the run, to be removed again.
   */
  public void remove(Run run) {
    children(run).forEach(this::remove);
    folders.remove(run);
    store.forget(run);
  }

  /** The runs that are sub-workflows of a run. */
  private List<Run> children(Run run) {
    return store.steps(run.id()).stream()
        .filter(step -> step.type().equals(SubWorkflowRunner.TYPE))
        .map(Step::node)
        .distinct()
        .flatMap(node -> store.run(SubWorkflowRunner.child(run.id(), node)).stream())
        .toList();
  }

  private List<Step> forgotten(Run run, Rerun from) {
    List<Step> steps = store.steps(run.id()).stream().filter(Step::current).toList();
    Optional<String> text = folders.definition(run);
    if (from == Rerun.FROM_START || text.isEmpty()) {
      return steps.stream().map(Step::replaced).toList();
    }
    List<Step> done = steps.stream().filter(step -> step.status() == Step.Status.OK).toList();
    Walk walk = Walk.along(Workflow.read(run.app(), text.get()), done);
    return steps.stream()
        .filter(step -> !done.contains(step) || !walk.passed().contains(step.node()))
        .map(Step::replaced)
        .toList();
  }

  /** Ends what is under way in such a way that the next engine begins it again. */
  public void abandon() {
    executions.values().forEach(Execution::abandon);
    executions.values().forEach(Execution::awaitEnd);
    executions.clear();
  }

  private void note(Run run, String what) {
    folders.note(run, clock.instant(), what);
  }

  private static String words(String message) {
    return message.isEmpty() ? "" : ": " + message;
  }
}

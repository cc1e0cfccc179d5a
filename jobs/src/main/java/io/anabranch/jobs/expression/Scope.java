package io.anabranch.jobs.expression;

import io.anabranch.jobs.files.JobFiles;
import io.anabranch.jobs.time.Instances;
import io.anabranch.runtime.Problem;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;

/**
 * What expressions may ask for.
 *
 * @param properties variables, and what {@code wf:conf} and {@code coord:conf} give
 * @param files for {@code fs:} functions, {@code coord:latest} and {@code coord:future}; absent
 *     where there are none
 * @param workflow the run that is going on
 * @param moment the coordinator's run that is being made
 * @param instances the dataset whose instances are being named
 */
public record Scope(
    Map<String, String> properties,
    Optional<JobFiles> files,
    Optional<WorkflowState> workflow,
    Optional<Moment> moment,
    Optional<Instances> instances) {
  /** A scope of properties alone. */
  public static Scope of(Map<String, String> properties) {
    return new Scope(
        properties, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** The same with files. */
  public Scope with(JobFiles available) {
    return new Scope(properties, Optional.of(available), workflow, moment, instances);
  }

  /** The same within a run. */
  public Scope with(WorkflowState state) {
    return new Scope(properties, files, Optional.of(state), moment, instances);
  }

  /** The same at a coordinator's moment. */
  public Scope with(Moment at) {
    return new Scope(properties, files, workflow, Optional.of(at), instances);
  }

  /** The same for a dataset. */
  public Scope with(Instances of) {
    return new Scope(properties, files, workflow, moment, Optional.of(of));
  }

  /** What of the run that is going on expressions may ask for. */
  public interface WorkflowState {
    String id();

    String name();

    String app();

    String user();

    /** The file system of paths without a scheme; empty for this machine's. */
    Optional<String> nameNode();

    /** How often it was begun, 1 for the first time. */
    int attempt();

    /** The node that failed last, empty if none did. */
    String lastErrorNode();

    /** What a failed action said, empty for others. */
    String errorMessage(String node);

    /** A word for how an action failed, empty for others. */
    String errorCode(String node);

    /** The node that followed, empty if none did yet. */
    String transition(String node);

    /** What an action wrote as its output. */
    Map<String, String> data(String node);
  }

  /**
   * A run of a coordinator.
   *
   * @param nominal when it was due
   * @param actual when it was made
   * @param inputs the addresses of its input events, by their names, separated by commas
   * @param outputs the same of its output events
   */
  public record Moment(
      String coordinator,
      String run,
      String user,
      ZoneId zone,
      Instant nominal,
      Instant actual,
      Map<String, String> inputs,
      Map<String, String> outputs) {}

  static <T> T require(Optional<T> part, String function, String where) {
    return part.orElseThrow(
        () -> Problem.badInput("%s can only be asked for in %s".formatted(function, where)));
  }
}

package io.anabranch.jobs.definition;

import io.anabranch.jobs.expression.Expressions;
import io.anabranch.jobs.expression.Scope;
import io.anabranch.jobs.files.JobFiles;
import io.anabranch.jobs.time.Cadence;
import io.anabranch.jobs.time.Instances;
import io.anabranch.jobs.time.OozieTime;
import io.anabranch.runtime.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * When a workflow is run, and what it waits for.
 *
 * @param configuration what a run is given, its expressions not yet evaluated
 * @param properties what the coordinator was submitted with; its runs get them too
 * @param app address of the workflow: a file, or the folder of {@code workflow.xml}
 */
public record Coordinator(
    String name,
    Cadence cadence,
    Controls controls,
    List<Event> inputs,
    List<Event> outputs,
    String app,
    Map<String, String> configuration,
    Map<String, String> properties) {
  /** Which of the runs that could start does. */
  public enum Execution {
    /** The oldest. */
    FIFO,
    /** The newest. */
    LIFO,
    /** A run whose successor is due is skipped. */
    LAST_ONLY,
    /** A run that is more than a minute late is skipped. */
    NONE
  }

  /**
   * The limits of a coordinator.
   *
   * @param timeout how long a run waits for its input events
   * @param concurrency runs at the same time, -1 without limit
   * @param throttle runs that wait for their inputs at the same time; more are not made. It does
   *     not bind where runs are skipped (LAST_ONLY, NONE)
   */
  public record Controls(Duration timeout, int concurrency, Execution execution, int throttle) {}

  /**
   * Instances that a run reads or writes.
   *
   * @param place {@code file:line:column} of its element
   * @param from the instance, or the first one
   * @param to the last one; empty for one instance
   * @param more further single instances
   */
  public record Event(
      String place,
      String name,
      Instances dataset,
      String from,
      Optional<String> to,
      List<String> more) {}

  /**
   * What a run waits for.
   *
   * @param missing addresses of input instances that are not there yet
   * @param moment what its configuration may ask for
   */
  public record Inputs(List<String> missing, Scope.Moment moment) {}

  /** The run of a moment, for {@link #inputs} and {@link #configuration}. */
  public record Due(String run, String user, Instant nominal, Instant created) {}

  /**
   * Reads {@code coordinator.xml}.
   *
   * @param file what to call it in messages
   * @throws Problem with file, line and element if it is not valid
   */
  public static Coordinator read(String file, String text, Map<String, String> properties) {
    return new CoordinatorReader(XmlReader.read(file, text, OozieSchemas.coordinator()), properties)
        .read();
  }

  /**
   * Evaluates once what its events name, as if a run were due at the start; files are not looked
   * at.
   *
   * @throws Problem with the event's place if that cannot be
   */
  public void checkEvents() {
    Scope.Moment at = moment(new Due(name, "", cadence.start(), cadence.start()));
    Scope scope = Scope.of(properties).with(at);
    Stream.concat(inputs.stream(), outputs.stream()).forEach(event -> check(event, scope));
  }

  private static void check(Event event, Scope scope) {
    try {
      instances(event, scope.with(event.dataset()), new ArrayList<>());
    } catch (Problem problem) {
      throw Problem.badInput(
          "%s: '%s': %s".formatted(event.place(), event.name(), problem.getMessage()), problem);
    }
  }

  private Scope.Moment moment(Due due) {
    return new Scope.Moment(
        name,
        due.run(),
        due.user(),
        cadence.zone(),
        due.nominal(),
        due.created(),
        Map.of(),
        Map.of());
  }

  /** Looks which inputs are there. */
  public Inputs inputs(Due due, JobFiles files) {
    Scope scope = Scope.of(properties).with(files).with(moment(due));
    List<String> missing = new ArrayList<>();
    Map<String, String> in = new LinkedHashMap<>();
    for (Event event : inputs) {
      List<Instant> instances = instances(event, scope.with(event.dataset()), missing);
      instances.stream()
          .filter(instance -> !event.dataset().isThere(instance, files))
          .map(event.dataset()::address)
          .forEach(missing::add);
      in.put(event.name(), addresses(event, instances));
    }
    Map<String, String> out = new LinkedHashMap<>();
    for (Event event : outputs) {
      out.put(
          event.name(),
          addresses(event, instances(event, scope.with(event.dataset()), new ArrayList<>())));
    }
    return new Inputs(
        missing,
        new Scope.Moment(
            name, due.run(), due.user(), cadence.zone(), due.nominal(), due.created(), in, out));
  }

  private static String addresses(Event event, List<Instant> instances) {
    return instances.stream().map(event.dataset()::address).collect(Collectors.joining(","));
  }

  private static List<Instant> instances(Event event, Scope scope, List<String> missing) {
    Optional<Instant> from = instant(event, event.from(), scope, missing);
    if (event.to().isPresent()) {
      Optional<Instant> to = instant(event, event.to().get(), scope, missing);
      boolean begins = from.isPresent() || isLeftOut(event, event.from(), scope);
      return to.isPresent() && begins
          ? range(event, from.orElse(Instant.MIN), to.get(), scope)
          : List.of();
    }
    List<Instant> instances = new ArrayList<>();
    from.flatMap(at -> single(event, event.from(), at)).ifPresent(instances::add);
    for (String one : event.more()) {
      instant(event, one, scope, missing)
          .flatMap(at -> single(event, one, at))
          .ifPresent(instances::add);
    }
    return instances;
  }

  /** An offset leads to the instance at or before it, if there is one. */
  private static Optional<Instant> single(Event event, String expression, Instant at) {
    return expression.contains("coord:offset") ? event.dataset().atOrBefore(at) : Optional.of(at);
  }

  /** The instances from one moment to another, both inclusive. */
  private static List<Instant> range(Event event, Instant from, Instant to, Scope scope) {
    if (from.isAfter(to)) {
      throw Problem.badInput(
          "%s is after %s: expected an end-instance at or after the start-instance"
              .formatted(OozieTime.format(from), OozieTime.format(to)));
    }
    Cadence cadence = event.dataset().cadence();
    List<Instant> instances = new ArrayList<>();
    Optional<Cadence.Slot> slot =
        from.equals(Instant.MIN) ? cadence.first() : cadence.atOrAfter(from);
    while (slot.isPresent() && !slot.get().nominal().isAfter(to)) {
      instances.add(slot.get().nominal());
      slot = cadence.after(slot.get());
    }
    if (isOfWhatIsThere(event.from()) && isOfWhatIsThere(event.to().orElseThrow())) {
      scope
          .files()
          .ifPresent(files -> instances.removeIf(at -> !event.dataset().isThere(at, files)));
    }
    return instances;
  }

  /**
   * Whether an expression counts only instances that are there. Between two such ones lie those
   * that it counts between them, and what is not there is not waited for.
   */
  private static boolean isOfWhatIsThere(String expression) {
    return expression.contains("coord:latest") || expression.contains("coord:future");
  }

  /**
   * Whether an instance that is not there will never be: as in Oozie, {@code current} and {@code
   * offset} before the dataset's first instance are no instance, nor is {@code future} if the run
   * itself is before it; {@code latest} waits for one.
   */
  private static boolean isLeftOut(Event event, String expression, Scope scope) {
    return expression.contains("coord:current")
        || expression.contains("coord:offset")
        || (expression.contains("coord:future")
            && event.dataset().atOrBefore(scope.moment().orElseThrow().nominal()).isEmpty());
  }

  private static Optional<Instant> instant(
      Event event, String expression, Scope scope, List<String> missing) {
    String time = new Expressions(scope).text(expression);
    if (!time.isEmpty()) {
      return Optional.of(OozieTime.parse(time));
    } else if (!isLeftOut(event, expression, scope)) {
      missing.add("%s of %s".formatted(expression, event.name()));
    }
    return Optional.empty();
  }

  /** The configuration of a run: the coordinator's properties and its own over them. */
  public Map<String, String> configuration(Scope.Moment moment, JobFiles files) {
    Expressions expressions = new Expressions(Scope.of(properties).with(files).with(moment));
    Map<String, String> all = new LinkedHashMap<>(properties);
    configuration.forEach((key, value) -> all.put(key, expressions.text(value)));
    return all;
  }
}

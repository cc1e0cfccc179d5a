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
   * @param from the instance, or the first one
   * @param to the last one; empty for one instance
   * @param more further single instances
   */
  public record Event(
      String name, Instances dataset, String from, Optional<String> to, List<String> more) {}

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

  /** Looks which inputs are there. */
  public Inputs inputs(Due due, JobFiles files) {
    Scope.Moment at =
        new Scope.Moment(
            name,
            due.run(),
            due.user(),
            cadence.zone(),
            due.nominal(),
            due.created(),
            Map.of(),
            Map.of());
    List<String> missing = new ArrayList<>();
    Map<String, String> in = new LinkedHashMap<>();
    for (Event event : inputs) {
      List<Instant> instances = instances(event, at, files, missing);
      instances.stream()
          .filter(instance -> !event.dataset().isThere(instance, files))
          .map(event.dataset()::address)
          .forEach(missing::add);
      in.put(event.name(), addresses(event, instances));
    }
    Map<String, String> out = new LinkedHashMap<>();
    for (Event event : outputs) {
      out.put(event.name(), addresses(event, instances(event, at, files, new ArrayList<>())));
    }
    return new Inputs(
        missing,
        new Scope.Moment(
            name, due.run(), due.user(), cadence.zone(), due.nominal(), due.created(), in, out));
  }

  private static String addresses(Event event, List<Instant> instances) {
    return instances.stream().map(event.dataset()::address).collect(Collectors.joining(","));
  }

  private List<Instant> instances(
      Event event, Scope.Moment at, JobFiles files, List<String> missing) {
    Expressions expressions =
        new Expressions(Scope.of(properties).with(files).with(at).with(event.dataset()));
    List<Instant> instances = new ArrayList<>();
    Optional<Instant> from = instant(event, event.from(), expressions, missing);
    from.ifPresent(instances::add);
    event
        .to()
        .flatMap(to -> instant(event, to, expressions, missing))
        .filter(to -> from.isPresent() || isLeftOut(event.from()))
        .ifPresent(
            to -> through(event.dataset().cadence(), instances, from.orElse(Instant.MIN), to));
    for (String one : event.more()) {
      instant(event, one, expressions, missing).ifPresent(instances::add);
    }
    return instances;
  }

  /** Adds what follows an instance, up to and with the last. */
  private static void through(
      Cadence cadence, List<Instant> instances, Instant before, Instant last) {
    Optional<Cadence.Slot> slot = cadence.first();
    while (slot.isPresent() && !slot.get().nominal().isAfter(last)) {
      if (slot.get().nominal().isAfter(before)) {
        instances.add(slot.get().nominal());
      }
      slot = cadence.after(slot.get());
    }
  }

  /**
   * Whether an instance that is not there will never be: as in Oozie, {@code current} before the
   * dataset's first instance is no instance, while {@code latest} waits for one.
   */
  private static boolean isLeftOut(String expression) {
    return expression.contains("coord:current");
  }

  private static Optional<Instant> instant(
      Event event, String expression, Expressions expressions, List<String> missing) {
    String time = expressions.text(expression);
    if (time.isEmpty() && isLeftOut(expression)) {
      return Optional.empty();
    } else if (time.isEmpty()) {
      missing.add("%s of %s".formatted(expression, event.name()));
      return Optional.empty();
    }
    return Optional.of(OozieTime.parse(time));
  }

  /** The configuration of a run: the coordinator's properties and its own over them. */
  public Map<String, String> configuration(Scope.Moment moment, JobFiles files) {
    Expressions expressions = new Expressions(Scope.of(properties).with(files).with(moment));
    Map<String, String> all = new LinkedHashMap<>(properties);
    configuration.forEach((key, value) -> all.put(key, expressions.text(value)));
    return all;
  }
}

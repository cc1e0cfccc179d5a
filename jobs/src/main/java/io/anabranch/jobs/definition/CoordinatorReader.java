package io.anabranch.jobs.definition;

import io.anabranch.jobs.definition.Coordinator.Controls;
import io.anabranch.jobs.definition.Coordinator.Event;
import io.anabranch.jobs.definition.Coordinator.Execution;
import io.anabranch.jobs.expression.Expressions;
import io.anabranch.jobs.time.Cadence;
import io.anabranch.jobs.time.Frequency;
import io.anabranch.jobs.time.Instances;
import io.anabranch.jobs.time.OozieTime;
import io.anabranch.runtime.Problem;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Makes a coordinator of its valid XML; Oozie's defaults stand for what it leaves out. */
final class CoordinatorReader {
  private static final int CONCURRENCY = 1;
  private static final int THROTTLE = 12;
  private static final int TIMEOUT_MINUTES = 120;

  /** What stands for a longer one too, and for -1. */
  private static final int LONGEST_TIMEOUT_MINUTES = 86_400;

  private final XmlElement app;
  private final Map<String, String> properties;
  private final Expressions expressions;
  private final Map<String, Instances> datasets = new LinkedHashMap<>();

  CoordinatorReader(XmlElement app, Map<String, String> given) {
    this.app = app;
    this.properties =
        Workflow.complete(app.required("name"), WorkflowReader.parameters(app), given);
    this.expressions = Expressions.of(properties);
  }

  Coordinator read() {
    refuse("input-logic");
    app.child("datasets").ifPresent(this::readDatasets);
    XmlElement workflow =
        app.child("action").flatMap(action -> action.child("workflow")).orElseThrow();
    XmlElement path = workflow.child("app-path").orElseThrow();
    return new Coordinator(
        at(app, element -> expressions.text(element.required("name"))),
        cadence(app, "start", Optional.of("end")),
        app.child("controls").map(this::controls).orElseGet(this::defaults),
        events("input-events", "data-in"),
        events("output-events", "data-out"),
        at(path, element -> expressions.text(element.text())),
        workflow.configuration(),
        properties);
  }

  private void refuse(String element) {
    app.child(element)
        .ifPresent(
            found -> {
              throw found.problem("this is not supported here");
            });
  }

  /** Runs the function; what is wrong is told with the element's place. */
  private static <T> T at(XmlElement element, Function<XmlElement, T> function) {
    try {
      return function.apply(element);
    } catch (Problem | DateTimeException e) {
      throw e.getMessage().startsWith(element.place()) ? e : element.problem(e.getMessage());
    }
  }

  private Cadence cadence(XmlElement element, String start, Optional<String> end) {
    return at(
        element,
        found ->
            new Cadence(
                Frequency.parse(expressions.text(found.required("frequency"))),
                time(found, start),
                end.map(attribute -> time(found, attribute)).orElse(Instant.MAX),
                ZoneId.of(expressions.text(found.required("timezone")))));
  }

  private Instant time(XmlElement element, String attribute) {
    return OozieTime.parse(expressions.text(element.required(attribute)));
  }

  private Controls defaults() {
    return new Controls(Duration.ofMinutes(TIMEOUT_MINUTES), CONCURRENCY, Execution.FIFO, THROTTLE);
  }

  private Controls controls(XmlElement element) {
    int timeout = number(element, "timeout", TIMEOUT_MINUTES, -1);
    return new Controls(
        Duration.ofMinutes(
            timeout < 0 ? LONGEST_TIMEOUT_MINUTES : Math.min(timeout, LONGEST_TIMEOUT_MINUTES)),
        number(element, "concurrency", CONCURRENCY, -1),
        execution(element),
        number(element, "throttle", THROTTLE, 1));
  }

  private Execution execution(XmlElement element) {
    String text = element.textOf("execution").map(expressions::text).orElse("FIFO");
    return Arrays.stream(Execution.values())
        .filter(execution -> execution.name().equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                element.problem(
                    "execution must be one of %s, not '%s'"
                        .formatted(Arrays.toString(Execution.values()), text)));
  }

  private int number(XmlElement element, String child, int otherwise, int least) {
    Optional<String> text = element.textOf(child).map(expressions::text);
    if (text.isEmpty()) {
      return otherwise;
    }
    if (!text.get().matches("-?\\d{1,7}") || Integer.parseInt(text.get()) < least) {
      throw element.problem(
          "%s must be a whole number >= %s, not '%s'".formatted(child, least, text.get()));
    }
    return Integer.parseInt(text.get());
  }

  private void readDatasets(XmlElement all) {
    for (XmlElement element : all.children()) {
      if (!element.name().equals("dataset")) {
        throw element.problem("this is not supported here, expected <dataset>");
      }
      datasets.put(element.required("name"), dataset(element));
    }
  }

  private Instances dataset(XmlElement element) {
    Cadence cadence = cadence(element, "initial-instance", Optional.empty());
    if (cadence.frequency() instanceof Frequency.Cron) {
      throw element.problem("a dataset's frequency cannot be cron: expected ${coord:days(1)}");
    }
    Map<String, String> withTime = new HashMap<>(properties);
    List.of("YEAR", "MONTH", "DAY", "HOUR", "MINUTE")
        .forEach(part -> withTime.put(part, "${" + part + "}"));
    XmlElement template = element.child("uri-template").orElseThrow();
    return new Instances(
        cadence,
        at(template, found -> Expressions.of(withTime).text(found.text())),
        doneFlag(element));
  }

  /** Without the element Oozie waits for {@code _SUCCESS}; an empty one means the folder. */
  private Optional<String> doneFlag(XmlElement element) {
    return element.child("done-flag").isEmpty()
        ? Optional.of("_SUCCESS")
        : element.textOf("done-flag").map(expressions::text);
  }

  private List<Event> events(String group, String kind) {
    return app.child(group).stream()
        .flatMap(events -> events.children().stream())
        .map(
            event -> {
              if (!event.name().equals(kind)) {
                throw event.problem("this is not supported here, expected <" + kind + ">");
              }
              return event(event);
            })
        .toList();
  }

  private Event event(XmlElement element) {
    String dataset = expressions.text(element.required("dataset"));
    Instances instances = datasets.get(dataset);
    if (instances == null) {
      throw element.problem(
          "unknown dataset '%s', expected one of %s".formatted(dataset, datasets.keySet()));
    }
    List<String> single = element.textsOf("instance");
    return single.isEmpty()
        ? new Event(
            element.place(),
            element.required("name"),
            instances,
            element.textOf("start-instance").orElseThrow(),
            element.textOf("end-instance"),
            List.of())
        : new Event(
            element.place(),
            element.required("name"),
            instances,
            single.get(0),
            Optional.empty(),
            single.subList(1, single.size()));
  }
}

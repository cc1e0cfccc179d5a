package io.anabranch.jobs.definition;

import io.anabranch.jobs.definition.Node.Action;
import io.anabranch.jobs.definition.Node.Case;
import io.anabranch.jobs.definition.Node.Decision;
import io.anabranch.jobs.definition.Node.End;
import io.anabranch.jobs.definition.Node.Fork;
import io.anabranch.jobs.definition.Node.Join;
import io.anabranch.jobs.definition.Node.Kill;
import io.anabranch.jobs.definition.Node.Retry;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Makes a workflow of its valid XML, and checks what the schema cannot say. */
final class WorkflowReader {
  private static final Set<String> TYPES =
      Set.of("spark", "hive2", "shell", "java", "fs", "sub-workflow");

  /** As long as the store keeps them. */
  private static final int NAME_LENGTH = 100;

  /** Oozie's own default. */
  private static final Duration RETRY_INTERVAL = Duration.ofMinutes(10);

  private final XmlElement app;
  private final Map<String, Node> nodes = new LinkedHashMap<>();
  private final Map<String, XmlElement> places = new LinkedHashMap<>();

  WorkflowReader(XmlElement app) {
    this.app = app;
  }

  Workflow read() {
    for (XmlElement element : app.children()) {
      node(element)
          .ifPresent(
              node -> {
                if (node.name().length() > NAME_LENGTH) {
                  throw element.problem(
                      "the name '%s' has %s characters (must be at most %s)"
                          .formatted(node.name(), node.name().length(), NAME_LENGTH));
                } else if (nodes.put(node.name(), node) != null) {
                  throw element.problem("the name '%s' stands twice".formatted(node.name()));
                }
                places.put(node.name(), element);
              });
    }
    XmlElement start = app.child("start").orElseThrow();
    String first = start.required("to");
    places.put("", start);
    new WorkflowGraph(nodes, places).check(first);
    return new Workflow(app.required("name"), parameters(app), app.child("global"), first, nodes);
  }

  /** Formal parameters of a workflow or coordinator, with their defaults. */
  static Map<String, Optional<String>> parameters(XmlElement app) {
    Map<String, Optional<String>> parameters = new LinkedHashMap<>();
    app.child("parameters")
        .ifPresent(
            all ->
                all.children("property")
                    .forEach(
                        property ->
                            parameters.put(
                                property.textOf("name").orElse(""),
                                property.child("value").map(XmlElement::text))));
    return parameters;
  }

  private Optional<XmlElement> nameNode() {
    return app.child("global").flatMap(global -> global.child("name-node"));
  }

  private Optional<Node> node(XmlElement element) {
    return Optional.ofNullable(
        switch (element.name()) {
          case "action" -> action(element);
          case "decision" -> decision(element);
          case "fork" ->
              new Fork(
                  element.required("name"),
                  element.children("path").stream().map(path -> path.required("start")).toList());
          case "join" -> new Join(element.required("name"), element.required("to"));
          case "kill" -> new Kill(element.required("name"), element.textOf("message").orElse(""));
          case "end" -> new End(element.required("name"));
          default -> null;
        });
  }

  private static Decision decision(XmlElement element) {
    XmlElement all = element.child("switch").orElseThrow();
    List<Case> cases =
        all.children("case").stream().map(one -> new Case(one.text(), one.required("to"))).toList();
    return new Decision(
        element.required("name"), cases, all.child("default").orElseThrow().required("to"));
  }

  private Action action(XmlElement element) {
    XmlElement body = element.children().get(0);
    if (!TYPES.contains(body.name())) {
      throw body.problem(
          "this kind of action is not run here, expected one of %s"
              .formatted(TYPES.stream().sorted().toList()));
    }
    body.child("archive")
        .ifPresent(
            archive -> {
              throw archive.problem(
                  "this is not supported here: unpack it, and name its files by <file>");
            });
    return new Action(
        element.required("name"),
        body.name(),
        body.child("name-node").isPresent() ? body : nameNode().map(body::with).orElse(body),
        element.child("ok").orElseThrow().required("to"),
        element.child("error").orElseThrow().required("to"),
        retry(element));
  }

  private static Retry retry(XmlElement action) {
    Retry.Policy policy =
        action
            .attribute("retry-policy")
            .map(text -> text.toUpperCase(Locale.ROOT))
            .map(
                text ->
                    switch (text) {
                      case "PERIODIC" -> Retry.Policy.PERIODIC;
                      case "EXPONENTIAL" -> Retry.Policy.EXPONENTIAL;
                      default ->
                          throw action.problem(
                              "retry-policy must be periodic or exponential, not '%s'"
                                  .formatted(text));
                    })
            .orElse(Retry.Policy.PERIODIC);
    return new Retry(
        count(action, "retry-max").orElse(0),
        count(action, "retry-interval").map(Duration::ofMinutes).orElse(RETRY_INTERVAL),
        policy);
  }

  private static Optional<Integer> count(XmlElement element, String attribute) {
    return element
        .attribute(attribute)
        .map(
            text -> {
              if (!text.matches("\\d{1,6}")) {
                throw element.problem(
                    "%s must be a whole number >= 0, not '%s'".formatted(attribute, text));
              }
              return Integer.valueOf(text);
            });
  }
}

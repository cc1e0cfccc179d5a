package io.anabranch.jobs.definition;

import io.anabranch.runtime.Problem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A workflow whose transitions lead to nodes that exist, never back, and whose forks meet in one
 * join.
 *
 * @param parameters formal parameters; those without a default must be given
 * @param global what holds for every action, its expressions not yet evaluated
 * @param start name of the first node
 * @param nodes by name, in the order of the file
 */
public record Workflow(
    String name,
    Map<String, Optional<String>> parameters,
    Optional<XmlElement> global,
    String start,
    Map<String, Node> nodes) {
  public Workflow {
    parameters = new LinkedHashMap<>(parameters);
    nodes = new LinkedHashMap<>(nodes);
  }

  /**
   * Reads {@code workflow.xml}.
   *
   * @param file what to call it in messages
   * @throws Problem with file, line and element if it is not valid
   */
  public static Workflow read(String file, String text) {
    return new WorkflowReader(XmlReader.read(file, text, OozieSchemas.workflow())).read();
  }

  /** The file system of actions that name none and of {@code fs:} functions, not yet evaluated. */
  public Optional<String> nameNode() {
    return global.flatMap(all -> all.textOf("name-node"));
  }

  /** A node that a transition names. */
  public Node node(String wanted) {
    return nodes.get(wanted);
  }

  /**
   * The configuration with the defaults of what it leaves out.
   *
   * @throws Problem naming the parameters that are missing
   */
  public Map<String, String> complete(Map<String, String> given) {
    return complete(name, parameters, given);
  }

  static Map<String, String> complete(
      String name, Map<String, Optional<String>> parameters, Map<String, String> given) {
    Map<String, String> all = new LinkedHashMap<>();
    parameters.forEach((key, value) -> value.ifPresent(text -> all.put(key, text)));
    all.putAll(given);
    List<String> missing =
        parameters.keySet().stream().filter(parameter -> !all.containsKey(parameter)).toList();
    if (!missing.isEmpty()) {
      throw Problem.badInput(
          "%s needs the parameters %s: set them in job.properties or when it is started"
              .formatted(name, missing));
    }
    return all;
  }
}

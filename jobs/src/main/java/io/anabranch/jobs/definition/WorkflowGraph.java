package io.anabranch.jobs.definition;

import io.anabranch.jobs.definition.Node.Fork;
import io.anabranch.jobs.definition.Node.Join;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Checks that a workflow can be walked: no transition into nothing or back, forks that meet. */
final class WorkflowGraph {
  private final Map<String, Node> nodes;
  private final Map<String, XmlElement> places;
  private final Map<String, Set<String>> joinsAfter = new HashMap<>();
  private final Deque<String> path = new ArrayDeque<>();

  /**
   * @param places the elements of the nodes, and that of the start under the empty name
   */
  WorkflowGraph(Map<String, Node> nodes, Map<String, XmlElement> places) {
    this.nodes = nodes;
    this.places = places;
  }

  void check(String start) {
    requireNode("", start);
    for (Node node : nodes.values()) {
      node.targets().forEach(target -> requireNode(node.name(), target));
    }
    Set<String> joins = joins(start);
    if (!joins.isEmpty()) {
      throw places.get(joins.iterator().next()).problem("no fork leads to this join");
    }
    for (String name : nodes.keySet()) {
      if (!joinsAfter.containsKey(name) && !(nodes.get(name) instanceof Node.Kill)) {
        throw places.get(name).problem("no transition leads to '%s'".formatted(name));
      }
    }
  }

  private void requireNode(String from, String to) {
    if (!nodes.containsKey(to)) {
      throw places
          .get(from)
          .problem(
              "the transition leads to '%s', which is not there; expected one of %s"
                  .formatted(to, nodes.keySet()));
    }
  }

  /** The joins that a path from this node comes to before the fork that it lies in is closed. */
  private Set<String> joins(String name) {
    Set<String> known = joinsAfter.get(name);
    if (known != null) {
      return known;
    }
    if (path.contains(name)) {
      throw places.get(name).problem("a transition leads back to '%s'".formatted(name));
    }
    path.push(name);
    Node node = nodes.get(name);
    Set<String> joins =
        node instanceof Join
            ? Set.of(name) // what lies behind it is looked at from its fork
            : node instanceof Fork fork ? joins(closing(fork).to()) : all(node);
    path.pop();
    joinsAfter.put(name, joins);
    return joins;
  }

  private Set<String> all(Node node) {
    return node.targets().stream()
        .flatMap(target -> joins(target).stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private Join closing(Fork fork) {
    Set<String> joins = all(fork);
    if (joins.size() != 1) {
      throw places
          .get(fork.name())
          .problem(
              "all paths of a fork must come to one join, those of '%s' come to %s"
                  .formatted(fork.name(), joins));
    }
    return (Join) nodes.get(joins.iterator().next());
  }
}

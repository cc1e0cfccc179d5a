package io.anabranch.jobs.run;

import io.anabranch.jobs.definition.XmlElement;
import io.anabranch.jobs.files.Addresses;
import io.anabranch.jobs.files.JobFiles;
import io.anabranch.runtime.Problem;
import java.util.List;
import java.util.function.Consumer;

/**
 * What one element of {@code fs} or {@code prepare} says. Paths without a scheme are those of the
 * action's name node, or of this machine if it names none; the target of a move is where its source
 * is.
 *
 * @param one the element; one that is no change, such as {@code name-node}, does nothing
 * @param action the element that it stands in
 */
record FsChange(XmlElement one, XmlElement action, JobFiles files) {
  void apply() {
    switch (one.name()) {
      case "delete" -> matching("path").forEach(files::delete);
      case "mkdir" -> files.makeFolder(address("path"));
      case "touchz" -> files.touch(address("path"));
      case "chmod" -> change(path -> files.setMode(path, one.required("permissions")));
      case "chgrp" -> change(path -> files.setGroup(path, one.required("group")));
      case "move" -> move();
      default -> {
        // name-node, configuration
      }
    }
  }

  /** Whether it moves what matches a pattern, after which nothing matches any more. */
  boolean isMoveOfPattern() {
    return one.name().equals("move") && Addresses.isPattern(address("source"));
  }

  /**
   * Requires that there is something to move.
   *
   * @throws Problem if nothing matches
   */
  void requireSources() {
    required("source");
  }

  private String address(String attribute) {
    String path = one.required(attribute);
    return action.textOf("name-node").map(nameNode -> Addresses.at(nameNode, path)).orElse(path);
  }

  private List<String> matching(String attribute) {
    return Addresses.matching(address(attribute), files);
  }

  private List<String> required(String attribute) {
    List<String> found = matching(attribute);
    if (found.isEmpty()) {
      throw one.problem("there is nothing that matches " + address(attribute));
    }
    return found;
  }

  private void move() {
    String target = Addresses.beside(address("source"), one.required("target"));
    List<String> sources = matching("source");
    if (sources.size() > 1 && !files.isFolder(target)) {
      throw one.problem(
          "%s match %s and cannot all become %s: expected a folder that is there"
              .formatted(sources.size(), address("source"), target));
    }
    sources.forEach(source -> move(source, target));
  }

  private void move(String source, String target) {
    String inside = target + "/" + source.substring(source.lastIndexOf('/') + 1);
    boolean done =
        !files.exists(source)
            && (files.isFolder(target) ? files.exists(inside) : files.exists(target));
    if (!done) {
      files.move(source, target);
    }
  }

  private void change(Consumer<String> change) {
    for (String path : required("path")) {
      change.accept(path);
      if (one.child("recursive").isPresent()) {
        below(path, change);
      }
    }
  }

  private void below(String path, Consumer<String> change) {
    if (files.isFolder(path)) {
      for (String child : files.list(path)) {
        change.accept(child);
        below(child, change);
      }
    }
  }
}

package io.anabranch.jobs.run;

import io.anabranch.jobs.definition.XmlElement;
import io.anabranch.jobs.files.JobFiles;
import io.anabranch.runtime.Problem;
import java.io.UncheckedIOException;

/**
 * Changes files. What it did before it was cut off it finds done and goes on: a move whose source
 * is gone and whose target is there counts as done.
 */
final class FsRunner implements ActionRunner {
  private final JobFiles files;

  FsRunner(JobFiles files) {
    this.files = files;
  }

  @Override
  public Execution start(ActionCall call) {
    try {
      call.body().children().forEach(one -> apply(one, files));
      return ActionRunner.ended(Outcome.ok());
    } catch (Problem | UncheckedIOException e) {
      return ActionRunner.ended(Outcome.error(e.getMessage()));
    }
  }

  /** Does what an element of {@code fs} or {@code prepare} says. */
  static void apply(XmlElement one, JobFiles files) {
    switch (one.name()) {
      case "delete" -> files.delete(one.required("path"));
      case "mkdir" -> files.makeFolder(one.required("path"));
      case "touchz" -> files.touch(one.required("path"));
      case "chmod" -> change(one, path -> files.setMode(path, one.required("permissions")), files);
      case "chgrp" -> change(one, path -> files.setGroup(path, one.required("group")), files);
      case "move" -> move(one.required("source"), one.required("target"), files);
      default -> {
        // name-node, configuration: addresses here are whole
      }
    }
  }

  private static void move(String source, String target, JobFiles files) {
    String inside = target + "/" + source.substring(source.lastIndexOf('/') + 1);
    boolean done =
        !files.exists(source)
            && (files.isFolder(target) ? files.exists(inside) : files.exists(target));
    if (!done) {
      files.move(source, target);
    }
  }

  private interface Change {
    void apply(String path);
  }

  private static void change(XmlElement one, Change change, JobFiles files) {
    String path = one.required("path");
    change.apply(path);
    if (one.child("recursive").isPresent()) {
      below(path, change, files);
    }
  }

  private static void below(String path, Change change, JobFiles files) {
    if (files.isFolder(path)) {
      for (String child : files.list(path)) {
        change.apply(child);
        below(child, change, files);
      }
    }
  }
}

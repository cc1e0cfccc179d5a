package io.anabranch.jobs.run;

import io.anabranch.jobs.definition.XmlElement;
import io.anabranch.jobs.files.JobFiles;
import io.anabranch.jobs.store.Step;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/**
 * Runs actions as processes of this machine. Before the first start it does what {@code prepare}
 * says and brings {@code file} elements to the folder that the process works in.
 */
final class ProcessRunner implements ActionRunner {
  private final JobFiles files;
  private final Function<ActionCall, Command> command;

  ProcessRunner(JobFiles files, Function<ActionCall, Command> command) {
    this.files = files;
    this.command = command;
  }

  @Override
  public Optional<Execution> find(Step step, Path folder) {
    return StepProcess.find(folder).map(found -> found);
  }

  @Override
  public Execution start(ActionCall call) {
    Optional<StepProcess> known = StepProcess.find(call.folder());
    if (known.isPresent()) {
      return known.get();
    }
    call.body()
        .child("prepare")
        .ifPresent(
            prepare ->
                prepare.children().forEach(one -> new FsChange(one, call.body(), files).apply()));
    for (XmlElement file : call.body().children("file")) {
      fetch(call, file.text());
    }
    return StepProcess.start(call.folder(), command.apply(call));
  }

  /** {@code path} or {@code path#name}; a relative path begins at the workflow's folder. */
  private void fetch(ActionCall call, String file) {
    int hash = file.indexOf('#');
    String address = address(call, hash < 0 ? file : file.substring(0, hash));
    String name =
        hash < 0 ? address.substring(address.lastIndexOf('/') + 1) : file.substring(hash + 1);
    Path target = inside(call, name);
    try {
      Files.createDirectories(target.getParent());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    files.fetch(address, target);
  }

  /** The file of a relative name in the folder that the process works in. */
  private static Path inside(ActionCall call, String name) {
    Path work = StepProcess.work(call.folder()).normalize();
    Path file = work.resolve(name).normalize();
    if (!file.startsWith(work) || file.equals(work)) {
      throw call.body()
          .problem(
              "'%s' leaves the folder that the action works in: expected a name inside it"
                  .formatted(name));
    }
    return file;
  }

  /** The address of what an action names: absolute, or in the workflow's folder. */
  static String address(ActionCall call, String path) {
    return WorkflowFile.named(path, call.app());
  }

  /** A program that lies in the workflow's folder or was fetched, else what the system finds. */
  static String program(ActionCall call, JobFiles files, String name) {
    if (name.startsWith("/")) {
      return name;
    }
    Path here = inside(call, name);
    if (!Files.exists(here) && !name.contains("/") && files.exists(call.app() + "/" + name)) {
      files.fetch(call.app() + "/" + name, here);
    }
    if (Files.exists(here)) {
      return here.toFile().setExecutable(true) ? here.toString() : name;
    }
    return name;
  }
}

package io.anabranch.jobs;

import io.anabranch.jobs.files.JobFiles;
import io.anabranch.jobs.files.LocalFiles;
import io.anabranch.jobs.run.ActionRunner;
import io.anabranch.jobs.run.Commands;
import io.anabranch.jobs.run.RunFolders;
import io.anabranch.jobs.store.DerbyJobStore;
import io.anabranch.jobs.store.JobStore;
import io.anabranch.jobs.store.MemoryJobStore;
import io.anabranch.jobs.store.Run;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** A scheduler on a clock set by hand, over files in a folder. */
final class Bench {
  final TestClock clock;
  final ScriptedRunner runner = new ScriptedRunner();
  final Path folder;
  JobStore store = new MemoryJobStore();
  Jobs jobs;

  /** Runs at the same time, from the next {@link #restart} on. */
  int parallel = 10;

  private boolean inDatabase;

  /** Is told each address before files are asked for it. */
  volatile Consumer<String> asked = address -> {};

  Bench(Path folder, String now) {
    this.folder = folder;
    this.clock = new TestClock(now);
    restart();
  }

  /** Keeps schedules and runs in a database from now on, which each {@link #restart} opens anew. */
  void useDatabase() {
    inDatabase = true;
    restart();
  }

  /** The scheduler of a new process on what the last one left. */
  void restart() {
    if (inDatabase) {
      store.close();
      store = DerbyJobStore.open(folder.resolve("db"));
    }
    ActionRunner any = runner;
    Commands commands = new Commands(files(), Path.of("anabranch"), Path.of("/conf"));
    jobs =
        new Jobs(
            store,
            files(),
            new RunFolders(folder.resolve("runs")),
            Map.of(
                "shell", any,
                "java", any,
                "spark", any,
                "hive2", any,
                "fs", commands.runners().get("fs")),
            Map.of(
                "anabranch", "anabranch",
                "config", "/conf",
                "nameNode", "hdfs://name-node",
                "resourceManager", "local"),
            parallel,
            clock);
  }

  private JobFiles files() {
    JobFiles local = new LocalFiles(clock);
    return (JobFiles)
        Proxy.newProxyInstance(
            Bench.class.getClassLoader(),
            new Class<?>[] {JobFiles.class},
            (proxy, method, arguments) -> {
              asked.accept(arguments[0].toString());
              try {
                return method.invoke(local, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  /** Lets what lies below an address not answer. */
  void away(String below) {
    asked =
        address -> {
          if (address.startsWith(below)) {
            throw new UncheckedIOException(new IOException(below + " does not answer"));
          }
        };
  }

  /** Writes a file of the bench. */
  Path write(String name, String text) {
    Path file = folder.resolve(name);
    try {
      Files.createDirectories(file.getParent());
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ticks each so often until a moment. */
  void passUntil(Instant until, Duration each) {
    while (clock.instant().isBefore(until)) {
      jobs.tick();
      clock.pass(each);
    }
    jobs.tick();
  }

  /** Runs, those that were due first first. */
  List<Run> runs() {
    List<Run> runs = new ArrayList<>(jobs.runs(JobStore.Filter.any(10_000)));
    Collections.reverse(runs);
    return runs;
  }

  /** A workflow of shell actions and what else stands in the text. */
  static String workflow(String nodes) {
    return """
        <workflow-app name="flow" xmlns="uri:oozie:workflow:1.0">
        %s
          <kill name="failed"><message>${wf:lastErrorNode()}: ${wf:errorMessage(wf:lastErrorNode())}</message></kill>
          <end name="done"/>
        </workflow-app>
        """
        .formatted(nodes);
  }

  /** A shell action; more attributes may follow its name. */
  static String shell(String name, String ok, String command) {
    return """
          <action name="%s">
            <shell xmlns="uri:oozie:shell-action:1.0"><exec>%s</exec></shell>
            <ok to="%s"/><error to="failed"/>
          </action>
        """
        .formatted(name, command, ok);
  }

  /** A coordinator of the workflow in the folder {@code flow}. */
  static String coordinator(String frequency, String start, String zone, String controls) {
    return """
        <coordinator-app name="c" frequency="%s" start="%s" end="2100-01-01T00:00Z" timezone="%s"
            xmlns="uri:oozie:coordinator:0.5">
          <controls>%s</controls>
          <action><workflow><app-path>${app}/workflow.xml</app-path></workflow></action>
        </coordinator-app>
        """
        .formatted(frequency, start, zone, controls);
  }
}

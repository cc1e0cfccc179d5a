package io.anabranch.jobs.run;

import io.anabranch.jobs.definition.XmlElement;
import io.anabranch.jobs.files.JobFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the actions of each type run: shell and java their own program, spark and hive2 the
 * platform's {@code spark-submit} and {@code beeline}, which know where Spark's jars and the
 * services are.
 */
public final class Commands {
  private final JobFiles files;
  private final List<String> platform;

  /**
   * @param anabranch the platform's command
   * @param config the settings file that it is given
   */
  public Commands(JobFiles files, Path anabranch, Path config) {
    this.files = files;
    this.platform = List.of(anabranch.toString(), config.toString());
  }

  /** The runners of all types of actions but sub-workflow. */
  public Map<String, ActionRunner> runners() {
    return Map.of(
        "shell", new ProcessRunner(files, this::shell),
        "java", new ProcessRunner(files, this::java),
        "spark", new ProcessRunner(files, this::spark),
        "hive2", new ProcessRunner(files, this::hive2),
        "fs", new FsRunner(files));
  }

  private Command shell(ActionCall call) {
    XmlElement body = call.body();
    List<String> words = new ArrayList<>();
    words.add(ProcessRunner.program(call, files, body.textOf("exec").orElseThrow()));
    words.addAll(body.textsOf("argument"));
    Map<String, String> environment = new HashMap<>();
    for (String variable : body.textsOf("env-var")) {
      int equals = variable.indexOf('=');
      if (equals <= 0) {
        throw body.problem("env-var must be NAME=VALUE, not '%s'".formatted(variable));
      }
      environment.put(variable.substring(0, equals), variable.substring(equals + 1));
    }
    return new Command(words, environment, output(body));
  }

  private static Command.Output output(XmlElement body) {
    return body.child("capture-output").isPresent() ? Command.Output.DATA : Command.Output.LOG;
  }

  /** With the jars of the workflow's folder {@code lib}, and its output where Oozie has it. */
  private Command java(ActionCall call) {
    XmlElement body = call.body();
    Path work = StepProcess.work(call.folder());
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    body.textOf("java-opts").ifPresent(options -> words.addAll(split(options)));
    words.addAll(body.textsOf("java-opt"));
    words.add("-Doozie.action.output.properties=" + call.folder().resolve("output"));
    words.add("-cp");
    words.add("*:lib/*:."); // it works there; the whole path may hold colons, as runs' ids do
    words.add(body.textOf("main-class").orElseThrow());
    words.addAll(body.textsOf("arg"));
    fetchLibraries(call, work.resolve("lib"));
    return new Command(words, Map.of(), Command.Output.LOG);
  }

  private void fetchLibraries(ActionCall call, Path lib) {
    if (files.isFolder(call.app() + "/lib")) {
      try {
        Files.createDirectories(lib);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      for (String jar : files.list(call.app() + "/lib")) {
        files.fetch(jar, lib.resolve(jar.substring(jar.lastIndexOf('/') + 1)));
      }
    }
  }

  private Command spark(ActionCall call) {
    XmlElement body = call.body();
    List<String> words = platform("spark-submit");
    words.addAll(List.of("--master", body.textOf("master").orElseThrow()));
    body.textOf("mode").ifPresent(mode -> words.addAll(List.of("--deploy-mode", mode)));
    words.addAll(List.of("--name", body.textOf("name").orElseThrow()));
    body.textOf("class").ifPresent(main -> words.addAll(List.of("--class", main)));
    call.configuration()
        .forEach(
            (key, value) -> {
              if (key.startsWith("spark.")) {
                words.addAll(List.of("--conf", key + "=" + value));
              }
            });
    body.textOf("spark-opts").ifPresent(options -> words.addAll(split(options)));
    words.add(jar(call, body.textOf("jar").orElseThrow()));
    words.addAll(body.textsOf("arg"));
    return new Command(words, Map.of(), Command.Output.LOG);
  }

  /** A jar without a path is one of the workflow's folder {@code lib}, as in Oozie. */
  private String jar(ActionCall call, String jar) {
    String inLib = call.app() + "/lib/" + jar;
    return files.exists(inLib) ? inLib : ProcessRunner.address(call, jar);
  }

  private Command hive2(ActionCall call) {
    XmlElement body = call.body();
    List<String> words = platform("beeline");
    words.addAll(List.of("-u", body.textOf("jdbc-url").orElseThrow()));
    for (String parameter : body.textsOf("param")) {
      words.addAll(List.of("--hivevar", parameter));
    }
    words.addAll(body.textsOf("argument"));
    words.addAll(List.of("-f", script(call).toString()));
    return new Command(words, Map.of(), Command.Output.LOG);
  }

  private Path script(ActionCall call) {
    Path script = StepProcess.work(call.folder()).resolve("script.q");
    Optional<String> query = call.body().textOf("query");
    if (query.isEmpty()) {
      String file = call.body().textOf("script").orElseThrow();
      files.fetch(ProcessRunner.address(call, file), script);
      return script;
    }
    try {
      return Files.writeString(script, query.get());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> platform(String command) {
    return new ArrayList<>(List.of(platform.get(0), command, "--config", platform.get(1)));
  }

  /** Words apart by blanks; a part in double quotes is one. */
  static List<String> split(String options) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean quoted = false;
    for (char each : (options + " ").toCharArray()) {
      if (each == '"') {
        quoted = !quoted;
      } else if (Character.isWhitespace(each) && !quoted) {
        if (word.length() > 0) {
          words.add(word.toString());
        }
        word.setLength(0);
      } else {
        word.append(each);
      }
    }
    return words;
  }
}

package io.anabranch.cli;

import io.anabranch.runtime.Problem;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * How to start a process.
 *
 * @param command program and arguments
 * @param environment what it gets on top of ours
 */
record Launch(List<String> command, Map<String, String> environment) {
  Launch {
    if (command.isEmpty()) {
      throw new IllegalArgumentException("command must not be empty");
    }
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
  }

  /** A builder of the process that the caller may redirect before it starts. */
  ProcessBuilder builder() {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    return builder;
  }

  /**
   * Starts the process with both outputs appended to the log, after a line that marks its start.
   */
  Process startInBackground(Path log) throws IOException {
    LogTail.markStart(log);
    return builder()
        .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
        .redirectErrorStream(true)
        .redirectOutput(Redirect.appendTo(log.toFile()))
        .start();
  }

  /**
   * Runs the process with our standard input and outputs until it ends; it ends with us.
   *
   * @return its exit status
   */
  int runInForeground() {
    try {
      Process process = builder().inheritIO().start();
      return ForegroundProcess.await(process);
    } catch (IOException e) {
      throw Problem.unreachable("Cannot start " + command.get(0) + ": " + e.getMessage(), e);
    }
  }
}

package io.anabranch.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Another JVM: a main class from a folder of jars, with the flags that the folder's {@code
 * jvm.flags} lists.
 */
public final class JavaProcess {
  private final Process process;
  private final Path log;

  private JavaProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /**
   * Starts it; whatever it prints is appended to the log.
   *
   * @param folder the jars and {@code jvm.flags}
   */
  public static JavaProcess start(Path folder, String mainClass, List<String> args, Path log) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + folder.resolve("jvm.flags"));
    command.addAll(List.of("-cp", folder + "/*", mainClass));
    command.addAll(args);
    try {
      Files.createDirectories(log.toAbsolutePath().getParent());
      ProcessBuilder builder = new ProcessBuilder(command);
      // one heap of malloc per thread costs hundreds of megabytes in JVMs with so many threads
      builder.environment().put("MALLOC_ARENA_MAX", "2");
      builder.redirectErrorStream(true);
      builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
      return new JavaProcess(builder.start(), log);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot start " + mainClass + " from " + folder, e);
    }
  }

  /** Where its output goes. */
  public Path log() {
    return log;
  }

  /** Its process id. */
  public long pid() {
    return process.pid();
  }

  /** Whether it has not ended yet. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /**
   * Its exit status.
   *
   * @throws StackProblem status 3 if it does not end in that time
   */
  public int awaitExit(Duration limit) {
    try {
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw StackProblem.unreachable(
            "Process %d did not end within %d s, its log is %s"
                .formatted(pid(), limit.toSeconds(), log));
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while process " + pid() + " ends", e);
    }
  }

  /** Asks it to end, and kills it if it has not done so in that time. */
  public void stop(Duration limit) {
    process.destroy();
    try {
      awaitExit(limit);
    } catch (StackProblem tooSlow) {
      kill();
    }
  }

  /** SIGKILL; returns once it is gone. */
  public void kill() {
    process.destroyForcibly();
    awaitExit(Duration.ofMinutes(1));
  }
}

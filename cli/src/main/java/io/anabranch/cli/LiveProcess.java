package io.anabranch.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/**
 * A process that runs or ran: our child, or one that an earlier supervisor started. It is known by
 * pid and start time, since the system gives the pid of a dead process to another.
 */
final class LiveProcess {
  /** The system derives a start time from the boot time, which clock corrections move a little. */
  private static final Duration START_TOLERANCE = Duration.ofSeconds(2);

  private final ProcessHandle handle;
  private final Optional<Process> child;

  private LiveProcess(ProcessHandle handle, Optional<Process> child) {
    this.handle = handle;
    this.child = child;
  }

  static LiveProcess child(Process process) {
    return new LiveProcess(process.toHandle(), Optional.of(process));
  }

  /** The process with this pid, if it lives and is the one that was started then. */
  static Optional<LiveProcess> find(long pid, Instant started) {
    return ProcessHandle.of(pid)
        .filter(handle -> startOf(handle).filter(at -> near(at, started)).isPresent())
        .map(handle -> new LiveProcess(handle, Optional.empty()))
        .filter(LiveProcess::isAlive);
  }

  static Optional<Instant> startOf(ProcessHandle handle) {
    return handle.info().startInstant();
  }

  long pid() {
    return handle.pid();
  }

  Instant started() {
    return startOf(handle).orElse(Instant.EPOCH);
  }

  /** A child lives until its exit status is known, so that one that is dead always has one. */
  boolean isAlive() {
    return child.map(Process::isAlive).orElseGet(() -> handle.isAlive() && !isZombie(handle.pid()));
  }

  /** How it ended; empty while it lives, and for a process that was not our child. */
  OptionalInt exitStatus() {
    return child
        .filter(process -> !process.isAlive())
        .map(process -> OptionalInt.of(process.exitValue()))
        .orElse(OptionalInt.empty());
  }

  /** Asks the process to end, and ends it by force when the deadline is over. */
  void stop(Duration deadline) {
    handle.destroy();
    if (!awaitEnd(deadline)) {
      handle.destroyForcibly();
      awaitEnd(Duration.ofSeconds(10));
    }
  }

  private boolean awaitEnd(Duration deadline) {
    long end = System.nanoTime() + deadline.toNanos();
    try {
      while (isAlive() && System.nanoTime() < end) {
        TimeUnit.MILLISECONDS.sleep(50);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return !isAlive();
  }

  private static boolean near(Instant one, Instant other) {
    return Duration.between(one, other).abs().compareTo(START_TOLERANCE) <= 0;
  }

  /** An orphan that nobody waits for keeps its pid after its end. */
  private static boolean isZombie(long pid) {
    Path stat = Path.of("/proc", Long.toString(pid), "stat");
    try {
      String line = Files.readString(stat);
      int state = line.lastIndexOf(')') + 2;
      return state < line.length() && (line.charAt(state) == 'Z' || line.charAt(state) == 'X');
    } catch (IOException gone) {
      return false;
    }
  }
}

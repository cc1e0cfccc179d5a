package io.anabranch.jobs.run;

import io.anabranch.runtime.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A group of processes of this machine (Linux), told from a later one of the same number by when
 * its leader began. What leaves its parent stays in the group. No clock is asked: a clock that is
 * set changes nothing.
 *
 * @param leader pid of its leader, which is the group's number
 * @param start when the leader began, in the kernel's ticks since the machine did
 * @param boot the kernel's name for the time since the machine began
 */
record ProcessGroup(long leader, String start, String boot) {
  private static final Path PROC = Path.of("/proc");
  private static final Path BOOT = PROC.resolve("sys/kernel/random/boot_id");

  /** Signals are known by their names. */
  enum Signal {
    TERM,
    KILL
  }

  /** What the kernel tells of a process; fields 3, 5 and 22 of its file. */
  private record Stat(String state, String group, String start) {
    boolean isAlive() {
      return !state.equals("Z") && !state.equals("X");
    }
  }

  /** The group that a file names by leader, start and boot; empty if it names none. */
  static Optional<ProcessGroup> named(Path file) {
    try {
      String[] words = Files.exists(file) ? Files.readString(file).split("\\s+", 0) : new String[0];
      return words.length == 3 && words[0].matches("\\d{1,18}")
          ? Optional.of(new ProcessGroup(Long.parseLong(words[0]), words[1], words[2]))
          : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<Stat> stat(long pid) {
    try {
      String line = Files.readString(PROC.resolve(Long.toString(pid)).resolve("stat"));
      String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
      return Optional.of(new Stat(fields[0], fields[2], fields[19]));
    } catch (IOException gone) {
      return Optional.empty();
    }
  }

  /** Whether its number is still its own. */
  private boolean isOurs() {
    try {
      return Files.readString(BOOT).strip().equals(boot)
          && stat(leader).map(Stat::start).map(start::equals).orElse(true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether one of its processes is there. */
  boolean isAlive() {
    return isOurs() && (stat(leader).filter(Stat::isAlive).isPresent() || !members().isEmpty());
  }

  /** Whether its leader is not all there is of it. */
  boolean hasMoreThanLeader() {
    return members().stream().anyMatch(pid -> pid != leader);
  }

  private List<Long> members() {
    List<Long> members = new ArrayList<>();
    if (!isOurs()) {
      return members;
    }
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path process : processes) {
        long pid = Long.parseLong(process.getFileName().toString());
        stat(pid)
            .filter(Stat::isAlive)
            .filter(found -> found.group().equals(Long.toString(leader)))
            .ifPresent(found -> members.add(pid));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return members;
  }

  /** Sends a signal to all of its processes at once. */
  void signal(Signal signal) {
    if (!isAlive()) {
      return;
    }
    try {
      new ProcessBuilder("/bin/sh", "-c", "kill -s " + signal + " -- -" + leader)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Problem.failed("interrupted while processes were ended");
    }
  }

  /** Kills the leader alone. */
  void killLeader() {
    if (isOurs()) {
      ProcessHandle.of(leader).ifPresent(ProcessHandle::destroyForcibly);
    }
  }
}

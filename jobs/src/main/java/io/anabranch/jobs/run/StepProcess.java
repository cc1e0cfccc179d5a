package io.anabranch.jobs.run;

import io.anabranch.runtime.Problem;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * The process of a step, which outlives the process that started it. A small shell around it leads
 * a group of processes of its own, makes the file {@code pid} that names the group (who makes it is
 * the one that runs the command, so that two starts of one step run it once), and writes at the end
 * the {@code status}. Whoever finds no status and no process of the group knows that it was lost.
 * Who asks it to end makes the file {@code ending}: then it has ended when the whole group has.
 */
final class StepProcess implements ActionRunner.Execution {
  private static final String SHELL =
      """
      trap : TERM
      here=$1; output=$2; shift 2
      start=$(read -r stat < "/proc/$$/stat"; set -- ${stat##*) }; echo "${20}")
      read -r boot < /proc/sys/kernel/random/boot_id
      echo "$$ $start $boot" > "$here/pid.$$"
      ln "$here/pid.$$" "$here/pid" 2>/dev/null; claimed=$?
      rm -f "$here/pid.$$"
      [ $claimed = 0 ] || exit 0
      cd "$here/work" || exit 1
      "$@" >> "$here/$output" 2>> "$here/log" < /dev/null
      status=$?
      [ "$output" = log ] || cat "$here/$output" >> "$here/log"
      echo $status > "$here/status.new" && mv "$here/status.new" "$here/status"
      """;

  /** Names the file of {@link #applications}; it is inherited by what the process starts. */
  private static final String APPLICATIONS = "ANABRANCH_APPLICATIONS";

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration LAST_PATIENCE = Duration.ofSeconds(5);
  private static final long POLL_MS = 50;
  private static final int TOLD_BYTES = 4_000;
  private static final int MOST_DATA_BYTES = 64 << 10;

  private final Path folder;

  /** The shell that we started; it may have left the step to another one. */
  private final Optional<ProcessHandle> ours;

  /** When it was asked to end, by {@link System#nanoTime}. */
  private Optional<Long> asked = Optional.empty();

  private StepProcess(Path folder, Optional<ProcessHandle> ours) {
    this.folder = folder;
    this.ours = ours;
  }

  /** The process that was started in the folder; empty if none was. */
  static Optional<StepProcess> find(Path folder) {
    return Files.exists(folder.resolve("pid"))
        ? Optional.of(new StepProcess(folder, Optional.empty()))
        : Optional.empty();
  }

  /** Where the process works; made if it is not there. */
  static Path work(Path folder) {
    try {
      return Files.createDirectories(folder.resolve("work"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where applications of Spark's that the process starts note their ids, a line each. */
  static Path applications(Path folder) {
    return folder.resolve("applications");
  }

  /** Starts the command. */
  static StepProcess start(Path folder, Command command) {
    work(folder);
    List<String> words = new ArrayList<>(List.of("setsid", "/bin/sh", "-c", SHELL, "step"));
    words.add(folder.toString());
    words.add(command.output() == Command.Output.DATA ? "output" : "log");
    words.addAll(command.words());
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()));
    builder.environment().put(APPLICATIONS, applications(folder).toString());
    builder.environment().putAll(command.environment());
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      return new StepProcess(folder, Optional.of(process.toHandle()));
    } catch (IOException e) {
      throw Problem.failed("'%s' cannot be started: %s".formatted(words.get(0), e.getMessage()));
    }
  }

  private Optional<ProcessGroup> group() {
    return ProcessGroup.named(folder.resolve("pid"));
  }

  private boolean isAlive() {
    return group()
        .map(ProcessGroup::isAlive)
        .orElseGet(() -> ours.filter(ProcessHandle::isAlive).isPresent());
  }

  @Override
  public Optional<Outcome> outcome() {
    Optional<Outcome> status = status();
    if (status.isPresent()) {
      return Files.exists(folder.resolve("ending")) && isAlive() ? Optional.empty() : status;
    }
    return isAlive()
        ? Optional.empty()
        // it may have ended since we looked for its status
        : status().or(() -> Optional.of(lost()));
  }

  private static Outcome lost() {
    return new Outcome(Outcome.Kind.LOST, "its process is gone and left no status", Map.of());
  }

  /** A file without a number, as the end of the machine leaves it, says nothing. */
  private Optional<Outcome> status() {
    Path file = folder.resolve("status");
    try {
      String text = Files.exists(file) ? Files.readString(file).strip() : "";
      if (!text.matches("\\d{1,3}")) {
        return Optional.empty();
      }
      Path output = folder.resolve("output");
      if (Files.exists(output) && Files.size(output) > MOST_DATA_BYTES) {
        return Optional.of(
            Outcome.error(
                "status %s; its output has %s bytes (capture-output takes at most %s)"
                    .formatted(text, Files.size(output), MOST_DATA_BYTES)));
      }
      return Optional.of(
          text.equals("0")
              ? new Outcome(Outcome.Kind.OK, "", data())
              : new Outcome(
                  Outcome.Kind.ERROR, "status %s%s".formatted(text, lastWords()), data()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Map<String, String> data() throws IOException {
    Map<String, String> data = new TreeMap<>();
    Path output = folder.resolve("output");
    if (Files.exists(output)) {
      Properties properties = new Properties();
      try (Reader reader = Files.newBufferedReader(output)) {
        properties.load(reader);
      } catch (IllegalArgumentException | CharacterCodingException e) {
        return Map.of();
      }
      properties.stringPropertyNames().forEach(key -> data.put(key, properties.getProperty(key)));
    }
    return data;
  }

  private String lastWords() throws IOException {
    Path log = folder.resolve("log");
    if (!Files.exists(log)) {
      return "";
    }
    byte[] last;
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      last = new byte[(int) Math.min(file.length(), TOLD_BYTES)];
      file.seek(file.length() - last.length);
      file.readFully(last);
    }
    return new String(last, StandardCharsets.UTF_8)
        .lines()
        .filter(line -> !line.isBlank())
        .reduce((first, second) -> second)
        .map(line -> ": " + line.strip())
        .orElse("");
  }

  /** The group gets a signal; who does not end within 20 seconds is killed. */
  @Override
  public void end() {
    Optional<ProcessGroup> group = group();
    if (group.isEmpty()) {
      return; // the command has not begun
    }
    mark("ending");
    long now = System.nanoTime();
    if (asked.isEmpty()) {
      group.get().signal(ProcessGroup.Signal.TERM);
      // the shell alone lets it pass, and has not begun the command yet
      asked = Optional.of(now).filter(at -> group.get().hasMoreThanLeader());
    } else if (now - asked.get() > PATIENCE.toNanos()) {
      group.get().signal(ProcessGroup.Signal.KILL);
    }
  }

  private void mark(String name) {
    try {
      Path mark = folder.resolve(name);
      if (!Files.exists(mark)) {
        Files.createFile(mark);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void abandon() {
    // first the one that would write a status
    group().ifPresent(ProcessGroup::killLeader);
    ours.ifPresent(ProcessHandle::destroyForcibly);
    group().ifPresent(group -> group.signal(ProcessGroup.Signal.TERM));
  }

  @Override
  public void awaitEnd() {
    long begin = System.nanoTime();
    try {
      while (isAlive() && System.nanoTime() - begin < LAST_PATIENCE.toNanos()) {
        TimeUnit.MILLISECONDS.sleep(POLL_MS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    group().ifPresent(group -> group.signal(ProcessGroup.Signal.KILL));
  }
}

package io.anabranch.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.anabranch.runtime.Problem;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/**
 * A process that ends with one JSON object on its standard output. All that it writes goes to a
 * log; of its standard error, lines of ours are shown as well.
 */
final class Job {
  private static final String OURS = "anabranch: ";

  /**
   * How the process ended.
   *
   * @param status its exit status
   * @param result the object that it printed last
   */
  record Outcome(int status, Optional<JsonNode> result) {}

  private final Launch launch;
  private final Path log;

  Job(Launch launch, Path log) {
    this.launch = launch;
    this.log = log;
  }

  /** Runs the process to its end, which is also its end if this process is ended by a signal. */
  Outcome run() {
    try (PrintWriter writer =
        new PrintWriter(
            Files.newBufferedWriter(log, StandardOpenOption.CREATE, StandardOpenOption.APPEND),
            true)) {
      Process process = launch.builder().start();
      process.getOutputStream().close();
      CompletableFuture<Void> words =
          CompletableFuture.runAsync(
              () -> read(process.errorReader(StandardCharsets.UTF_8), line -> show(line, writer)));
      LastObject last = new LastObject();
      CompletableFuture<Void> data =
          CompletableFuture.runAsync(
              () ->
                  read(
                      process.inputReader(StandardCharsets.UTF_8),
                      line -> {
                        writer.println(line);
                        last.see(line);
                      }));
      int status = ForegroundProcess.await(process);
      words.get();
      data.get();
      return new Outcome(status, last.found);
    } catch (IOException | ExecutionException e) {
      throw Problem.unreachable("Cannot run " + launch.command().get(0) + ": " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Problem.failed("Interrupted; the log of what ran: " + log);
    }
  }

  /**
   * Runs the process and returns its result.
   *
   * @throws Problem if it failed; its own words have been shown by then
   */
  JsonNode result() {
    Outcome outcome = run();
    if (outcome.status() == 0 && outcome.result().isPresent()) {
      return outcome.result().get();
    }
    String message =
        "The job ended with status %d%s; its log: %s"
            .formatted(
                outcome.status(),
                LogTail.lastMeaningfulLine(log).map(line -> ": " + line).orElse(""),
                log);
    throw switch (outcome.status()) {
      case 2 -> Problem.badInput(message);
      case 3 -> Problem.unreachable(message);
      default -> Problem.failed(message);
    };
  }

  private static void show(String line, PrintWriter log) {
    log.println(line);
    if (line.startsWith(OURS)) {
      Words.say(line.substring(OURS.length()));
    }
  }

  private static void read(BufferedReader reader, Consumer<String> lines) {
    try (reader) {
      reader.lines().forEach(lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The last line that is a JSON object. */
  private static final class LastObject {
    private Optional<JsonNode> found = Optional.empty();

    void see(String line) {
      if (!line.startsWith("{")) {
        return;
      }
      try {
        found = Optional.of(Json.parse(line));
      } catch (JsonProcessingException noise) {
        // some other program's line that only looks like an object; it stands in the log
        found = Optional.empty();
      }
    }
  }
}

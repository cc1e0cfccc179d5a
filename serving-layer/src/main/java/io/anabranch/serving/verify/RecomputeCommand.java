package io.anabranch.serving.verify;

import io.anabranch.runtime.PlatformSettings;
import io.anabranch.runtime.Problem;
import io.anabranch.schemas.Dataset;
import io.anabranch.serving.ServingSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Recomputes by the command {@code anabranch batch recompute DATASET --out FOLDER --config FILE} in
 * a process of its own, with {@code --version N --until PARTITION=OFFSET,...} for a moment. The
 * last line of its standard output is a JSON object with {@code marker}, {@code version} and {@code
 * folder}; the folder in HDFS holds Avro files with the columns {@code view}, {@code key} and
 * {@code cell}, each sorted by key.
 */
public final class RecomputeCommand implements Recompute {
  private static final Logger LOG = LoggerFactory.getLogger(RecomputeCommand.class);
  private static final int TOLD_LINES = 5;

  /** Longer than anybody reads what was recomputed. */
  private static final Duration READING = Duration.ofDays(1);

  private final Path config;
  private final PlatformSettings platform;
  private final Path command;
  private final Duration timeout;

  /**
   * @param config the settings file that the command is given
   */
  public RecomputeCommand(Path config, PlatformSettings platform, ServingSettings settings) {
    this.config = config.toAbsolutePath();
    this.platform = platform;
    this.command = settings.command();
    this.timeout = settings.verifyTimeout();
  }

  @Override
  public RecomputedCells run(Dataset dataset, Optional<Moment> moment) {
    String parent = platform.root() + "/staging/verify";
    Instant before = Instant.now().minus(timeout).minus(READING);
    RecomputedFolder.clear(platform.hdfs(), parent, dataset.name(), before);
    String folder = "%s/%s-%s".formatted(parent, dataset.name(), UUID.randomUUID());
    List<String> arguments =
        new ArrayList<>(
            List.of(command.toString(), "batch", "recompute", dataset.name(), "--out", folder));
    arguments.addAll(List.of("--config", config.toString()));
    moment.ifPresent(at -> arguments.addAll(options(at)));
    String last = lastLine(arguments);
    try {
      JsonNode answer = new JsonMapper().readTree(last);
      return RecomputedFolder.open(
          platform.hdfs(),
          answer.path("folder").asString(folder),
          answer.get("marker").asLong(),
          answer.path("version").asLong(0));
    } catch (JacksonException | NullPointerException e) {
      throw Problem.failed("the recompute ended with '" + last + "' instead of a JSON object");
    }
  }

  private static List<String> options(Moment moment) {
    String ends =
        moment.ends().byPartition().entrySet().stream()
            .map(end -> end.getKey() + "=" + end.getValue())
            .collect(Collectors.joining(","));
    return List.of("--version", Long.toString(moment.version()), "--until", ends);
  }

  private String lastLine(List<String> arguments) {
    Process process = start(arguments);
    Thread ending = new Thread(process::destroy);
    Runtime.getRuntime().addShutdownHook(ending);
    Deque<String> words = new ArrayDeque<>();
    Thread reader = new Thread(() -> follow(process, words), "recompute-log");
    reader.setDaemon(true);
    reader.start();
    Thread watch = watch(process);
    try {
      String last = "";
      for (String line : process.inputReader(StandardCharsets.UTF_8).lines().toList()) {
        last = line.isBlank() ? last : line;
      }
      int status = process.waitFor();
      reader.join();
      if (status != 0) {
        throw Problem.failed(
            "the recompute failed with status %s: %s".formatted(status, String.join(" | ", words)));
      }
      return last;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Problem.failed("the recompute was interrupted");
    } finally {
      watch.interrupt();
      process.destroy();
      Runtime.getRuntime().removeShutdownHook(ending);
    }
  }

  private Process start(List<String> arguments) {
    try {
      return new ProcessBuilder(arguments).redirectInput(ProcessBuilder.Redirect.PIPE).start();
    } catch (IOException e) {
      throw Problem.unreachable(
          "cannot start '%s' (%s): set serving.command to the path of the command anabranch"
              .formatted(command, e.getMessage()),
          e);
    }
  }

  private Thread watch(Process process) {
    Thread watch =
        new Thread(
            () -> {
              try {
                if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                  LOG.warn("the recompute took longer than {} and is ended", timeout);
                  process.destroyForcibly();
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "recompute-watch");
    watch.setDaemon(true);
    watch.start();
    return watch;
  }

  private static void follow(Process process, Deque<String> words) {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        LOG.info("recompute: {}", line);
        words.addLast(line);
        if (words.size() > TOLD_LINES) {
          words.removeFirst();
        }
      }
    } catch (IOException e) {
      LOG.warn("the recompute's standard error broke off", e);
    }
  }
}

package io.anabranch.ingest;

import io.anabranch.runtime.ExitStatus;
import io.anabranch.runtime.PlatformSettings;
import io.anabranch.runtime.Problem;
import io.anabranch.runtime.Settings;
import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.Datasets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    mixinStandardHelpOptions = true,
    name = "watch",
    description = {
      "Loads the files that arrive in a folder, each once, until it is stopped.",
      "Move files in under their final names, or write them as NAME.part and rename them: a file"
          + " is",
      "taken once its size stays the same. What was loaded is remembered."
    })
final class WatchCommand implements Callable<Integer> {
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  /** To look at a file is to read it, in order to know which one it is. */
  private static final Duration HELD_PAUSE = Duration.ofMinutes(1);

  private static final Backoff AWAY =
      new Backoff(Duration.ofSeconds(2), Duration.ofMinutes(1), Integer.MAX_VALUE);

  @Option(
      names = {"-d", "--dataset"},
      required = true,
      description = "The dataset.")
  private String datasetName;

  @Option(names = "--mapping", description = "The CSV mapping; by default the one that fits.")
  private String mapping;

  @Option(
      names = "--settle",
      description = "How long a file's size must stay the same; PT5S by default.")
  private Duration settle = Duration.ofSeconds(5);

  @Option(names = "--once", description = "Loads what is complete and ends.")
  private boolean once;

  @Option(names = "--json", description = "Prints the summary of each file as one JSON object.")
  private boolean json;

  @Option(names = "--config", required = true, description = "The settings file.")
  private Path config;

  @Parameters(paramLabel = "FOLDER", description = "The folder.")
  private Path folder;

  private final Timing timing = Timing.system();
  private Settings settings;
  private PlatformSettings platform;
  private Dataset dataset;
  private boolean clean = true;

  @Override
  public Integer call() throws Exception {
    if (!Files.isDirectory(folder)) {
      throw Problem.badInput(folder + " is no folder: name the one that files arrive in");
    } else if (settle.isNegative()) {
      throw Problem.badInput("Invalid --settle " + settle + " (must be >= 0)");
    }
    settings = Settings.read(config);
    platform = settings.section("platform", PlatformSettings.class);
    dataset = Datasets.load(platform.schemas()).named(datasetName);
    FolderWatch watch = new FolderWatch(folder, settle);
    watch.complete(timing.now());
    try (SentRecords sent = SentRecords.of(dataset, platform)) {
      return watch(watch, sent).code();
    }
  }

  private ExitStatus watch(FolderWatch watch, SentRecords sent) throws IOException {
    int failed = 0;
    while (true) {
      timing.pause(once ? settle : LOOK_EVERY);
      try {
        loadAll(watch, sent);
        failed = 0;
      } catch (Problem problem) {
        if (once || problem.status() != ExitStatus.UNREACHABLE) {
          throw problem;
        }
        failed++;
        tell(problem);
        timing.pause(AWAY.pause(failed, new Random()));
      }
      if (once) {
        return clean ? ExitStatus.DONE : ExitStatus.BAD_INPUT;
      }
    }
  }

  private void loadAll(FolderWatch watch, SentRecords sent) throws IOException {
    var files = watch.complete(timing.now());
    if (files.isEmpty()) {
      return;
    }
    try (KafkaDestination topic =
        KafkaDestination.open(
            dataset, platform, settings.section("ingest", IngestSettings.class), sent)) {
      for (Path file : files) {
        if (isDone(file, topic)) {
          watch.settle(file);
        } else if (watch.postpone(file, timing.now().plus(HELD_PAUSE))) {
          tell(SourceState.heldElsewhere(file.toString()));
        }
      }
    }
  }

  /**
   * Loads a file. One that is wrong is told and left out, until it is another one.
   *
   * @return false if another process loads it, which may die half way
   */
  private boolean isDone(Path file, KafkaDestination topic) throws IOException {
    FileLoader loader =
        new FileLoader(
            dataset,
            topic,
            new Bookmarks(platform.data(), dataset),
            FileLoader.Repeats.LEAVE_OUT,
            FileLoader.BOOKMARK_EVERY,
            System.err::println);
    long start = System.nanoTime();
    try {
      FileLoad load = loader.begin();
      FileLoader.Outcome outcome =
          loader.load(file, new RowFormats(dataset, mapping).of(file), load);
      if (outcome == FileLoader.Outcome.HELD_ELSEWHERE) {
        clean = false;
        return false;
      } else if (outcome == FileLoader.Outcome.LOADED) {
        load.finish();
        Summary summary =
            new Summary(datasetName, loader.counts(), Duration.ofNanos(System.nanoTime() - start));
        System.out.println(
            json
                ? summary.json().put("file", file.toString())
                : file.getFileName() + ": " + summary.words());
      }
      clean &= loader.counts().rejected() == 0;
    } catch (Problem problem) {
      if (problem.status() != ExitStatus.BAD_INPUT) {
        throw problem;
      }
      clean = false;
      tell(problem);
    }
    return true;
  }

  private static void tell(Problem problem) {
    System.err.println("anabranch: " + problem.getMessage());
  }
}

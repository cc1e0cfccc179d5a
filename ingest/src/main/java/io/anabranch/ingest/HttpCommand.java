package io.anabranch.ingest;

import io.anabranch.runtime.ExitStatus;
import io.anabranch.runtime.PlatformSettings;
import io.anabranch.runtime.Problem;
import io.anabranch.runtime.Settings;
import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.Datasets;
import io.anabranch.schemas.HttpSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    mixinStandardHelpOptions = true,
    name = "http",
    description = {
      "Polls the source of format http that the dataset file declares, until it is stopped.",
      "It goes on where it was; records whose content changed within the overlap are sent again."
    })
final class HttpCommand implements Callable<Integer> {
  @Option(
      names = {"-d", "--dataset"},
      required = true,
      description = "The dataset.")
  private String datasetName;

  @Option(names = "--source", description = "The source; by default the only one of format http.")
  private String sourceName;

  @Option(names = "--once", description = "Ends after one poll.")
  private boolean once;

  @Option(
      names = "--since",
      paramLabel = "T",
      description = "Begins the first poll with this event time, such as 2026-01-31T12:00:00Z.")
  private Instant since;

  @Option(names = "--json", description = "Prints each poll's summary as one JSON object a line.")
  private boolean json;

  @Option(names = "--config", required = true, description = "The settings file.")
  private Path config;

  private final Timing timing = Timing.system();

  @Override
  public Integer call() throws Exception {
    Settings settings = Settings.read(config);
    PlatformSettings platform = settings.section("platform", PlatformSettings.class);
    Dataset dataset = Datasets.load(platform.schemas()).named(datasetName);
    HttpSource source = source(dataset);
    Consumer<String> tell = System.err::println;
    HttpRequests requests =
        new HttpRequests(
            source, HttpRequests.LONGEST, HttpRequests.MOST_BYTES, System.getenv(), timing);
    HttpPages pages = new HttpPages(source, requests, Backoff.USUAL, new Random(), timing, tell);
    Path file =
        platform
            .data()
            .resolve("sources")
            .resolve(dataset.name())
            .resolve("http")
            .resolve(source.name() + ".json");
    IngestSettings ingest = settings.section("ingest", IngestSettings.class);
    LoadCounts counts = new LoadCounts();
    try (SourceState<HttpState> state =
            SourceState.hold(
                new RecordHash().hexOf(source.name().getBytes(StandardCharsets.UTF_8)),
                file,
                HttpState.class,
                source.name());
        SentRecords sent = SentRecords.of(dataset, platform);
        HttpPolls polls =
            new HttpPolls(
                () -> KafkaDestination.open(dataset, platform, ingest, sent),
                topic ->
                    new HttpPoll(dataset, source, pages, topic, state, timing, counts, tell))) {
      return run(source, polls, counts).code();
    }
  }

  private ExitStatus run(HttpSource source, HttpPolls polls, LoadCounts counts) throws IOException {
    Optional<Instant> from = Optional.ofNullable(since);
    boolean polled = false;
    while (true) {
      Instant begun = timing.now();
      counts.reset();
      try (Progress progress =
          new Progress(source.name(), -1, counts::read, counts::read, counts::words)) {
        progress.start();
        polls.poll(from);
        from = Optional.empty();
        polled = true;
      } catch (Problem problem) {
        if (once || !mayPass(problem, polled)) {
          throw problem;
        }
        System.err.println("anabranch: " + problem.getMessage());
      }
      Summary summary = new Summary(datasetName, counts, Duration.between(begun, timing.now()));
      System.out.println(json ? summary.json().put("source", source.name()) : summary.words());
      if (once) {
        return counts.rejected() == 0 ? ExitStatus.DONE : ExitStatus.BAD_INPUT;
      }
      timing.pause(Duration.between(timing.now(), begun.plus(source.every())));
    }
  }

  /** What a source that answered before takes for a bad request may be a fault of the source. */
  private static boolean mayPass(Problem problem, boolean polled) {
    return problem.status() == ExitStatus.UNREACHABLE
        || (polled && problem.status() == ExitStatus.BAD_INPUT);
  }

  private HttpSource source(Dataset dataset) {
    List<HttpSource> sources = dataset.sources(HttpSource.class);
    List<String> names = sources.stream().map(HttpSource::name).toList();
    if (sources.isEmpty()) {
      throw Problem.badInput(
          "%s declares no source of format http: add one under 'sources' in %s"
              .formatted(dataset.name(), dataset.file()));
    } else if (sourceName == null && sources.size() > 1) {
      throw Problem.badInput("Choose one of " + names + " with --source");
    }
    return sources.stream()
        .filter(source -> sourceName == null || source.name().equals(sourceName))
        .findFirst()
        .orElseThrow(
            () ->
                Problem.badInput(
                    "unknown source '%s' of %s, expected one of %s"
                        .formatted(sourceName, dataset.name(), names)));
  }
}

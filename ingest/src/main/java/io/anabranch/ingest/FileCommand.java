package io.anabranch.ingest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.anabranch.kafka.KafkaSchemaLog;
import io.anabranch.runtime.ExitStatus;
import io.anabranch.runtime.PlatformSettings;
import io.anabranch.runtime.Problem;
import io.anabranch.runtime.Settings;
import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.Datasets;
import io.anabranch.schemas.SchemaHistory;
import io.anabranch.schemas.SchemaLog;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    mixinStandardHelpOptions = true,
    name = "file",
    description = {
      "Loads files: CSV by a mapping of the dataset file, JSON lines, Avro; plain, gzip or zstd.",
      "A load that was cut off goes on where it stopped; a file that was loaded is not sent again,",
      "nor is a record that any process sent within the dataset's horizon."
    })
final class FileCommand implements Callable<Integer> {
  @Option(
      names = {"-d", "--dataset"},
      required = true,
      description = "The dataset.")
  private String datasetName;

  @Option(names = "--mapping", description = "The CSV mapping; by default the one that fits.")
  private String mapping;

  @Option(names = "--keep-repeats", description = "Sends also what stands in a file twice.")
  private boolean keepRepeats;

  @Option(names = "--again", description = "Loads also what was loaded before.")
  private boolean again;

  @Option(names = "--json", description = "Prints the summary as one JSON object.")
  private boolean json;

  @Option(names = "--config", required = true, description = "The settings file.")
  private Path config;

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description = "Files, folders and patterns such as 'in/*.csv.gz', in this order.")
  private List<String> arguments;

  @Override
  public Integer call() throws Exception {
    if (keepRepeats && again) {
      throw Problem.badInput("--again and --keep-repeats exclude each other: leave one out");
    }
    Settings settings = Settings.read(config);
    PlatformSettings platform = settings.section("platform", PlatformSettings.class);
    Dataset dataset = Datasets.load(platform.schemas()).named(datasetName);
    RowFormats formats = new RowFormats(dataset, mapping, () -> history(dataset, platform));
    // Every file is looked at before the first record of any is sent.
    Map<Path, RowFormats.Format> chosen = new LinkedHashMap<>();
    for (Path file : FileArguments.files(arguments, System.err::println)) {
      chosen.put(file, formats.of(file));
    }
    long start = System.nanoTime();
    try (SentRecords sent = SentRecords.of(dataset, platform);
        KafkaDestination topic =
            KafkaDestination.open(
                dataset, platform, settings.section("ingest", IngestSettings.class), sent)) {
      FileLoader loader =
          new FileLoader(
              dataset,
              topic,
              new Bookmarks(platform.data(), dataset),
              repeats(),
              FileLoader.BOOKMARK_EVERY,
              System.err::println);
      load(loader, chosen);
      summarise(loader.counts(), chosen, Duration.ofNanos(System.nanoTime() - start));
      return (loader.counts().rejected() == 0 ? ExitStatus.DONE : ExitStatus.BAD_INPUT).code();
    }
  }

  private static SchemaHistory history(Dataset dataset, PlatformSettings platform) {
    try (SchemaLog schemas = new KafkaSchemaLog(platform.kafka())) {
      return schemas.history(dataset);
    }
  }

  private FileLoader.Repeats repeats() {
    if (keepRepeats) {
      return FileLoader.Repeats.KEEP;
    }
    return again ? FileLoader.Repeats.LOAD_AGAIN : FileLoader.Repeats.LEAVE_OUT;
  }

  private static void load(FileLoader loader, Map<Path, RowFormats.Format> chosen)
      throws IOException {
    FileLoad load = loader.begin();
    for (Map.Entry<Path, RowFormats.Format> file : chosen.entrySet()) {
      switch (loader.load(file.getKey(), file.getValue(), load)) {
        case LOADED -> {}
        case LOADED_BEFORE ->
            System.err.println(
                file.getKey() + " was loaded before: nothing is sent; --again loads it anew");
        case HELD_ELSEWHERE -> throw SourceState.heldElsewhere(file.getKey().toString());
      }
    }
    load.finish();
  }

  private void summarise(LoadCounts counts, Map<Path, RowFormats.Format> files, Duration took) {
    Summary summary = new Summary(datasetName, counts, took);
    if (json) {
      ObjectNode object = summary.json();
      files.keySet().forEach(file -> object.withArray("files").add(file.toString()));
      System.out.println(object);
    } else {
      System.out.println(summary.words());
    }
  }
}

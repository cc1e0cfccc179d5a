package io.anabranch.ingest;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.anabranch.runtime.ExitStatus;
import io.anabranch.runtime.PlatformSettings;
import io.anabranch.runtime.Settings;
import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.Datasets;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.producer.KafkaProducer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    mixinStandardHelpOptions = true,
    name = "file",
    description =
        "Loads files: CSV by a mapping of the dataset file, JSON lines, Avro; plain or gzip.")
final class FileCommand implements Callable<Integer> {
  @Option(
      names = {"-d", "--dataset"},
      required = true,
      description = "The dataset.")
  private String datasetName;

  @Option(names = "--mapping", description = "The CSV mapping; by default the one that fits.")
  private String mapping;

  @Option(names = "--keep-repeats", description = "Sends also what stands in the files twice.")
  private boolean keepRepeats;

  @Option(names = "--json", description = "Prints the summary as one JSON object.")
  private boolean json;

  @Option(names = "--config", required = true, description = "The settings file.")
  private Path config;

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "The files, in this order.")
  private List<Path> files;

  @Override
  public Integer call() throws Exception {
    Settings settings = Settings.read(config);
    PlatformSettings platform = settings.section("platform", PlatformSettings.class);
    Dataset dataset = Datasets.load(platform.schemas()).named(datasetName);
    RowFormats formats = new RowFormats(dataset, mapping);
    // Every file is looked at before the first record of any is sent.
    Map<Path, RowFormats.Format> chosen = new LinkedHashMap<>();
    for (Path file : files) {
      chosen.put(file, formats.of(file));
    }
    try (Topics topics =
        new Topics(platform.kafka(), settings.section("ingest", IngestSettings.class))) {
      topics.make(dataset);
    }
    long start = System.nanoTime();
    try (KafkaProducer<byte[], byte[]> producer = KafkaClients.producer(platform.kafka())) {
      DeadLetters letters = new DeadLetters(producer);
      FileLoad load =
          new FileLoad(
              dataset,
              new RecordSender(producer, dataset),
              (row, file, line, reason) -> letters.send(dataset, row, file, line, reason),
              System.err::println,
              keepRepeats);
      for (Map.Entry<Path, RowFormats.Format> file : chosen.entrySet()) {
        load(file.getKey(), file.getValue(), load);
      }
      load.finish();
      letters.await();
      summarise(load.counts(), Duration.ofNanos(System.nanoTime() - start));
      return (load.counts().rejected() == 0 ? ExitStatus.DONE : ExitStatus.BAD_INPUT).code();
    }
  }

  private static void load(Path path, RowFormats.Format format, FileLoad load) throws IOException {
    try (SourceFile file = SourceFile.open(path);
        Progress progress =
            new Progress(
                path.getFileName().toString(), file.size(), file::bytesRead, load.counts()::read);
        Rows rows = format.open(file)) {
      progress.start();
      load.load(path, rows);
    }
  }

  private void summarise(LoadCounts counts, Duration took) {
    long durationMs = Math.max(1, took.toMillis());
    long rate = counts.read() * 1000 / durationMs;
    if (json) {
      ObjectNode summary = new ObjectMapper().createObjectNode().put("dataset", datasetName);
      files.forEach(file -> summary.withArray("files").add(file.toString()));
      summary
          .put("read", counts.read())
          .put("accepted", counts.accepted())
          .put("rejected", counts.rejected())
          .put("repeats", counts.repeats())
          .put("duration_ms", durationMs)
          .put("records_per_s", rate);
      System.out.println(summary);
    } else {
      System.out.printf(
          "%s: %d rows read, %d sent, %d refused, %d repeats left out, in %.1f s (%d rows/s)%n",
          datasetName,
          counts.read(),
          counts.accepted(),
          counts.rejected(),
          counts.repeats(),
          durationMs / 1000.0,
          rate);
    }
  }
}

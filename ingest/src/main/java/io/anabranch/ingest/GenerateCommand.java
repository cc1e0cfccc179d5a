package io.anabranch.ingest;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.anabranch.runtime.ExitStatus;
import io.anabranch.runtime.PlatformSettings;
import io.anabranch.runtime.Problem;
import io.anabranch.runtime.Settings;
import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.Datasets;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    mixinStandardHelpOptions = true,
    name = "generate",
    description = {
      "Makes up records, with errors on purpose; the same seed gives the same records.",
      "How they look stands in the dataset file's section 'generate'."
    },
    footer = {
      "%nExamples:",
      "  anabranch ingest generate -d customer_orders --count 100000 --rate 5000 --error-rate 0.1",
      "  anabranch ingest generate -d customer_orders --count 1000000 --error undecodable=0.02,late=0.02",
      "  anabranch ingest generate -d energy_readings --count 60000 --rate 1000 --burst 5000"
    })
final class GenerateCommand implements Callable<Integer> {
  @Option(
      names = {"-d", "--dataset"},
      required = true,
      description = "The dataset.")
  private String datasetName;

  @Option(names = "--count", required = true, description = "How many records.")
  private long count;

  @Option(names = "--rate", description = "Records a second; 0, the default: as fast as can be.")
  private double rate;

  @Option(
      names = "--burst",
      description =
          "So many records at once, then a pause, at --rate on average; 1, the default: steadily.")
  private long burst = 1;

  @Option(names = "--seed", description = "What the records are a function of; 1 by default.")
  private long seed = 1;

  @Option(names = "--error-rate", description = "The part of records with an error, 0 to 1.")
  private double errorRate;

  @Option(
      names = "--error",
      paramLabel = "KIND=RATE",
      split = ",",
      description =
          "The rate of missing, typo, invalid, repeat, late or undecodable alone; the last one is"
              + " no part of --error-rate.")
  private Map<String, Double> errorRates = new LinkedHashMap<>();

  @Option(names = "--dry-run", description = "Writes to a file instead of Kafka; needs --out.")
  private boolean dryRun;

  @Option(names = "--out", description = "The Avro container file of --dry-run.")
  private Path out;

  @Option(names = "--json", description = "Prints the summary as one JSON object.")
  private boolean json;

  @Option(names = "--config", required = true, description = "The settings file.")
  private Path config;

  private final Map<ErrorKind, Long> made = new EnumMap<>(ErrorKind.class);
  private final AtomicLong sent = new AtomicLong();

  @Override
  public Integer call() throws Exception {
    requireSense();
    Settings settings = Settings.read(config);
    PlatformSettings platform = settings.section("platform", PlatformSettings.class);
    Datasets datasets = Datasets.load(platform.schemas());
    Dataset dataset = datasets.named(datasetName);
    ErrorRates rates = ErrorRates.of(errorRate, errorRates, RecordGenerator.generationOf(dataset));
    RecordGenerator generator = new RecordGenerator(dataset, datasets.folder(), seed, rates);
    Duration took;
    if (dryRun) {
      try (AvroFileSink file = new AvroFileSink(out, dataset, datasetName + seed + rates)) {
        took = send(generator, file);
      }
    } else {
      try (Topics topics =
          new Topics(platform.kafka(), settings.section("ingest", IngestSettings.class))) {
        KafkaDestination.prepare(topics, dataset, platform.kafka());
      }
      try (KafkaProducer<byte[], byte[]> producer = KafkaClients.producer(platform.kafka())) {
        took = send(generator, new RecordSender(producer, dataset));
      }
    }
    summarise(took);
    return ExitStatus.DONE.code();
  }

  private void requireSense() {
    if (count < 0) {
      throw Problem.badInput("Invalid --count " + count + " (must be >= 0)");
    } else if (!(rate >= 0)) {
      throw Problem.badInput("Invalid --rate " + rate + " (must be >= 0)");
    } else if (burst < 1 || (burst > 1 && rate == 0)) {
      throw Problem.badInput(
          "Invalid --burst %s (must be >= 1; more than 1 needs a --rate)".formatted(burst));
    } else if (dryRun != (out != null)) {
      throw Problem.badInput(
          "--dry-run and --out go together: the one says to write a file, the other which");
    } else if (dryRun && errorRates.getOrDefault(ErrorKind.UNDECODABLE.label(), 0.0) > 0) {
      throw Problem.badInput(
          "An Avro file holds records alone: leave 'undecodable' out, or --dry-run");
    }
  }

  private Duration send(RecordGenerator generator, RecordSink sink) throws IOException {
    Pace pace = new Pace(rate, burst);
    long start = System.nanoTime();
    try (Progress progress =
        new Progress(
            datasetName, count, sent::get, sent::get, () -> "%,d made".formatted(sent.get()))) {
      progress.start();
      for (long number = 0; number < count; number++) {
        RecordGenerator.Made record = generator.make(number);
        record.error().ifPresent(kind -> made.merge(kind, 1L, Long::sum));
        pace.await(number);
        if (record.spoilt().isPresent()) {
          sink.sendSpoilt(record.datum(), record.spoilt().get());
        } else {
          sink.send(record.datum());
        }
        sent.lazySet(number + 1);
      }
      sink.finish();
    }
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private void summarise(Duration took) {
    long repeats = made.getOrDefault(ErrorKind.REPEAT, 0L);
    if (json) {
      ObjectNode summary =
          new ObjectMapper().createObjectNode().put("dataset", datasetName).put("produced", count);
      ObjectNode errors = summary.putObject("errors");
      for (ErrorKind kind : ErrorKind.values()) {
        errors.put(kind.label(), made.getOrDefault(kind, 0L));
      }
      summary.put("repeats", repeats).put("duration_ms", took.toMillis());
      System.out.println(summary);
    } else {
      System.out.printf(
          "%s: %d records made in %.1f s, of them with errors: %s%n",
          datasetName, count, took.toMillis() / 1000.0, made);
    }
  }
}

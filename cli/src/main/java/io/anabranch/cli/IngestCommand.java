package io.anabranch.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code ingest}: brings records into a dataset's topic. */
@Command(
    name = "ingest",
    mixinStandardHelpOptions = true,
    description = {
      "Brings records into a dataset's topic:",
      "  file -d DATASET [--mapping NAME] FILE...   CSV, JSON lines or Avro, plain or gzip",
      "  generate -d DATASET --count N --rate R --seed S --error-rate E",
      "                                             made-up records with deliberate errors",
      "With --json the last line of standard output is one JSON object."
    },
    footer = {
      "%nExamples:",
      "  anabranch ingest file -d customer_orders --mapping online-retail online_retail.csv.gz",
      "  anabranch ingest generate -d energy_readings --count 10000 --rate 500 --seed 7",
    })
final class IngestCommand implements Callable<Integer> {
  @Mixin private PlatformOptions options;

  @Parameters(
      arity = "1..*",
      paramLabel = "ARGUMENT",
      description = "file or generate, with its options")
  private List<String> arguments;

  @Override
  public Integer call() {
    return new Launches(options.existing()).ingest(arguments).runInForeground();
  }
}

package io.anabranch.cli;

import io.anabranch.runtime.ExitStatus;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ingest}: brings records into a dataset's topic. */
@Command(
    name = "ingest",
    description = {
      "Brings records into a dataset's topic:",
      "  file -d DATASET [--mapping NAME] [--again] FILE...",
      "                                             CSV, JSON lines or Avro; plain, gzip or zstd;",
      "                                             files, folders and quoted patterns",
      "  watch -d DATASET [--mapping NAME] [--once] FOLDER",
      "                                             the files that arrive in a folder",
      "  http -d DATASET [--source NAME] [--once] [--since T]",
      "                                             polls the source that the dataset file declares",
      "  generate -d DATASET --count N --rate R --seed S --error-rate E",
      "                                             made-up records with deliberate errors",
      "Files and sources go on where they were cut off.",
      "With --json the last line of standard output is one JSON object."
    },
    footer = {
      "%nExamples:",
      "  anabranch ingest file -d customer_orders --mapping online-retail online_retail.csv.gz",
      "  anabranch ingest file -d energy_readings 'prices/*.csv.zst'",
      "  anabranch ingest watch -d energy_readings --mapping spot-prices incoming",
      "  anabranch ingest http -d energy_readings --once",
      "  anabranch ingest generate -d energy_readings --count 10000 --rate 500 --seed 7",
    })
final class IngestCommand implements Callable<Integer> {
  @Mixin private PlatformOptions options;
  @Spec private CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      description = "Show this, or behind file, watch, http or generate all of its options.")
  private boolean help;

  @Parameters(
      arity = "0..*",
      paramLabel = "ARGUMENT",
      description = "file, watch, http or generate, with its options")
  private List<String> arguments = List.of();

  @Override
  public Integer call() {
    if (arguments.isEmpty()) {
      return usage();
    }
    return help
        ? Launches.ingestHelp(Home.current(), arguments.get(0)).runInForeground()
        : new Launches(options.existing()).ingest(arguments).runInForeground();
  }

  private int usage() {
    if (!help) {
      throw new ParameterException(
          spec.commandLine(), "Which source? Say file, watch, http or generate");
    }
    spec.commandLine().usage(spec.commandLine().getOut());
    return ExitStatus.DONE.code();
  }
}

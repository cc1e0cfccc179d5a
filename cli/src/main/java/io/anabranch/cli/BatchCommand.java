package io.anabranch.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code batch}: runs of the batch layer and the versions that they published. */
@Command(
    name = "batch",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Runs the batch layer, lists its versions, publishes an older one again.",
    subcommands = {
      BatchCommand.Run.class,
      BatchCommand.Versions.class,
      BatchCommand.Rollback.class,
      BatchCommand.Compact.class,
      BatchCommand.Recompute.class
    },
    footer = {
      "%nExamples:",
      "  anabranch batch run customer_orders",
      "  anabranch batch versions customer_orders",
      "  anabranch batch rollback customer_orders 3",
    })
final class BatchCommand extends Group {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss.SSS").withZone(ZoneOffset.UTC);

  /** Runs the batch layer on one dataset and returns what it printed. */
  static JsonNode run(Instance instance, String dataset, List<String> more) {
    List<String> arguments = new ArrayList<>(List.of("--dataset", dataset));
    arguments.addAll(more);
    return result(instance, "run", arguments);
  }

  /** Runs a task of the batch layer and returns what it printed. */
  static JsonNode result(Instance instance, String task, List<String> more) {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of(task, "--config", instance.config().toString()));
    arguments.addAll(more);
    return job(instance, new Launches(instance).batch(arguments)).result();
  }

  static Job job(Instance instance, Launch launch) {
    return new Job(launch, instance.data().log("batch-" + STAMP.format(Instant.now())));
  }

  /** {@code batch run}. */
  @Command(
      name = "run",
      description = {
        "Computes a new version from the master dataset and publishes it.",
        "Exit status 1 if a quality check of level fail does not hold: nothing is published then."
      },
      footer = {"%nExample:", "  anabranch batch run customer_orders --full"})
  static final class Run implements Callable<Integer> {
    @Mixin private CommonOptions common;
    @Mixin private PlatformOptions options;

    @Parameters(paramLabel = "DATASET", description = "name of the dataset")
    private String dataset;

    @Option(
        names = "--full",
        description = "read all records, learn the profile anew; without it new records are added")
    private boolean full;

    @Option(
        names = "--despite-checks",
        description = "publish although a quality check of level fail does not hold")
    private boolean despiteChecks;

    @Override
    public Integer call() {
      List<String> more = new ArrayList<>();
      if (full) {
        more.add("--full");
      }
      if (despiteChecks) {
        more.add("--despite-checks");
      }
      JsonNode result = BatchCommand.run(options.existing(), dataset, more);
      System.out.print(common.json() ? Json.line(result) + "\n" : summary(result));
      return 0;
    }
  }

  static String summary(JsonNode result) {
    StringBuilder text = new StringBuilder();
    for (Map.Entry<String, JsonNode> entry : result.properties()) {
      JsonNode value = entry.getValue();
      text.append(
          "%-16s %s%n".formatted(entry.getKey(), value.isTextual() ? value.asText() : value));
    }
    return text.toString();
  }

  /** {@code batch versions}. */
  @Command(
      name = "versions",
      description = "Lists the versions that are kept; the published one answers queries.",
      footer = {"%nExample:", "  anabranch batch versions customer_orders"})
  static final class Versions implements Callable<Integer> {
    @Mixin private CommonOptions common;
    @Mixin private PlatformOptions options;

    @Parameters(paramLabel = "DATASET", description = "name of the dataset")
    private String dataset;

    @Override
    public Integer call() {
      Rest rest = Rest.of(options.existing());
      JsonNode answer = rest.get(path(dataset), List.of());
      JsonNode versions = answer.isArray() ? answer : answer.path("versions");
      System.out.print(
          common.json() ? Json.line(answer) + "\n" : ObjectTable.of(versions).render());
      return 0;
    }
  }

  /** {@code batch rollback}. */
  @Command(
      name = "rollback",
      description = "Publishes an older version again; answers stay exact.",
      footer = {"%nExample:", "  anabranch batch rollback customer_orders 3"})
  static final class Rollback implements Callable<Integer> {
    @Mixin private CommonOptions common;
    @Mixin private PlatformOptions options;

    @Parameters(index = "0", paramLabel = "DATASET", description = "name of the dataset")
    private String dataset;

    @Parameters(index = "1", paramLabel = "VERSION", description = "number of a kept version")
    private long version;

    @Option(
        names = "--no-hive",
        description = "leave Hive's tables as they are, until the next run")
    private boolean noHive;

    @Override
    public Integer call() {
      Instance instance = options.existing();
      Rest rest = Rest.of(instance);
      JsonNode answer = rest.post(path(dataset) + "/" + version + "/publish");
      Words.say("version " + version + " of " + dataset + " is published: answers come from it");
      if (!noHive) {
        var unused = result(instance, "follow", List.of("--dataset", dataset));
        Words.say("Hive's tables show it too");
      }
      System.out.print(common.json() ? Json.line(answer) + "\n" : summary(answer));
      return 0;
    }
  }

  /** {@code batch recompute}: what the serving layer calls to verify. */
  @Command(
      name = "recompute",
      hidden = true,
      mixinStandardHelpOptions = true,
      description = "Folds all records of the master dataset into files in HDFS.")
  static final class Recompute implements Callable<Integer> {
    @Mixin private PlatformOptions options;

    @Parameters(paramLabel = "DATASET", description = "name of the dataset")
    private String dataset;

    @Option(names = "--out", required = true, description = "folder in HDFS")
    private String out;

    @Option(names = "--version", description = "number of the version to build on")
    private String version = "0";

    @Option(
        names = "--until",
        paramLabel = "PARTITION=OFFSET,...",
        description = "first offsets that stay out; without it a marker is appended")
    private String until;

    @Override
    public Integer call() {
      List<String> arguments = new ArrayList<>(List.of("--dataset", dataset, "--out", out));
      if (until != null) {
        arguments.addAll(List.of("--version", version, "--until", until));
      }
      JsonNode result = BatchCommand.result(options.existing(), "recompute", arguments);
      System.out.println(Json.line(result));
      return 0;
    }
  }

  /** {@code batch compact}. */
  @Command(
      name = "compact",
      description = {
        "Makes wide master files of small ones, and proves for each that its rows are the same.",
        "Ingest, batch runs and verify go on meanwhile; a later compaction removes the small files."
      },
      footer = {"%nExample:", "  anabranch batch compact customer_orders"})
  static final class Compact implements Callable<Integer> {
    @Mixin private CommonOptions common;
    @Mixin private PlatformOptions options;

    @Parameters(paramLabel = "DATASET", description = "name of the dataset")
    private String dataset;

    @Option(
        names = "--offsets",
        description = "how many offsets a file covers at most (default: ${DEFAULT-VALUE})")
    private long offsets = 1_000_000;

    @Override
    public Integer call() {
      JsonNode result =
          BatchCommand.result(
              options.existing(),
              "compact",
              List.of("--dataset", dataset, "--offsets", Long.toString(offsets)));
      System.out.print(common.json() ? Json.line(result) + "\n" : summary(result));
      return 0;
    }
  }

  private static String path(String dataset) {
    return "/api/v1/datasets/" + Rest.encoded(dataset) + "/versions";
  }
}

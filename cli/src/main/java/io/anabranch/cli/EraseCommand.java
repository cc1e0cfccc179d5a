package io.anabranch.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code erase}: removes somebody's records from everywhere. */
@Command(
    name = "erase",
    description = {
      "Removes records from the master dataset, clean rows, views, quarantine and reports.",
      "Records that were appended before it began are meant; answers stay exact all the while.",
      "A copy of an erased record that comes later is a repeat, and is dropped as one.",
      "Older versions go too: 'batch rollback' reaches no further back than the erasure.",
      "A call that was cut off is finished by the next one, or by --resume."
    },
    footer = {
      "%nExamples:",
      "  anabranch erase customer_orders --where \"customer_id = '17850'\" --dry-run",
      "  anabranch erase customer_orders --where \"customer_id = '17850'\" --reason 'ticket 4711'",
      "  anabranch erase customer_orders --identity row_key=L-0001 --identity row_key=L-0002",
      "  anabranch erase customer_orders --resume"
    })
final class EraseCommand implements Callable<Integer> {
  @Mixin private CommonOptions common;
  @Mixin private PlatformOptions options;

  @Parameters(paramLabel = "DATASET", description = "name of the dataset")
  private String dataset;

  @Option(
      names = "--identity",
      paramLabel = "FIELD=VALUE,...",
      description = "one record, by all fields of its identity; may be given several times")
  private List<String> identities = List.of();

  @Option(
      names = "--where",
      paramLabel = "CONDITION",
      description =
          "records of which a Spark SQL condition is true, as they came or as they are cleaned")
  private String where;

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      description = "kept with the erasure, such as the number of a ticket; the condition is not")
  private String reason;

  @Option(
      names = "--at-most",
      paramLabel = "N",
      description = "erase nothing if more records are meant (default: ${DEFAULT-VALUE})")
  private long atMost = 10_000;

  @Option(
      names = "--purge-topic",
      description = "let Kafka delete everybody's records before the erasure's cut at once")
  private boolean purgeTopic;

  @Option(names = "--dry-run", description = "tell what would be erased, change nothing")
  private boolean dryRun;

  @Option(names = "--resume", description = "only finish an erasure that was cut off")
  private boolean resume;

  @Override
  public Integer call() {
    JsonNode result = BatchCommand.result(options.existing(), "erase", arguments());
    System.out.print(common.json() ? Json.line(result) + "\n" : text(result));
    return 0;
  }

  private List<String> arguments() {
    List<String> arguments = new ArrayList<>(List.of("--dataset", dataset));
    identities.forEach(identity -> arguments.addAll(List.of("--identity", identity)));
    if (where != null) {
      arguments.addAll(List.of("--where", where));
    }
    if (reason != null) {
      arguments.addAll(List.of("--reason", reason));
    }
    arguments.addAll(List.of("--at-most", Long.toString(atMost)));
    if (purgeTopic) {
      arguments.add("--purge-topic");
    }
    if (dryRun) {
      arguments.add("--dry-run");
    }
    if (resume) {
      arguments.add("--resume");
    }
    return arguments;
  }

  static String text(JsonNode result) {
    if (result.path("dry_run").asBoolean()) {
      return BatchCommand.summary(result);
    }
    StringBuilder text = new StringBuilder();
    result.path("resumed").forEach(erasure -> text.append(report(erasure)));
    if (result.has("erasure")) {
      text.append(report(result));
    } else if (result.path("resumed").isEmpty()) {
      text.append("no erasure of %s was cut off%n".formatted(result.path("dataset").asText()));
    }
    return text.toString();
  }

  private static String report(JsonNode erasure) {
    StringBuilder text = new StringBuilder();
    text.append(
        "erasure %s of %s: %s records, %s of them in quarantine, before %s%n"
            .formatted(
                erasure.path("erasure"),
                erasure.path("dataset").asText(),
                erasure.path("records"),
                erasure.path("rejected"),
                erasure.path("cut")));
    if (erasure.path("not_searched").asLong() > 0) {
      text.append(
          "%s values before the cut are no records: nobody can tell whose they are%n"
              .formatted(erasure.path("not_searched")));
    }
    for (Map.Entry<String, JsonNode> store : erasure.path("stores").properties()) {
      for (Map.Entry<String, JsonNode> found : store.getValue().properties()) {
        text.append(
            "%-12s %-26s %s%n"
                .formatted(store.getKey(), found.getKey(), ObjectTable.text(found.getValue())));
      }
    }
    return text.toString();
  }
}

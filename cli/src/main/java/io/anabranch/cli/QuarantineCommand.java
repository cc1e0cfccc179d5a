package io.anabranch.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.anabranch.schemas.Datasets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code quarantine}: what the published version's runs rejected. */
@Command(
    name = "quarantine",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "Shows rejected records, and brings them into the topic again.",
      "A mended rule needs no replay: 'batch run DATASET --full' judges all records anew."
    },
    subcommands = {
      QuarantineCommand.Reasons.class,
      QuarantineCommand.Show.class,
      QuarantineCommand.Replay.class
    },
    footer = {
      "%nExamples:",
      "  anabranch quarantine list customer_orders",
      "  anabranch quarantine show customer_orders --reason 'price is missing' --json > bad.jsonl",
      "  anabranch quarantine replay customer_orders --file mended.jsonl",
    })
final class QuarantineCommand extends Group {

  /** Which rejected records. */
  static final class Choice {
    @Parameters(paramLabel = "DATASET", description = "name of the dataset")
    private String dataset;

    @Option(names = "--reason", description = "only those with this reason")
    private String reason;

    @Option(
        names = "--limit",
        description = "at most so many, in the order of the log (default: ${DEFAULT-VALUE})")
    private int limit = 1_000;

    private JsonNode rows(Instance instance, String columns, String condition) {
      return new HiveQuery(instance)
          .rows(
              "select %s from %s rejected where %s order by topic_partition, topic_offset limit %d"
                  .formatted(columns, table(instance, dataset), having(condition), limit));
    }

    /** How many there are, whatever the limit. */
    private long count(Instance instance, String condition) {
      return new HiveQuery(instance)
          .rows(
              "select count(*) as records from %s rejected where %s"
                  .formatted(table(instance, dataset), having(condition)))
          .path(0)
          .path("records")
          .asLong();
    }

    private String having(String condition) {
      return reason == null
          ? condition
          : condition + " and array_contains(reasons, " + HiveQuery.literal(reason) + ")";
    }
  }

  private static String table(Instance instance, String dataset) {
    return Datasets.load(instance.platform().schemas()).named(dataset).hive().quarantine();
  }

  /** {@code quarantine list}. */
  @Command(
      name = "list",
      description = "Counts rejected records by reason; one with two reasons counts for both.",
      footer = {"%nExample:", "  anabranch quarantine list customer_orders"})
  static final class Reasons implements Callable<Integer> {
    @Mixin private CommonOptions common;
    @Mixin private PlatformOptions options;

    @Parameters(paramLabel = "DATASET", description = "name of the dataset")
    private String dataset;

    @Override
    public Integer call() {
      Instance instance = options.existing();
      JsonNode rows =
          new HiveQuery(instance)
              .rows(
                  "select reason, count(*) as records from %s lateral view explode(reasons) r as reason group by reason order by records desc, reason"
                      .formatted(table(instance, dataset)));
      System.out.print(common.json() ? Json.line(rows) + "\n" : ObjectTable.of(rows).render());
      return 0;
    }
  }

  /** {@code quarantine show}. */
  @Command(
      name = "show",
      description = {
        "Shows rejected records with their places in the log, their reasons, and the rules that",
        "they break. The bytes of their values stand in the Hive table's column 'value'.",
        "With --json, the records alone, one a line, as 'ingest file' and 'replay --file' take them;",
        "undecodable values are no records."
      },
      footer = {"%nExample:", "  anabranch quarantine show customer_orders --limit 10"})
  static final class Show implements Callable<Integer> {
    @Mixin private CommonOptions common;
    @Mixin private PlatformOptions options;
    @Mixin private Choice choice;

    @Override
    public Integer call() {
      Instance instance = options.existing();
      if (common.json()) {
        texts(choice.rows(instance, "record", "record is not null"), "record")
            .forEach(System.out::println);
      } else {
        // All columns: a table of a former release has no rules.
        List<JsonNode> shown = new ArrayList<>();
        choice
            .rows(instance, "rejected.*, base64(value) as bytes", "true")
            .forEach(row -> shown.add(shown(row)));
        System.out.print(ObjectTable.of(shown).render());
      }
      return 0;
    }
  }

  /** What people want to see of a row of the table. */
  static JsonNode shown(JsonNode row) {
    ObjectNode shown = Json.object();
    shown.set("topic_partition", row.path("topic_partition"));
    shown.set("topic_offset", row.path("topic_offset"));
    shown.put("reasons", joined(row.path("reasons")));
    shown.put("rules", joined(row.path("rules")));
    shown.set("record", row.path("record").isNull() ? row.path("bytes") : row.path("record"));
    return shown;
  }

  /** Hive gives an array as its JSON. */
  private static String joined(JsonNode array) {
    try {
      List<String> texts = new ArrayList<>();
      Json.parse(array.asText("[]")).forEach(text -> texts.add(text.asText()));
      return String.join("; ", texts);
    } catch (JsonProcessingException e) {
      return array.asText();
    }
  }

  /** What the rows have in a column, but for those that have nothing there. */
  static List<String> texts(JsonNode rows, String column) {
    List<String> texts = new ArrayList<>();
    rows.forEach(row -> texts.add(row.path(column).asText("")));
    texts.removeIf(String::isEmpty);
    return texts;
  }

  /** What to tell of a replay that leaves some out. */
  static String left(long taken, long of) {
    return "%,d of %,d rejected records, in the order of the log: --limit %d takes all"
        .formatted(taken, of, of);
  }

  /** {@code quarantine replay}. */
  @Command(
      name = "replay",
      mixinStandardHelpOptions = true,
      description = {
        "Appends rejected records to the topic again, as they are or as mended in a file.",
        "An undecodable value is appended as it came if a schema that is registered today reads it,",
        "and is refused again otherwise.",
        "A record that is replayed twice counts once: the second is a repeat of the first."
      },
      footer = {
        "%nExamples:",
        "  anabranch quarantine replay customer_orders --reason 'price is missing'",
        "  anabranch quarantine replay customer_orders --file mended.jsonl"
      })
  static final class Replay implements Callable<Integer> {
    /** Values of rejected records may have been encoded anew: their records say all. */
    private static final String COLUMNS =
        "record, case when record is null then base64(value) end as bytes";

    @Mixin private PlatformOptions options;
    @Mixin private Choice choice;

    @Option(names = "--file", description = "the mended records, one JSON object a line")
    private Path file;

    @Override
    public Integer call() throws IOException {
      Instance instance = options.existing();
      return file == null ? replayStored(instance) : ingest(instance, List.of(file));
    }

    private int replayStored(Instance instance) throws IOException {
      JsonNode rows = choice.rows(instance, COLUMNS, "true");
      long all = rows.size() < choice.limit ? rows.size() : choice.count(instance, "true");
      if (all > rows.size()) {
        Words.say(left(rows.size(), all));
      }
      Path scratch = instance.data().scratch();
      Path records = Files.createTempFile(scratch, "quarantine", ".jsonl");
      Path values = Files.createTempFile(scratch, "quarantine", ".values");
      try {
        Files.write(records, texts(rows, "record"));
        Files.write(values, texts(rows, "bytes"));
        return ingest(
            instance, Files.size(values) == 0 ? List.of(records) : List.of(records, values));
      } finally {
        Files.delete(records);
        Files.delete(values);
      }
    }

    private int ingest(Instance instance, List<Path> files) {
      List<String> arguments = new ArrayList<>(List.of("file", "-d", choice.dataset));
      files.forEach(file -> arguments.add(file.toString()));
      return new Launches(instance).ingest(arguments).runInForeground();
    }
  }
}

package io.anabranch.schemas;

import io.anabranch.runtime.Problem;
import io.anabranch.schemas.Dataset.MasterFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;

/** Reads a dataset file and checks all that can be checked without an engine. */
final class DatasetFile {
  private static final Set<String> KEYS =
      Set.of(
          "dataset",
          "schema",
          "topic",
          "identity",
          "event-time",
          "personal",
          "sources",
          "reject",
          "clean",
          "hive",
          "hbase",
          "master",
          "views",
          "quality",
          "generate");
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,63}");

  /** What Kafka allows, 249 characters at most, and with the longest of our endings behind it. */
  private static final Pattern TOPIC = Pattern.compile("(?!\\.{1,2}$)[A-Za-z0-9._-]{1,237}");

  private static final Pattern PARTITION_BY = Pattern.compile("(day|month)\\((\\w+)\\)");

  private final Path file;
  private final YamlValue root;
  private final Map<String, YamlValue> entries;
  private final Schema schema;
  private final Map<String, FieldType> fields;

  private DatasetFile(Path file, Path folder) {
    this.file = file;
    this.root = YamlValue.read(file);
    this.entries = root.entries(KEYS);
    this.schema = schema(root.required(entries, "schema"), folder);
    this.fields = FieldType.ofFields(schema);
  }

  static Dataset read(Path file, Path folder) {
    return new DatasetFile(file, folder).dataset(folder);
  }

  private Dataset dataset(Path folder) {
    String name = name(root.required(entries, "dataset"));
    Dataset.Identity identity = identity(root.required(entries, "identity"));
    List<Dataset.RejectRule> reject = reject();
    List<Dataset.CleanRule> clean = clean();
    Map<String, FieldType> columns = new LinkedHashMap<>(fields);
    clean.forEach(rule -> columns.putIfAbsent(rule.column(), rule.type()));
    String eventTime = eventTime(root.required(entries, "event-time"));
    Dataset.HBaseTable hbase = hbase(root.required(entries, "hbase"), columns.keySet());
    Map<String, String> lists = NameLists.named(folder, expressions(reject, clean, hbase));
    Dataset dataset =
        new Dataset(
            file,
            name,
            schema,
            fields,
            topic(root.required(entries, "topic"), identity),
            identity,
            eventTime,
            entries.containsKey("personal")
                ? fieldList(entries.get("personal"), fields.keySet())
                : List.of(),
            sources(eventTime),
            reject,
            clean,
            lists,
            hive(root.required(entries, "hive")),
            hbase,
            entries.containsKey("master") ? master(entries.get("master")) : MasterFiles.DEFAULT,
            new ViewSection(
                    name,
                    identity.fields(),
                    eventTime,
                    reject,
                    clean,
                    lists,
                    columns,
                    SchemaResolution.firstNames(schema))
                .views(root.required(entries, "views")),
            entries.containsKey("quality")
                ? QualitySection.checks(entries.get("quality"))
                : List.of(),
            Optional.ofNullable(entries.get("generate"))
                .map(value -> GenerateSection.read(value, folder, fields)));
    requireFreeColumns(dataset);
    requireFreeTables(dataset);
    return dataset;
  }

  private static List<String> expressions(
      List<Dataset.RejectRule> reject, List<Dataset.CleanRule> clean, Dataset.HBaseTable hbase) {
    List<String> expressions = new ArrayList<>();
    reject.forEach(rule -> expressions.add(rule.when()));
    clean.forEach(rule -> expressions.add(rule.expression()));
    expressions.add(hbase.rowKey());
    return expressions;
  }

  private static Schema schema(YamlValue name, Path folder) {
    Path avsc = folder.resolve("avro").resolve(name.text() + ".avsc");
    if (!Files.isRegularFile(avsc)) {
      throw name.problem("there is no schema file " + avsc);
    }
    try {
      Schema schema = new Schema.Parser().parse(avsc.toFile());
      if (schema.getType() != Schema.Type.RECORD) {
        throw name.problem(avsc + " must declare a record");
      }
      return schema;
    } catch (IOException | AvroRuntimeException e) {
      throw Problem.badInput(avsc + ": no valid Avro schema: " + e.getMessage(), e);
    }
  }

  private static String name(YamlValue value) {
    String name = value.text();
    requireName(value, name);
    return name;
  }

  /**
   * Requires that tables and their columns can be called so.
   *
   * @param value where it stands
   */
  static void requireName(YamlValue value, String name) {
    if (!NAME.matcher(name).matches()) {
      throw value.problem(
          "'"
              + name
              + "' is no name: write lower-case letters, digits and underscores, a letter first, 64 at most");
    }
  }

  /** Clean rows in Hive have some columns beside those of the schema and of cleaning. */
  private void requireFreeColumns(Dataset dataset) {
    Set<String> own = Set.of("run", "topic_partition", "topic_offset", dataset.hive().partition());
    for (String column : dataset.cleanColumns().keySet()) {
      if (own.contains(column.toLowerCase(Locale.ROOT))) {
        boolean cleaned = !fields.containsKey(column);
        YamlValue value =
            cleaned ? entries.get("clean").entries().get(column) : entries.get("schema");
        throw value.problem(
            "Hive's table of clean rows has a column '%s' of its own: choose another name for %s"
                .formatted(column, cleaned ? "this one" : "the field '" + column + "'"));
      }
    }
  }

  /** The dataset's tables lie beside each other. */
  private void requireFreeTables(Dataset dataset) {
    Dataset.HiveTable hive = dataset.hive();
    Set<String> own = Set.of(hive.table(), hive.quarantine(), hive.quality());
    entries
        .get("views")
        .entries()
        .forEach(
            (view, value) -> {
              if (own.contains(view)) {
                throw value.problem(
                    "the dataset has a table '%s' in Hive: choose another name for the view"
                        .formatted(view));
              }
            });
  }

  private Dataset.Topic topic(YamlValue value, Dataset.Identity identity) {
    Map<String, YamlValue> topic = value.entries(Set.of("name", "partitions", "key"));
    YamlValue key = value.required(topic, "key");
    List<String> keyFields = fieldList(key, fields.keySet());
    if (!identity.fields().containsAll(keyFields)) {
      throw key.problem(
          "the partition key %s must be part of the identity %s, or a repeat could land in another partition"
              .formatted(keyFields, identity.fields()));
    }
    return new Dataset.Topic(
        topicName(value.required(topic, "name")),
        value.required(topic, "partitions").integer(1, 10_000),
        keyFields);
  }

  private static String topicName(YamlValue value) {
    String name = value.text();
    if (!TOPIC.matcher(name).matches()) {
      throw value.problem(
          "'"
              + name
              + "' is no name of a topic: write letters, digits, dots, underscores and hyphens, 237 at most");
    }
    return name;
  }

  private Dataset.Identity identity(YamlValue value) {
    Map<String, YamlValue> identity = value.entries(Set.of("fields", "horizon"));
    return new Dataset.Identity(
        fieldList(value.required(identity, "fields"), fields.keySet()),
        value.required(identity, "horizon").duration());
  }

  private String eventTime(YamlValue value) {
    String field = value.oneOf(fields.keySet(), "field");
    requireTime(value, field);
    return field;
  }

  private void requireTime(YamlValue value, String field) {
    FieldType.Kind kind = fields.get(field).kind();
    if (kind != FieldType.Kind.TIMESTAMP && kind != FieldType.Kind.DATE) {
      throw value.problem(
          "'%s' is of type %s, expected a timestamp or a date"
              .formatted(field, fields.get(field).sqlName()));
    }
  }

  static List<String> fieldList(YamlValue value, Set<String> known) {
    if (value.isScalar()) {
      return List.of(value.oneOf(known, "field"));
    }
    return value.items().stream().map(item -> item.oneOf(known, "field")).toList();
  }

  private Map<String, Source> sources(String eventTime) {
    Map<String, Source> sources = new LinkedHashMap<>();
    if (entries.containsKey("sources")) {
      entries
          .get("sources")
          .entries()
          .forEach(
              (name, value) ->
                  sources.put(name, SourceSection.read(name, value, fields, eventTime)));
    }
    return sources;
  }

  private List<Dataset.RejectRule> reject() {
    List<Dataset.RejectRule> rules = new ArrayList<>();
    if (entries.containsKey("reject")) {
      for (YamlValue item : entries.get("reject").items()) {
        Map<String, YamlValue> rule = item.entries(Set.of("when", "reason"));
        YamlValue when = item.required(rule, "when");
        rules.add(
            new Dataset.RejectRule(
                when.text(), item.required(rule, "reason").text(), when.position()));
      }
    }
    return rules;
  }

  private List<Dataset.CleanRule> clean() {
    List<Dataset.CleanRule> rules = new ArrayList<>();
    if (entries.containsKey("clean")) {
      entries
          .get("clean")
          .entries()
          .forEach((column, value) -> rules.add(cleanRule(column, value)));
    }
    return rules;
  }

  private Dataset.CleanRule cleanRule(String column, YamlValue value) {
    if (!NAME.matcher(column).matches()) {
      throw value.problem("'" + column + "' is no column name");
    }
    FieldType type = fields.getOrDefault(column, FieldType.STRING);
    if (value.isScalar()) {
      return new Dataset.CleanRule(column, value.text(), type, value.position());
    }
    Map<String, YamlValue> rule = value.entries(Set.of("expression", "type"));
    YamlValue expression = value.required(rule, "expression");
    if (rule.containsKey("type")) {
      if (fields.containsKey(column)) {
        throw rule.get("type").problem("the schema already gives the type of '" + column + "'");
      }
      try {
        type = FieldType.parse(rule.get("type").text());
      } catch (IllegalArgumentException e) {
        throw rule.get("type").problem(e.getMessage());
      }
    }
    return new Dataset.CleanRule(column, expression.text(), type, expression.position());
  }

  private Dataset.HiveTable hive(YamlValue value) {
    Map<String, YamlValue> hive = value.entries(Set.of("table", "partition-by"));
    YamlValue partitionBy = value.required(hive, "partition-by");
    Matcher matcher = PARTITION_BY.matcher(partitionBy.text());
    if (!matcher.matches() || !fields.containsKey(matcher.group(2))) {
      throw partitionBy.problem(
          "expected day(field) or month(field) with a field of the schema but found '"
              + partitionBy.text()
              + "'");
    }
    requireTime(partitionBy, matcher.group(2));
    return new Dataset.HiveTable(
        name(value.required(hive, "table")),
        matcher.group(1).equals("day")
            ? Dataset.HiveTable.Grain.DAY
            : Dataset.HiveTable.Grain.MONTH,
        matcher.group(2));
  }

  private static MasterFiles master(YamlValue value) {
    Map<String, YamlValue> master = value.entries(Set.of("roll-interval", "max-file-bytes"));
    return new MasterFiles(
        Optional.ofNullable(master.get("roll-interval")).map(YamlValue::duration),
        Optional.ofNullable(master.get("max-file-bytes"))
            .map(bytes -> bytes.integer(1, Integer.MAX_VALUE)));
  }

  private static Dataset.HBaseTable hbase(YamlValue value, Set<String> columns) {
    Map<String, YamlValue> hbase = value.entries(Set.of("table", "row-key", "families"));
    Map<String, List<String>> families = new LinkedHashMap<>();
    value
        .required(hbase, "families")
        .entries()
        .forEach((family, list) -> families.put(family, fieldList(list, columns)));
    return new Dataset.HBaseTable(
        name(value.required(hbase, "table")), value.required(hbase, "row-key").text(), families);
  }
}

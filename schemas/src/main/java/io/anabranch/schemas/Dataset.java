package io.anabranch.schemas;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;

/**
 * A stream of one kind of record, declared once: schema, topic, identity, event time, sources,
 * rejection, cleaning, tables and views. Both layers, the tables and the routes come from it.
 *
 * @param file the dataset file that it was read from
 * @param name lower-case letters, digits and underscores
 * @param schema the Avro schema of its records
 * @param fields the schema's fields in order
 * @param identity the fields that say that two records are the same fact
 * @param eventTime the field of kind TIMESTAMP or DATE that buckets are cut by
 * @param personal fields that a role without the right sees masked
 * @param sources by name; empty if records come in another way
 * @param reject rules over the decoded record, before cleaning
 * @param clean rules in the order in which they apply, each over the columns so far
 * @param lists the texts of the lists that the rules and the row key name, as they were when the
 *     dataset file was read
 * @param master how its master files are cut, where that is not left to ingest's settings
 * @param views by name
 * @param checks what the quality report of a batch run is held against, in the file's order
 */
public record Dataset(
    Path file,
    String name,
    Schema schema,
    Map<String, FieldType> fields,
    Topic topic,
    Identity identity,
    String eventTime,
    List<String> personal,
    Map<String, Source> sources,
    List<RejectRule> reject,
    List<CleanRule> clean,
    Map<String, String> lists,
    HiveTable hive,
    HBaseTable hbase,
    MasterFiles master,
    Map<String, View> views,
    List<QualityCheck> checks,
    Optional<Generation> generation) {

  /**
   * The Kafka topic.
   *
   * @param key the fields whose values choose the partition, all part of the identity
   */
  public record Topic(String name, int partitions, List<String> key) {
    /** The topic that takes values which nobody can decode. */
    public String deadLetter() {
      return name + ".dead-letter";
    }

    /** All topics of the dataset. */
    public List<String> all() {
      return List.of(name, deadLetter(), schemas());
    }

    /** The compacted topic of the schemas of its records, by fingerprint. */
    public String schemas() {
      return name + ".schemas";
    }
  }

  /**
   * What makes two records the same fact.
   *
   * @param horizon how far back, in Kafka's log-append time, the speed layer looks for the first
   *     copy
   */
  public record Identity(List<String> fields, Duration horizon) {}

  /**
   * A record for which {@code when} holds goes to quarantine.
   *
   * @param when a boolean Spark SQL expression over the schema's fields
   * @param position file:line:column of the rule
   */
  public record RejectRule(String when, String reason, String position) {
    /** Which rule it is: {@code file:line:column: condition}, the file without its folders. */
    public String name() {
      return position.substring(position.lastIndexOf('/') + 1) + ": " + when;
    }
  }

  /**
   * A column that cleaning sets.
   *
   * @param column a field of the schema, or a new column
   * @param expression a Spark SQL expression over the columns so far; it may call {@code
   *     canonical(column, 'list')} and {@code profile('aggregate(field)')}
   * @param type the type that the result is cast to; the field's own for a field of the schema
   * @param position file:line:column of the rule
   */
  public record CleanRule(String column, String expression, FieldType type, String position) {}

  /**
   * What must hold of a batch run's records as a whole.
   *
   * @param condition a boolean Spark SQL expression over the figures of the run's quality report
   * @param position file:line:column of the condition
   */
  public record QualityCheck(String condition, Level level, String position) {
    /** What a check that does not hold does. */
    public enum Level {
      /** It is told. */
      WARN,
      /** It stops the run before its publish. */
      FAIL;

      /** The name as dataset files write it. */
      @Override
      public String toString() {
        return name().toLowerCase(Locale.ROOT);
      }
    }
  }

  /**
   * Where clean rows lie in Hive.
   *
   * @param partitionBy the grain of the partitions
   * @param partitionField the field of kind TIMESTAMP or DATE that they are cut by
   */
  public record HiveTable(String table, Grain partitionBy, String partitionField) {
    /** How coarse the partitions are. */
    public enum Grain {
      DAY,
      MONTH
    }

    /** The table of quarantined records. */
    public String quarantine() {
      return table + "_quarantine";
    }

    /** The table of quality reports. */
    public String quality() {
      return table + "_quality";
    }

    /** The column of text that clean rows are partitioned by, after that of the run. */
    public String partition() {
      return partitionBy.name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Where clean rows lie in HBase.
   *
   * @param rowKey a Spark SQL expression over the cleaned columns
   * @param families column family to the columns in it, in order
   */
  public record HBaseTable(String table, String rowKey, Map<String, List<String>> families) {}

  /**
   * When a master file is closed; what is empty is left to the settings of ingest.
   *
   * @param rollInterval how long a file takes records at most
   * @param maxFileBytes how large a file grows at most, about
   */
  public record MasterFiles(Optional<Duration> rollInterval, Optional<Integer> maxFileBytes) {
    /** All is left to the settings. */
    public static final MasterFiles DEFAULT = new MasterFiles(Optional.empty(), Optional.empty());
  }

  /**
   * Tells whether two files make the same of records: a fingerprint of schema, identity, event
   * time, rejection, cleaning, the lists that they name, tables and views. Quality checks change no
   * record.
   */
  public String fingerprint() {
    StringBuilder text = new StringBuilder(schema.toString());
    text.append(identity.fields()).append(eventTime).append(hive).append(hbase).append(lists);
    reject.forEach(rule -> text.append(rule.when()).append(rule.reason()));
    clean.forEach(rule -> text.append(rule.column()).append(rule.expression()).append(rule.type()));
    views.values().forEach(view -> text.append(view.name()).append(view.fingerprint()));
    return Fingerprint.of(text.toString());
  }

  /** Which rule a record breaks that has no event time, as {@link RejectRule#name} says it. */
  public String eventTimeRule() {
    return "event-time: " + eventTime;
  }

  /** Which rule a value breaks that cannot be decoded, as {@link RejectRule#name} says it. */
  public String schemaRule() {
    return "schema: " + schema.getName();
  }

  /** The same dataset with records of another of its schemas: what a former or newer file said. */
  public Dataset withSchema(Schema other) {
    return new Dataset(
        file,
        name,
        other,
        FieldType.ofFields(other),
        topic,
        identity,
        eventTime,
        personal,
        sources,
        reject,
        clean,
        lists,
        hive,
        hbase,
        master,
        views,
        checks,
        generation);
  }

  /** The columns of a clean row: the schema's fields in order, then what cleaning added. */
  public Map<String, FieldType> cleanColumns() {
    Map<String, FieldType> columns = new LinkedHashMap<>(fields);
    clean.forEach(rule -> columns.putIfAbsent(rule.column(), rule.type()));
    return columns;
  }

  /** Hive's tables by the names that people use: the views' and those of {@link HiveTable}. */
  public List<String> hiveTables() {
    List<String> tables = new ArrayList<>(views.keySet());
    tables.addAll(List.of(hive.table(), hive.quarantine(), hive.quality()));
    return tables;
  }

  /** The sources of one kind, in the file's order. */
  public <S extends Source> List<S> sources(Class<S> kind) {
    return sources.values().stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /**
   * The view of that name.
   *
   * @throws IllegalArgumentException if the dataset has none
   */
  public View view(String viewName) {
    View view = views.get(viewName);
    if (view == null) {
      throw new IllegalArgumentException(
          "unknown view '%s' of %s, expected one of %s".formatted(viewName, name, views.keySet()));
    }
    return view;
  }
}

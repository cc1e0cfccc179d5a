package io.anabranch.engine;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.array_compact;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.hex;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.lower;
import static org.apache.spark.sql.functions.lpad;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.when;

import io.anabranch.schemas.BoundedDecoder;
import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.FieldType;
import io.anabranch.schemas.SchemaHistory;
import io.anabranch.schemas.View;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * A dataset file compiled to Spark plans. Each step adds columns and drops no row: {@link #decode}
 * (from Kafka; {@link #stored} reads decoded rows from the master dataset), {@link #judge}, {@link
 * #clean}; then {@link #bucket}, {@link #dimensions} and {@link #inputs} say what a row adds to a
 * view. Columns of ours begin with an underscore.
 */
public final class DatasetPlan {
  private final Dataset dataset;
  private final SchemaHistory history;
  private final Expressions expressions;

  static {
    // Spark decodes with Avro's own reader.
    BoundedDecoder.limitAvro();
  }

  private DatasetPlan(Dataset dataset, SchemaHistory history, Expressions expressions) {
    this.dataset = dataset;
    this.history = history;
    this.expressions = expressions;
  }

  /** Compiles a dataset whose records all have its schema of today. */
  public static DatasetPlan compile(SparkSession session, Dataset dataset, Path schemas) {
    return compile(session, dataset, schemas, SchemaHistory.NONE);
  }

  /**
   * Compiles a dataset. Sets two of the session's options that the plans rely on: times are UTC,
   * and an expression that fails gives null (instead of ending the query).
   *
   * @param schemas the folder in which {@code lists/} stands, for conditions and for messages
   * @param history the schemas that records and master files may have; each becomes the dataset's
   * @throws io.anabranch.runtime.Problem status 2 if the dataset's schema cannot read one of them
   */
  public static DatasetPlan compile(
      SparkSession session, Dataset dataset, Path schemas, SchemaHistory history) {
    session.conf().set("spark.sql.session.timeZone", "UTC");
    session.conf().set("spark.sql.ansi.enabled", "false");
    return new DatasetPlan(
        dataset, history.readBy(dataset), new Expressions(session, schemas, dataset));
  }

  /**
   * Analyses every expression of the dataset.
   *
   * @throws io.anabranch.runtime.Problem for the first that is wrong: {@code file:line:column:
   *     rule: what is wrong and what was expected}
   */
  public static void check(SparkSession session, Dataset dataset, Path schemas) {
    DatasetPlan plan = compile(session, dataset, schemas);
    new DatasetCheck(session, dataset, plan.expressions).run();
  }

  public Dataset dataset() {
    return dataset;
  }

  Expressions expressions() {
    return expressions;
  }

  /**
   * The rows of master files, in the dataset's schema whichever of the history's a file has. A file
   * of another one fails the query.
   *
   * @param locations of the files, as Spark opens them; empty for no rows
   * @return the schema's fields, {@code _partition}, {@code _offset} and {@code _timestamp}, in no
   *     order
   */
  public org.apache.spark.sql.Dataset<Row> stored(SparkSession session, List<String> locations) {
    return new StoredRows(dataset, history).read(session, locations);
  }

  /**
   * Kafka records to rows.
   *
   * @param kafka columns partition, offset, timestamp and value, as Spark's Kafka source gives them
   * @return {@code _partition} int, {@code _offset} bigint, {@code _timestamp} timestamp, {@code
   *     _marker} struct of bigints number and profile (null unless the value is a marker), {@code
   *     _undecodable} (why the value is no record; null if it is one, or a marker), {@code
   *     _unknown} bigint (the fingerprint of a schema that is not in the history; null for one that
   *     is, a marker, or a value without any), and the schema's fields, all null for a marker or an
   *     undecodable value
   */
  public org.apache.spark.sql.Dataset<Row> decode(org.apache.spark.sql.Dataset<Row> kafka) {
    return new WireDecoder(dataset, history).decode(kafka);
  }

  /**
   * Adds {@code _reasons}, the reasons of all rules that reject the record (empty if it is
   * accepted; null for a marker or an undecodable value), and {@code _identity_high} and {@code
   * _identity_low}, the 128-bit hash of the identity's fields. A rule whose result is null does not
   * reject. A record without event time that no rule rejects is rejected all the same: it has no
   * bucket.
   *
   * @param decoded the schema's fields; {@code _marker} and {@code _undecodable} may be absent
   */
  public org.apache.spark.sql.Dataset<Row> judge(org.apache.spark.sql.Dataset<Row> decoded) {
    Column judged =
        broken(
            Dataset.RejectRule::reason, dataset.eventTime() + " is missing: it is the event time");
    List<String> present = Arrays.asList(decoded.columns());
    if (present.contains("_marker") && present.contains("_undecodable")) {
      judged = when(col("_marker").isNull().and(col("_undecodable").isNull()), judged);
    }
    Map<String, Column> added = new LinkedHashMap<>();
    added.put("_reasons", judged);
    added.put("_identity_high", identityHash("high"));
    added.put("_identity_low", identityHash("low"));
    return decoded.withColumns(added);
  }

  /**
   * The rules that a record breaks, as {@link Dataset.RejectRule#name} says it: an array of texts,
   * each for the reason at the same place of {@code _reasons}.
   */
  public Column rules() {
    return broken(Dataset.RejectRule::name, dataset.eventTimeRule());
  }

  /** Words for each rule that a record breaks; others if it breaks none and has no event time. */
  private Column broken(Function<Dataset.RejectRule, String> words, String noTimeWords) {
    Set<String> columns = dataset.fields().keySet();
    Column noTime = col(dataset.eventTime()).isNull();
    Column rejected = lit(false);
    List<Column> broken = new ArrayList<>();
    for (Dataset.RejectRule rule : dataset.reject()) {
      Column holds = coalesce(expressions.compile(rule.when(), columns), lit(false));
      rejected = rejected.or(holds);
      broken.add(when(holds, lit(words.apply(rule))));
    }
    return when(rejected, array_compact(array(broken.toArray(Column[]::new))))
        .when(noTime, array(lit(noTimeWords)))
        .otherwise(array().cast("array<string>"));
  }

  /**
   * The record as a Kafka value, in the dataset's schema: the bytes that it came in, if that was
   * the schema that it was written with.
   */
  public Column value() {
    return WireEncoder.value(dataset);
  }

  /**
   * 64 bits of the identity. xxHash64 seeded twice costs a tenth of a cryptographic hash, and
   * nobody gains by forging a repeat of a record that he could as well not send. Spark's hash skips
   * nulls, so that each field is preceded by whether it is null.
   */
  private Column identityHash(String seed) {
    List<Column> parts = new ArrayList<>(List.of(lit(seed)));
    for (String field : dataset.identity().fields()) {
      boolean isInt = dataset.fields().get(field).kind() == FieldType.Kind.INT;
      parts.add(col(field).isNull());
      // An int may be widened to a long one day, and still is the same identity.
      parts.add(isInt ? col(field).cast("bigint") : col(field));
    }
    return functions.xxhash64(parts.toArray(Column[]::new));
  }

  /** Whether a judged row is a record that no rule rejects. */
  public static Column accepted() {
    return coalesce(size(col("_reasons")).equalTo(0), lit(false));
  }

  /** The identity of a judged row as 32 hexadecimal digits. */
  public static Column identityText() {
    return lower(
        concat(
            lpad(hex(col("_identity_high")), 16, "0"), lpad(hex(col("_identity_low")), 16, "0")));
  }

  /**
   * Applies the clean rules in order and puts {@link Dataset#cleanColumns()} in the place of the
   * schema's fields; columns of ours stay as they are. Reads {@code _partition} and {@code
   * _offset}.
   */
  public org.apache.spark.sql.Dataset<Row> clean(
      org.apache.spark.sql.Dataset<Row> judged, ProfileLookup profiles) {
    org.apache.spark.sql.Dataset<Row> cleaned = judged;
    Set<String> columns = new LinkedHashSet<>(dataset.fields().keySet());
    for (Dataset.CleanRule rule : dataset.clean()) {
      Column value = expressions.compile(rule.expression(), columns, profiles);
      cleaned = cleaned.withColumn(rule.column(), value.cast(rule.type().sqlName()));
      columns.add(rule.column());
    }
    return cleaned;
  }

  /**
   * The records of which a condition is true as they came, or as they are cleaned: who looks for a
   * customer knows the number as tables show it, or as the source wrote it.
   *
   * @param judged what {@link #judge} gave, rejected records among them
   * @param condition a boolean Spark SQL expression over {@link Dataset#cleanColumns()}
   * @return what {@link #clean} makes of them
   * @throws io.anabranch.runtime.Problem status 2 if the condition is wrong
   */
  public org.apache.spark.sql.Dataset<Row> matching(
      org.apache.spark.sql.Dataset<Row> judged, ProfileLookup profiles, String condition) {
    Set<String> fields = dataset.fields().keySet();
    Set<String> columns = dataset.cleanColumns().keySet();
    Expressions conditions = expressions.naming(condition);
    new DatasetCheck(judged.sparkSession(), dataset, conditions)
        .condition("the condition", condition);
    boolean asItCame =
        Expressions.columns(condition).stream()
            .allMatch(column -> fields.stream().anyMatch(column::equalsIgnoreCase));
    Column before =
        asItCame ? conditions.compile(condition, fields, ProfileLookup.none()) : lit(false);
    Column after = conditions.compile(condition, columns, profiles);
    return clean(judged.withColumn("_matches", coalesce(before, lit(false))), profiles)
        .where(col("_matches").or(coalesce(after, lit(false))))
        .drop("_matches");
  }

  /** The aggregates that cleaning asks for, in the order of the rules. */
  public List<String> profileExpressions() {
    return dataset.clean().stream()
        .flatMap(rule -> Expressions.profiles(rule.expression()).stream())
        .distinct()
        .toList();
  }

  /**
   * Computes {@link #profileExpressions()}; one job, none if there are no expressions.
   *
   * @param records the schema's fields of the accepted records, without repeats
   * @return each expression's value as text, from which its own type reads back exactly that value;
   *     an expression without a value is absent
   */
  public Map<String, String> learn(org.apache.spark.sql.Dataset<Row> records) {
    List<String> learned = profileExpressions();
    if (learned.isEmpty()) {
      return Map.of();
    }
    List<Column> values =
        learned.stream().map(text -> expressions.profiles().column(text).cast("string")).toList();
    Row row =
        records.agg(values.get(0), values.subList(1, values.size()).toArray(Column[]::new)).first();
    Map<String, String> profile = new LinkedHashMap<>();
    for (int i = 0; i < learned.size(); i++) {
      if (!row.isNullAt(i)) {
        profile.put(learned.get(i), row.getString(i));
      }
    }
    return profile;
  }

  /**
   * Start of the view's bucket that a clean row falls into, epoch seconds; null if cleaning left no
   * event time: such a row adds to no cell.
   */
  public Column bucket(View view) {
    return CellPlan.bucket(dataset, view);
  }

  /**
   * The view's dimensions of a clean row as texts, times in ISO 8601; null stays null. Bytes that
   * are no UTF-8 become U+FFFD. A text that is too long for a key is its beginning and its SHA-256.
   */
  public Column[] dimensions(View view) {
    return CellPlan.dimensions(dataset, view);
  }

  /**
   * What a clean row feeds to {@code CellLayout.update}, one column for each of {@code
   * CellLayout.storedValues()} in order: bigint (decimals unscaled, timestamps as epoch
   * milliseconds, dates as epoch days), double for doubles and for quantiles of any number, string
   * for distinct. A count takes 1, or null for a missing value. A double that is NaN is missing.
   */
  public Column[] inputs(View view) {
    return CellPlan.inputs(dataset, view);
  }

  /**
   * The view's cells over clean rows: columns {@code key} ({@code CellKey}) and {@code cell}
   * ({@code CellLayout.encode}), both binary, in no order. For measures other than sketches the
   * bytes equal what folding the rows one by one gives.
   */
  public org.apache.spark.sql.Dataset<Row> aggregate(
      org.apache.spark.sql.Dataset<Row> clean, View view) {
    return CellPlan.aggregate(dataset, clean, view);
  }

  /**
   * Cells as they are served: the dimensions with the types of the clean columns, {@code bucket}
   * timestamp, then the measures.
   *
   * @param cells what {@link #aggregate} gave
   */
  public org.apache.spark.sql.Dataset<Row> served(
      org.apache.spark.sql.Dataset<Row> cells, View view) {
    return ServedCells.of(dataset, cells, view);
  }

  /**
   * The HBase row key of a clean row, over the clean columns and {@code _identity} (32 hexadecimal
   * digits); one that is too long for HBase is its beginning and its SHA-256, an empty one is null.
   */
  public Column rowKey() {
    return rowKey(dataset, expressions);
  }

  static Column rowKey(Dataset dataset, Expressions expressions) {
    return BoundedText.key(
        expressions
            .compileRowKey(dataset.hbase().rowKey(), dataset.cleanColumns().keySet())
            .cast("string"));
  }

  /**
   * A column's values as readable text: times in ISO 8601, decimals without exponent; bytes that
   * are no UTF-8 become U+FFFD.
   */
  public static Column text(Column column, FieldType type) {
    return CellPlan.text(column, type);
  }
}

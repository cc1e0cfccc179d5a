package io.anabranch.engine;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.unhex;
import static org.apache.spark.sql.functions.when;
import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.Datasets;
import io.anabranch.schemas.View;
import io.anabranch.views.CellKey;
import io.anabranch.views.CellLayout;
import io.anabranch.views.EncodedCell;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The plan's SQL against the views' own folding of the same rows, one by one. */
class AggregateTest {
  private static final Random SEEDS = new Random();

  @TempDir static Path schemas;

  private static Dataset dataset;
  private static DatasetPlan plan;

  @BeforeAll
  static void declareEveryMeasure() throws IOException {
    Files.createDirectories(schemas.resolve("avro"));
    Files.createDirectories(schemas.resolve("datasets"));
    Files.createDirectories(schemas.resolve("lists"));
    Files.writeString(
        schemas.resolve("avro/Trade.avsc"),
        """
        {"type": "record", "name": "Trade", "fields": [
          {"name": "id", "type": "string"},
          {"name": "at", "type": ["null", {"type": "long", "logicalType": "timestamp-millis"}]},
          {"name": "place", "type": ["null", "string"]},
          {"name": "units", "type": ["null", "int"]},
          {"name": "weight", "type": ["null", "double"]},
          {"name": "amount", "type": ["null", {"type": "bytes", "logicalType": "decimal", "precision": 18, "scale": 3}]},
          {"name": "ticks", "type": ["null", "long"]}]}
        """);
    Path file = schemas.resolve("datasets/trades.yaml");
    Files.writeString(
        file,
        """
        dataset: trades
        schema: Trade
        topic: {name: trades, partitions: 1, key: [id]}
        identity: {fields: [id], horizon: PT1H}
        event-time: at
        hive: {table: trades, partition-by: day(at)}
        hbase: {table: trades, row-key: id, families: {f: [id]}}
        views:
          exact:
            grain: PT15M
            dimensions: [place, at, amount]
            measures: {n: count, u: count(units), p: count(place), s: sum(amount), i: sum(units), lo: min(amount), hi: max(units), a: avg(amount), w: min(weight), x: max(weight)}
          by_place:
            grain: P1D
            dimensions: [place]
            measures: {n: count, s: sum(amount), who: distinct(id), spread: quantiles(amount)}
          weights:
            grain: P1D
            dimensions: [place]
            measures: {c: count(weight), lo: min(weight), hi: max(weight), q: quantiles(weight), d: distinct(weight)}
          totals:
            grain: P1D
            dimensions: []
            measures: {s: sum(amount), t: sum(ticks), i: sum(units)}
        """);
    dataset = Datasets.read(file, schemas);
    plan = DatasetPlan.compile(TestSession.get(), dataset, schemas);
  }

  @Test
  void equalsTheNaiveFoldByteForByteForExactMeasures() {
    long seed = SEEDS.nextLong();
    org.apache.spark.sql.Dataset<Row> rows = rows(seed, 600);
    View view = dataset.view("exact");
    Map<CellKey, EncodedCell> expected = new HashMap<>();
    CellLayout layout = CellLayout.of(view);
    fold(rows, view).forEach((key, cell) -> expected.put(key, layout.encode(cell)));
    assertThat(cells(rows, view)).as("seed %s", seed).isEqualTo(expected);
  }

  @Test
  void servesSketchesAsTheNaiveFoldDoes() {
    long seed = SEEDS.nextLong();
    org.apache.spark.sql.Dataset<Row> rows = rows(seed, 3000);
    View view = dataset.view("by_place");
    CellLayout layout = CellLayout.of(view);
    Map<CellKey, Object[]> expected = fold(rows, view);
    Map<CellKey, EncodedCell> cells = cells(rows, view);
    assertThat(cells.keySet()).as("seed %s", seed).isEqualTo(expected.keySet());
    cells.forEach(
        (key, cell) -> {
          Map<String, Object> served = layout.measures(layout.decode(cell));
          Map<String, Object> naive = layout.measures(expected.get(key));
          for (String measure : List.of("n", "s", "who")) {
            assertThat(served.get(measure))
                .as("%s, seed %s", measure, seed)
                .isEqualTo(naive.get(measure));
          }
          assertQuantilesAreClose((List<?>) served.get("spread"), (List<?>) naive.get("spread"));
        });
  }

  /** Each key is that of one row of the plan, or a table would have fewer cells than were made. */
  @Test
  void textsThatAreNotUtf8AreOneCellWhereTheyBecomeOneKey() {
    org.apache.spark.sql.Dataset<Row> rows = rows(SEEDS.nextLong(), 200);
    for (View view : dataset.views().values()) {
      List<Row> cells = plan.aggregate(rows, view).collectAsList();
      assertThat(cells.stream().map(row -> CellKey.ofBytes(row.getAs("key"))))
          .doesNotHaveDuplicates();
      assertThat(cells(rows, view).keySet()).isEqualTo(fold(rows, view).keySet());
    }
  }

  /** As a relation in memory it is interpreted, after an exchange it is compiled. */
  @Test
  void boundsTheKeysOfLongTextsInBothLayersAlike() {
    List<Row> texts = new ArrayList<>();
    for (String text : List.of("a", "b", "ab".repeat(1_001), "short")) {
      String longText = text.repeat(900_000 / text.length());
      texts.add(
          RowFactory.create(longText, Timestamp.from(Instant.EPOCH), longText, 1, 1.0, null, 1L));
    }
    org.apache.spark.sql.Dataset<Row> rows = TestSession.get().createDataFrame(texts, schema());
    View view = dataset.view("exact");
    Map<CellKey, EncodedCell> expected = new HashMap<>();
    CellLayout layout = CellLayout.of(view);
    fold(rows, view).forEach((key, cell) -> expected.put(key, layout.encode(cell)));
    assertThat(expected).hasSize(texts.size());
    assertThat(expected.keySet()).allMatch(key -> key.bytes().length < 3_000);
    assertThat(cells(rows, view)).isEqualTo(expected);
    assertThat(cells(rows.repartition(1), view)).isEqualTo(expected);
    assertThat(rows.select(plan.rowKey()).collectAsList())
        .allMatch(row -> row.getString(0).length() == 400 + 1 + 64)
        .doesNotHaveDuplicates();
  }

  @Test
  void sumsThatLeaveSixtyFourBitsAreThoseOfTheFold() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      Timestamp at = Timestamp.from(Instant.ofEpochSecond(i % 3 * 86_400L));
      BigDecimal amount = new BigDecimal("999999999999999.999");
      boolean isSmaller = i % 3 == 2 || (i % 3 == 1 && i > 30);
      rows.add(
          RowFactory.create(
              "a" + i, at, "x", 1, 1.0, isSmaller ? amount.negate() : amount, Long.MIN_VALUE));
    }
    org.apache.spark.sql.Dataset<Row> df = TestSession.get().createDataFrame(rows, schema());
    View view = dataset.view("totals");
    CellLayout layout = CellLayout.of(view);
    Map<CellKey, EncodedCell> expected = new HashMap<>();
    fold(df, view).forEach((key, cell) -> expected.put(key, layout.encode(cell)));

    assertThat(cells(df, view)).hasSize(3).isEqualTo(expected);
    assertThat(plan.served(plan.aggregate(df, view), view).orderBy("bucket").collectAsList())
        .extracting(row -> row.get(1) + " " + row.get(2) + " " + row.get(3))
        .containsExactly(
            "19999999999999999.980 -184467440737095516160 20",
            "0.000 -184467440737095516160 20",
            "-19999999999999999.980 -184467440737095516160 20");
  }

  /** Sources refuse them; another producer may send them. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          -0.0 0.0           | {c=2, lo=0.0, hi=0.0, q=[0.0, 0.0, 0.0, 0.0, 0.0], d=1}
          0.0 -0.0           | {c=2, lo=0.0, hi=0.0, q=[0.0, 0.0, 0.0, 0.0, 0.0], d=1}
          NaN 1.0 NaN        | {c=1, lo=1.0, hi=1.0, q=[1.0, 1.0, 1.0, 1.0, 1.0], d=1}
          NaN                | {c=0, lo=null, hi=null, q=[], d=0}
          Infinity NaN       | {c=1, lo=Infinity, hi=Infinity, q=[Infinity, Infinity, Infinity, Infinity, Infinity], d=1}
          -Infinity Infinity | {c=2, lo=-Infinity, hi=Infinity, q=[-Infinity, -Infinity, -Infinity, Infinity, Infinity], d=2}
          """)
  void doublesThatAreNoNumbersAreNoValues(String weights, String measures) {
    List<Row> rows = new ArrayList<>();
    for (String weight : weights.split(" ", -1)) {
      Timestamp at = Timestamp.from(Instant.EPOCH);
      rows.add(RowFactory.create("a", at, "x", 1, Double.valueOf(weight), null, 1L));
    }
    org.apache.spark.sql.Dataset<Row> df = TestSession.get().createDataFrame(rows, schema());
    View view = dataset.view("weights");
    CellLayout layout = CellLayout.of(view);

    EncodedCell cell = cells(df, view).values().iterator().next();
    Object[] folded = fold(df, view).values().iterator().next();

    assertThat(layout.measures(layout.decode(cell))).hasToString(measures);
    assertThat(layout.measures(folded)).hasToString(measures);
    assertThat(layout.quantilesAgree(folded, layout.decode(cell))).isTrue();
    assertThat(plan.served(plan.aggregate(df, view), view).collectAsList()).hasSize(1);
  }

  @Test
  void servesTypedRows() {
    View view = dataset.view("by_place");
    org.apache.spark.sql.Dataset<Row> df = rows(1L, 50);
    org.apache.spark.sql.Dataset<Row> served = plan.served(plan.aggregate(df, view), view);
    assertThat(served.schema().catalogString())
        .isEqualTo(
            "struct<place:string,bucket:timestamp,n:bigint,s:decimal(38,3),who:bigint,spread:array<double>>");
    assertThat(served.agg(functions.sum("n")).first().getLong(0))
        .isEqualTo(df.where("at is not null").count());
  }

  private static void assertQuantilesAreClose(List<?> some, List<?> others) {
    assertThat(some).hasSameSizeAs(others);
    for (int i = 0; i < some.size(); i++) {
      assertThat((Double) some.get(i))
          .isBetween((Double) others.get(i) - 150, (Double) others.get(i) + 150);
    }
  }

  private static Map<CellKey, EncodedCell> cells(
      org.apache.spark.sql.Dataset<Row> rows, View view) {
    Map<CellKey, EncodedCell> cells = new HashMap<>();
    for (Row row : plan.aggregate(rows, view).collectAsList()) {
      cells.put(CellKey.ofBytes(row.getAs("key")), EncodedCell.of(row.getAs("cell")));
    }
    return cells;
  }

  private static Map<CellKey, Object[]> fold(org.apache.spark.sql.Dataset<Row> rows, View view) {
    CellLayout layout = CellLayout.of(view);
    List<Column> columns = new ArrayList<>(List.of(plan.bucket(view)));
    columns.addAll(List.of(plan.dimensions(view)));
    columns.addAll(List.of(plan.inputs(view)));
    Map<CellKey, Object[]> cells = new HashMap<>();
    int dimensions = view.dimensions().size();
    for (Row row : rows.select(columns.toArray(Column[]::new)).collectAsList()) {
      if (row.isNullAt(0)) {
        continue;
      }
      String[] texts = new String[dimensions];
      for (int i = 0; i < dimensions; i++) {
        texts[i] = row.getString(i + 1);
      }
      Object[] inputs = new Object[row.size() - 1 - dimensions];
      for (int i = 0; i < inputs.length; i++) {
        inputs[i] = row.get(i + 1 + dimensions);
      }
      layout.update(
          cells.computeIfAbsent(
              CellKey.of(layout.id(), row.getLong(0), texts), k -> layout.empty()),
          inputs);
    }
    return cells;
  }

  private static org.apache.spark.sql.Dataset<Row> rows(long seed, int count) {
    Random random = new Random(seed);
    String[] places = {"", "a\u0000b", "\u00c5rhus", "x", "not UTF-8, 1", "not UTF-8, 2", null};
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long ms = random.nextInt(4) * 450_000L - 900_000L + random.nextInt(2);
      rows.add(
          RowFactory.create(
              "id" + random.nextInt(count / 2),
              random.nextInt(20) == 0 ? null : Timestamp.from(Instant.ofEpochMilli(ms)),
              places[random.nextInt(places.length)],
              random.nextInt(5) == 0 ? null : random.nextInt(7) - 3,
              random.nextInt(5) == 0 ? null : weight(random),
              random.nextInt(5) == 0
                  ? null
                  : BigDecimal.valueOf(random.nextInt(2_000_000) - 1_000_000, 3),
              random.nextLong()));
    }
    Column place = col("place");
    return TestSession.get()
        .createDataFrame(rows, schema())
        .withColumn(
            "place",
            when(place.equalTo("not UTF-8, 1"), bytes("41FF"))
                .when(place.equalTo("not UTF-8, 2"), bytes("41FE"))
                .otherwise(place))
        .withColumn("id", concat(bytes("E282"), col("id"), bytes("C0")));
  }

  private static double weight(Random random) {
    return switch (random.nextInt(10)) {
      case 0 -> Double.NaN;
      case 1 -> 0.0;
      case 2 -> -0.0;
      case 3 -> Double.POSITIVE_INFINITY;
      case 4 -> Double.NEGATIVE_INFINITY;
      default -> random.nextDouble() - 0.5;
    };
  }

  /** A text as a foreign producer may send it: no decoder looks whether it is UTF-8. */
  private static Column bytes(String hex) {
    return unhex(lit(hex)).cast("string");
  }

  private static StructType schema() {
    StructType schema = new StructType();
    for (var column : dataset.cleanColumns().entrySet()) {
      schema = schema.add(column.getKey(), DataType.fromDDL(column.getValue().sqlName()));
    }
    return schema;
  }
}

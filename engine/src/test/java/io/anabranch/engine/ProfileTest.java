package io.anabranch.engine;

import static org.apache.spark.sql.functions.rand;
import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.Datasets;
import io.anabranch.views.EpochStart;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What cleaning learns, against the same by hand. */
class ProfileTest {
  private static final Random SEEDS = new Random();

  /** Column that a rule fills to what it is filled with; its type is that of the field. */
  private static final Map<String, String> LEARNED =
      Map.ofEntries(
          Map.entry("place_mode", "mode(place)"),
          Map.entry("place_min", "min(place)"),
          Map.entry("amount_mode", "mode(amount)"),
          Map.entry("amount_median", "median(amount)"),
          Map.entry("amount_p99", "percentile(amount, 0.99)"),
          Map.entry("amount_max", "max(amount)"),
          Map.entry("serial_median", "median(serial)"),
          Map.entry("serial_max", "max(serial)"),
          Map.entry("at_median", "median(at)"),
          Map.entry("at_mode", "mode(at)"),
          Map.entry("day_p10", "percentile(day, 0.1)"),
          Map.entry("day_max", "max(day)"),
          Map.entry("open_mode", "mode(open)"),
          Map.entry("units_median", "median(units)"),
          Map.entry("units_mean", "avg(units)"),
          Map.entry("serial_mean", "mean(serial)"));

  @TempDir static Path schemas;

  private static Dataset dataset;
  private static DatasetPlan plan;

  @BeforeAll
  static void declareEveryType() throws IOException {
    Files.createDirectories(schemas.resolve("avro"));
    Files.createDirectories(schemas.resolve("datasets"));
    Files.createDirectories(schemas.resolve("lists"));
    Files.writeString(
        schemas.resolve("avro/Trade.avsc"),
        """
        {"type": "record", "name": "Trade", "fields": [
          {"name": "id", "type": "string"},
          {"name": "at", "type": ["null", {"type": "long", "logicalType": "timestamp-millis"}]},
          {"name": "day", "type": ["null", {"type": "int", "logicalType": "date"}]},
          {"name": "place", "type": ["null", "string"]},
          {"name": "open", "type": ["null", "boolean"]},
          {"name": "units", "type": ["null", "int"]},
          {"name": "serial", "type": ["null", "long"]},
          {"name": "amount", "type": ["null", {"type": "bytes", "logicalType": "decimal", "precision": 18, "scale": 3}]}]}
        """);
    StringBuilder rules = new StringBuilder();
    new TreeMap<>(LEARNED)
        .forEach(
            (column, learned) ->
                rules.append(
                    "  %s: {expression: \"profile('%s')\", type: \"%s\"}\n"
                        .formatted(column, learned, type(column))));
    Path file = schemas.resolve("datasets/trades.yaml");
    Files.writeString(
        file,
        """
        dataset: trades
        schema: Trade
        topic: {name: trades, partitions: 1, key: [id]}
        identity: {fields: [id], horizon: PT1H}
        event-time: at
        clean:
        %shive: {table: trades, partition-by: month(at)}
        hbase: {table: trades, row-key: id, families: {f: [id]}}
        views:
          n: {grain: P1D, dimensions: [], measures: {n: count}}
        """
            .formatted(rules));
    dataset = Datasets.read(file, schemas);
    DatasetPlan.check(TestSession.get(), dataset, schemas);
    plan = DatasetPlan.compile(TestSession.get(), dataset, schemas);
  }

  private static String type(String column) {
    return switch (column) {
      case "units_median" -> "double";
      case "units_mean" -> "decimal(18,4)";
      // More digits than a column of a dataset may have: 20 before the point, 4 behind it.
      case "serial_mean" -> "string";
      default ->
          switch (column.substring(0, column.indexOf('_'))) {
            case "place" -> "string";
            case "amount" -> "decimal(18,3)";
            case "serial" -> "bigint";
            case "at" -> "timestamp";
            case "day" -> "date";
            default -> "boolean";
          };
    };
  }

  @Test
  void everyValueComesBackExactlyWithItsTypeWhateverTheOrderOfRows() {
    for (int story = 0; story < 6; story++) {
      long seed = SEEDS.nextLong();
      Random random = new Random(seed);
      List<Row> rows = rows(random, 1 + random.nextInt(60));
      Map<String, Object> expected = naive(rows);
      org.apache.spark.sql.Dataset<Row> shuffled =
          TestSession.get()
              .createDataFrame(rows, schema())
              .repartition(1 + random.nextInt(4), rand(seed))
              .sortWithinPartitions(rand(seed + 1));
      Map<String, String> profile = plan.learn(shuffled);
      assertThat(cleaned(ProfileLookup.constant(profile))).as("seed %s", seed).isEqualTo(expected);
      ProfileLookup ofEpoch =
          ProfileLookup.byEpoch(List.of(new EpochStart(0, 2, 0, 1)), Map.of(1L, profile));
      assertThat(cleaned(ofEpoch)).as("speed layer, seed %s", seed).isEqualTo(expected);
    }
  }

  @Test
  void ofEquallyFrequentValuesTheLeastIsTaken() {
    List<Row> rows = new ArrayList<>();
    for (String place : List.of("c", "b", "a", "b", "a", "c", "d")) {
      rows.add(RowFactory.create("i", null, null, place, null, null, null, null));
    }
    for (int partitions = 1; partitions <= 4; partitions++) {
      assertThat(
              plan.learn(TestSession.get().createDataFrame(rows, schema()).repartition(partitions)))
          .containsEntry("mode(place)", "a");
    }
  }

  @Test
  void longsAndDecimalsBeyondWhatADoubleHoldsStayAsTheyAre() {
    long odd = (1L << 53) + 1;
    BigDecimal money = new BigDecimal("900719925474099.301");
    Row row = RowFactory.create("i", null, null, null, null, null, odd, money);
    Map<String, String> profile =
        plan.learn(TestSession.get().createDataFrame(List.of(row), schema()));
    Map<String, Object> cleaned = cleaned(ProfileLookup.constant(profile));
    assertThat(cleaned.get("serial_median")).isEqualTo(odd);
    assertThat(cleaned.get("serial_max")).isEqualTo(odd);
    assertThat(cleaned.get("amount_p99")).isEqualTo(money);
    assertThat(cleaned.get("amount_mode")).isEqualTo(money);
  }

  @Test
  void whatNobodyLearnedIsMissing() {
    assertThat(plan.learn(TestSession.get().createDataFrame(List.of(), schema()))).isEmpty();
    assertThat(cleaned(ProfileLookup.none()).values()).containsOnlyNulls();
  }

  /** What the rules make of a record at offset 1. */
  private static Map<String, Object> cleaned(ProfileLookup lookup) {
    StructType positioned =
        schema().add("_partition", DataTypes.IntegerType).add("_offset", DataTypes.LongType);
    Row row = RowFactory.create("i", null, null, null, null, null, null, null, 0, 1L);
    Row clean =
        plan.clean(TestSession.get().createDataFrame(List.of(row), positioned), lookup).first();
    Map<String, Object> values = new LinkedHashMap<>();
    new TreeMap<>(LEARNED).keySet().forEach(column -> values.put(column, clean.getAs(column)));
    return values;
  }

  private static Map<String, Object> naive(List<Row> rows) {
    Map<String, Object> values = new TreeMap<>();
    values.put("place_mode", mode(sorted(rows, "place", String.class)));
    values.put("place_min", first(sorted(rows, "place", String.class)));
    List<BigDecimal> amounts = sorted(rows, "amount", BigDecimal.class);
    values.put("amount_mode", mode(amounts));
    values.put("amount_median", atPart(amounts, "0.5"));
    values.put("amount_p99", atPart(amounts, "0.99"));
    values.put("amount_max", atPart(amounts, "1"));
    List<Long> serials = sorted(rows, "serial", Long.class);
    values.put("serial_median", atPart(serials, "0.5"));
    values.put("serial_max", atPart(serials, "1"));
    values.put("serial_mean", serials.isEmpty() ? null : mean(serials).toPlainString());
    List<Timestamp> times = sorted(rows, "at", Timestamp.class);
    values.put("at_median", atPart(times, "0.5"));
    values.put("at_mode", mode(times));
    List<Date> days = sorted(rows, "day", Date.class);
    values.put("day_p10", atPart(days, "0.1"));
    values.put("day_max", atPart(days, "1"));
    values.put("open_mode", mode(sorted(rows, "open", Boolean.class)));
    List<Integer> units = sorted(rows, "units", Integer.class);
    values.put("units_mean", mean(units));
    values.put("units_median", middle(units));
    return values;
  }

  private static <T extends Comparable<? super T>> List<T> sorted(
      List<Row> rows, String column, Class<T> type) {
    int at = List.of(schema().fieldNames()).indexOf(column);
    return rows.stream()
        .filter(row -> !row.isNullAt(at))
        .map(row -> type.cast(row.get(at)))
        .sorted()
        .toList();
  }

  private static <T> T first(List<T> sorted) {
    return sorted.isEmpty() ? null : sorted.get(0);
  }

  private static <T extends Comparable<? super T>> T mode(List<T> sorted) {
    Map<T, Long> counts = new TreeMap<>();
    sorted.forEach(value -> counts.merge(value, 1L, Long::sum));
    return counts.entrySet().stream()
        .max(
            Map.Entry.<T, Long>comparingByValue()
                .thenComparing(Map.Entry.comparingByKey(Comparator.reverseOrder())))
        .map(Map.Entry::getKey)
        .orElse(null);
  }

  private static <T> T atPart(List<T> sorted, String part) {
    double rank = Math.ceil(Double.parseDouble(part) * sorted.size());
    return sorted.isEmpty() ? null : sorted.get(Math.max(0, (int) rank - 1));
  }

  private static Double middle(List<Integer> sorted) {
    int size = sorted.size();
    return size == 0 ? null : (Double) ((sorted.get((size - 1) / 2) + sorted.get(size / 2)) / 2.0);
  }

  private static BigDecimal mean(List<? extends Number> numbers) {
    BigDecimal sum =
        numbers.stream()
            .map(number -> BigDecimal.valueOf(number.longValue()))
            .reduce(BigDecimal.ZERO, BigDecimal::add);
    return numbers.isEmpty()
        ? null
        : sum.divide(BigDecimal.valueOf(numbers.size()), 4, java.math.RoundingMode.HALF_UP);
  }

  private static List<Row> rows(Random random, int count) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rows.add(
          RowFactory.create(
              "id" + i,
              maybe(random, r -> Timestamp.from(Instant.ofEpochMilli(r.nextInt(9) * 777_777_777L))),
              maybe(random, r -> Date.valueOf(LocalDate.of(2024, 2, 20).plusDays(r.nextInt(20)))),
              maybe(random, r -> " pläce|'" + r.nextInt(6)),
              maybe(random, Random::nextBoolean),
              maybe(random, r -> r.nextInt(9) - 4),
              maybe(random, r -> 9_007_199_254_740_993L + r.nextInt(9)),
              maybe(random, r -> new BigDecimal("900719925474099.300").add(part(r)))));
    }
    return rows;
  }

  private static BigDecimal part(Random random) {
    return BigDecimal.valueOf(random.nextInt(9), 3);
  }

  private static Object maybe(Random random, Function<Random, Object> value) {
    return random.nextInt(8) == 0 ? null : value.apply(random);
  }

  private static StructType schema() {
    StructType schema = new StructType();
    for (var column : dataset.fields().entrySet()) {
      schema = schema.add(column.getKey(), DataType.fromDDL(column.getValue().sqlName()));
    }
    return schema;
  }
}

package io.anabranch.engine;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.Datasets;
import io.anabranch.schemas.Marker;
import io.anabranch.schemas.View;
import io.anabranch.schemas.Wire;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetPlanTest {
  static final Path SCHEMAS = Path.of("../schemas/src/main");
  private static final StructType KAFKA =
      new StructType()
          .add("partition", DataTypes.IntegerType)
          .add("offset", DataTypes.LongType)
          .add("timestamp", DataTypes.TimestampType)
          .add("value", DataTypes.BinaryType);
  private static final Instant APPENDED = Instant.parse("2026-01-02T03:04:05.678Z");

  private final Dataset orders = Datasets.load(SCHEMAS).named("customer_orders");
  private final DatasetPlan plan = DatasetPlan.compile(TestSession.get(), orders, SCHEMAS);
  private final List<Row> log = new ArrayList<>();

  @Test
  void decodesRecordsAndTellsMarkersAndUndecodableValuesApart() {
    append(order("a", 34, 2));
    append(Wire.encode(new Marker(7, 3)));
    append((byte[]) null);
    append(new byte[] {1, 2, 3});
    byte[] cut = Wire.encode(order("a", 34, 2));
    append(Arrays.copyOf(cut, cut.length - 5));
    append(Wire.encode(energy()));
    List<Row> rows = plan.decode(kafka()).orderBy("_offset").collectAsList();

    assertThat(rows)
        .extracting(row -> row.<Long>getAs("_offset"))
        .containsExactly(0L, 1L, 2L, 3L, 4L, 5L);
    Row first = rows.get(0);
    assertThat(first.<String>getAs("row_key")).isEqualTo("a");
    assertThat(first.<Integer>getAs("quantity")).isEqualTo(2);
    assertThat(first.<BigDecimal>getAs("price")).isEqualTo("2.550");
    assertThat(first.<Timestamp>getAs("order_date").toInstant())
        .isEqualTo(Instant.parse("2026-01-01T10:20:30Z"));
    assertThat(first.<Timestamp>getAs("_timestamp").toInstant()).isEqualTo(APPENDED);
    assertThat(rows.get(1).<Row>getAs("_marker")).isEqualTo(RowFactory.create(7L, 3L));
    assertThat(rows)
        .extracting(row -> row.getAs("_marker") == null)
        .containsExactly(true, false, true, true, true, true);
    assertThat(rows)
        .extracting(row -> row.<String>getAs("_undecodable"))
        .satisfiesExactly(
            reason -> assertThat(reason).isNull(),
            reason -> assertThat(reason).isNull(),
            reason -> assertThat(reason).isEqualTo("no value"),
            reason -> assertThat(reason).contains("single-object"),
            reason -> assertThat(reason).startsWith("no datum of the schema"),
            reason -> assertThat(reason).startsWith("unknown schema fingerprint"));
  }

  @Test
  void acceptsARecordWhoseFieldsAreAllMissingAsDecodable() {
    Dataset energy = Datasets.load(SCHEMAS).named("energy_readings");
    append(Wire.encode(new GenericData.Record(energy.schema())));
    DatasetPlan energyPlan = DatasetPlan.compile(TestSession.get(), energy, SCHEMAS);
    Row row = energyPlan.judge(energyPlan.decode(kafka())).first();
    assertThat(row.<String>getAs("_undecodable")).isNull();
    assertThat(row.<Object>getList(row.fieldIndex("_reasons")))
        .containsExactly("hour is missing", "price area is missing");
  }

  @Test
  void namesEveryReasonForRejection() {
    append(order("fine", 34, 2));
    append(order("old", 430, 2));
    GenericRecord bad = order("bad", -1, null);
    bad.put("shipping_date", (int) LocalDate.parse("1999-01-01").toEpochDay());
    append(bad);
    append(Wire.encode(new Marker(1, 0)));
    List<Row> rows =
        plan.judge(plan.decode(kafka()))
            .withColumn("ok", DatasetPlan.accepted())
            .orderBy("_offset")
            .collectAsList();
    assertThat(rows)
        .extracting(row -> row.<Boolean>getAs("ok"))
        .containsExactly(true, false, false, false);
    assertThat(reasons(rows.get(0))).isEmpty();
    assertThat(reasons(rows.get(1))).containsExactly("age is out of range");
    assertThat(reasons(rows.get(2)))
        .containsExactly(
            "quantity is missing", "age is out of range", "shipped before it was ordered");
    assertThat(rows.get(3).isNullAt(rows.get(3).fieldIndex("_reasons"))).isTrue();
  }

  @Test
  void namesTheRuleBesideEachReasonAndGivesTheBytesBack() {
    GenericRecord timeless = order("timeless", 34, 2);
    timeless.put("order_date", null);
    GenericRecord bad = order("bad", -1, null);
    bad.put("shipping_date", (int) LocalDate.parse("1999-01-01").toEpochDay());
    bad.put("customer_name", "\u00c5se");
    bad.put("price", new BigDecimal("-0.001"));
    bad.put("order_date", Instant.parse("2026-01-01T10:20:30.007Z").toEpochMilli());
    List<GenericRecord> records = List.of(order("fine", 34, 2), timeless, bad);
    records.forEach(this::append);
    List<Row> rows =
        plan.judge(plan.decode(kafka()))
            .select(col("_reasons"), plan.rules().as("rules"), plan.value().as("value"))
            .collectAsList();
    for (int i = 0; i < records.size(); i++) {
      assertThat(rows.get(i).<byte[]>getAs("value")).isEqualTo(Wire.encode(records.get(i)));
      assertThat(rows.get(i).getList(1)).hasSameSizeAs(rows.get(i).getList(0));
    }
    assertThat(rows.get(0).getList(1)).isEmpty();
    assertThat(rows.get(1).<String>getList(1))
        .singleElement()
        .asString()
        .matches("customer_orders.yaml:\\d+:\\d+: order_date is null");
    assertThat(rows.get(2).<String>getList(1))
        .satisfiesExactly(
            rule -> assertThat(rule).endsWith(": quantity is null"),
            rule -> assertThat(rule).endsWith(": age < 0 or age > 120"),
            rule -> assertThat(rule).endsWith(": shipping_date < cast(order_date as date)"));
  }

  @Test
  void tellsIdentitiesWithNullsApart() {
    Dataset energy = Datasets.load(SCHEMAS).named("energy_readings");
    DatasetPlan energyPlan = DatasetPlan.compile(TestSession.get(), energy, SCHEMAS);
    for (String field : List.of("consumption", "production", "spot_price", "consumption")) {
      GenericRecord reading = new GenericData.Record(energy.schema());
      reading.put("hour_utc", 0L);
      reading.put("price_area", "DK1");
      reading.put(field, new BigDecimal("1.000000"));
      append(reading);
    }
    List<String> identities =
        energyPlan
            .judge(energyPlan.decode(kafka()))
            .orderBy("_offset")
            .select(DatasetPlan.identityText())
            .collectAsList()
            .stream()
            .map(row -> row.getString(0))
            .toList();
    assertThat(identities).allMatch(text -> text.matches("[0-9a-f]{32}"));
    assertThat(identities.get(0)).isEqualTo(identities.get(3));
    assertThat(identities.subList(0, 3)).doesNotHaveDuplicates();
  }

  @Test
  void cleansInOrderWithCanonicalNamesAndTheProfileOfThePosition() {
    GenericRecord typo = order("a", null, 3);
    typo.put("country", " germny");
    append(typo);
    append(order("b", null, 1));
    ProfileLookup lookup = (expression, partition, offset) -> offset == 0 ? "20.5" : null;
    List<Row> rows =
        plan.clean(plan.judge(plan.decode(kafka())), lookup).orderBy("_offset").collectAsList();
    assertThat(rows.get(0).<String>getAs("country")).isEqualTo("Germany");
    assertThat(rows.get(0).<Integer>getAs("age")).isEqualTo(20);
    assertThat(rows.get(0).<String>getAs("age_group")).isEqualTo("Young");
    assertThat(rows.get(0).<BigDecimal>getAs("total_amount")).isEqualTo("7.650");
    assertThat(rows.get(1).<Object>getAs("age")).isNull();
    assertThat(rows.get(1).<String>getAs("age_group")).isEqualTo("Unknown");
    assertThat(plan.profileExpressions()).containsExactly("median(age)");
  }

  @Test
  void cleansByTheListsThatTheDatasetWasReadWith(@TempDir Path edited) throws IOException {
    Path lists = Files.createDirectories(edited.resolve("lists"));
    Files.writeString(lists.resolve("countries.yaml"), "Utopia: [France]\n");
    Files.writeString(lists.resolve("places.yaml"), "Here: [France]\n");
    append(order("a", null, 3));
    DatasetPlan later = DatasetPlan.compile(TestSession.get(), orders, edited);
    var judged = later.judge(later.decode(kafka()));
    Row row = later.clean(judged, ProfileLookup.none()).first();
    assertThat(row.<String>getAs("country")).isEqualTo("France");
    String condition = "canonical(country, 'places') = 'Here'";
    assertThat(later.matching(judged, ProfileLookup.none(), condition).count()).isOne();
  }

  @Test
  void learnsTheProfileFromRawColumns() {
    append(order("a", 20, 1));
    append(order("b", 41, 1));
    append(order("c", null, 1));
    assertThat(plan.learn(plan.judge(plan.decode(kafka()))))
        .isEqualTo(Map.of("median(age)", "30.5"));
    assertThat(plan.learn(plan.judge(plan.decode(kafka())).where("false"))).isEmpty();
  }

  @Test
  void givesDimensionsBucketAndInputsOfAView() {
    append(order("a", 34, 2));
    View view = orders.view("sales_by_category");
    List<org.apache.spark.sql.Column> columns = new ArrayList<>(List.of(plan.bucket(view)));
    columns.addAll(List.of(plan.dimensions(view)));
    columns.addAll(List.of(plan.inputs(view)));
    Row row =
        plan.clean(plan.judge(plan.decode(kafka())), ProfileLookup.none())
            .select(columns.toArray(org.apache.spark.sql.Column[]::new))
            .first();
    assertThat(row)
        .isEqualTo(
            RowFactory.create(
                Instant.parse("2026-01-01T10:00:00Z").getEpochSecond(),
                "Unknown",
                "France",
                1L,
                2L,
                5100L,
                1L,
                "C1"));
  }

  @Test
  void buildsRowKeysFromTheIdentity() {
    Dataset energy = Datasets.load(SCHEMAS).named("energy_readings");
    DatasetPlan energyPlan = DatasetPlan.compile(TestSession.get(), energy, SCHEMAS);
    append(Wire.encode(energy()));
    Row row =
        energyPlan
            .clean(energyPlan.judge(energyPlan.decode(kafka())), ProfileLookup.none())
            .select(energyPlan.rowKey().as("key"), DatasetPlan.identityText().as("identity"))
            .first();
    assertThat(row.getString(0)).isEqualTo("DK1|2026-01-01T10|" + row.getString(1).substring(0, 8));
  }

  @Test
  void checksTheDatasetsOfThePlatform() {
    for (Dataset dataset : Datasets.load(SCHEMAS).all()) {
      DatasetPlan.check(TestSession.get(), dataset, SCHEMAS);
    }
  }

  private static List<String> reasons(Row row) {
    return row.getList(row.fieldIndex("_reasons"));
  }

  private org.apache.spark.sql.Dataset<Row> kafka() {
    return TestSession.get().createDataFrame(log, KAFKA).where(col("partition").isNotNull());
  }

  private void append(GenericRecord record) {
    append(Wire.encode(record));
  }

  private void append(byte[] value) {
    log.add(RowFactory.create(0, (long) log.size(), Timestamp.from(APPENDED), value));
  }

  private GenericRecord order(String key, Integer age, Integer quantity) {
    GenericRecord order = new GenericData.Record(orders.schema());
    order.put("row_key", key);
    order.put("customer_id", "C1.0");
    order.put("age", age);
    order.put("country", "FRANCE");
    order.put("order_date", Instant.parse("2026-01-01T10:20:30Z").toEpochMilli());
    order.put("quantity", quantity);
    order.put("price", new BigDecimal("2.550"));
    return order;
  }

  private static GenericRecord energy() {
    Dataset energy = Datasets.load(SCHEMAS).named("energy_readings");
    GenericRecord reading = new GenericData.Record(energy.schema());
    reading.put("hour_utc", Instant.parse("2026-01-01T10:00:00Z").toEpochMilli());
    reading.put("price_area", " dk1");
    return reading;
  }
}

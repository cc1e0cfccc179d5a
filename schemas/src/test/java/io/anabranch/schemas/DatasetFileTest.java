package io.anabranch.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.runtime.ExitStatus;
import io.anabranch.runtime.Problem;
import io.anabranch.schemas.Dataset.QualityCheck;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DatasetFileTest {
  private static final String GOOD =
      """
      dataset: sales
      schema: Sale
      topic: {name: sales, partitions: 3, key: id}
      identity: {fields: [id, shop], horizon: PT24H}
      event-time: sold_at
      reject:
        - {when: units is null, reason: units are missing}
      clean:
        shop: trim(shop)
        age: coalesce(age, cast(profile('median(age)') as int))
        group: case when age < 30 then 'Young' else 'Old' end
      hive: {table: sales, partition-by: day(sold_at)}
      hbase: {table: sales, row-key: id, families: {f: [id, group]}}
      views:
        by_shop:
          grain: PT1H
          dimensions: [shop]
          measures: {sales: count, money: sum(amount)}
        by_group:
          grain: P1D
          dimensions: [group]
          measures: {sales: count}
      quality:
        checks:
          - {check: rejected.share <= 0.05, level: fail}
          - {check: units.median between 1 and 9, level: warn}
      master: {roll-interval: PT10S}
      """;

  @TempDir Path folder;

  @BeforeEach
  void writeSchema() throws IOException {
    Files.createDirectories(folder.resolve("avro"));
    Files.createDirectories(folder.resolve("datasets"));
    Files.writeString(
        folder.resolve("avro/Sale.avsc"),
        """
        {"type": "record", "name": "Sale", "fields": [
          {"name": "id", "type": "string"},
          {"name": "shop", "type": ["null", "string"]},
          {"name": "sold_at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
          {"name": "units", "type": ["null", "int"]},
          {"name": "age", "type": ["null", "int"]},
          {"name": "weight", "type": ["null", "double"]},
          {"name": "amount", "type": {"type": "bytes", "logicalType": "decimal", "precision": 12, "scale": 2}}
        ]}
        """);
  }

  private Dataset read(String yaml) throws IOException {
    Path file = folder.resolve("datasets/sales.yaml");
    Files.writeString(file, yaml);
    return Datasets.read(file, folder);
  }

  @Test
  void readsWhatIsDeclared() throws IOException {
    Dataset sales = read(GOOD);
    assertThat(sales.topic()).isEqualTo(new Dataset.Topic("sales", 3, java.util.List.of("id")));
    assertThat(sales.identity().horizon()).isEqualTo(Duration.ofDays(1));
    assertThat(sales.fields())
        .containsEntry("amount", new FieldType(FieldType.Kind.DECIMAL, 12, 2));
    assertThat(sales.cleanColumns().keySet())
        .containsExactly("id", "shop", "sold_at", "units", "age", "weight", "amount", "group");
    assertThat(sales.view("by_shop").measures().get("money").type().scale()).isEqualTo(2);
    assertThat(sales.master().rollInterval()).contains(Duration.ofSeconds(10));
    assertThat(sales.master().maxFileBytes()).isEmpty();
  }

  @Test
  void marksAViewEventualThatReadsWhatAProfileFillsIn() throws IOException {
    Dataset sales = read(GOOD);
    assertThat(sales.view("by_shop").eventual()).isFalse();
    assertThat(sales.view("by_group").eventual()).isTrue();
    Dataset shouted = read(GOOD.replace("profile(", "PROFILE(").replace("when age", "when AGE"));
    assertThat(shouted.view("by_group").eventual()).isTrue();
    Dataset between =
        read(GOOD.replace("group: case when age", "bracket: age\n  group: case when BRACKET"));
    assertThat(between.view("by_group").eventual()).isTrue();
  }

  @Test
  void keepsViewsWhoseFieldsAreRenamedOrWidenedAndGetsTheDatasetAnotherFingerprint()
      throws IOException {
    String yaml =
        GOOD.replace("money: sum(amount)", "money: sum(amount), pieces: sum(units)")
            .replace("trim(shop)", "trim(shop || 'units')");
    Dataset before = read(yaml);
    Path avsc = folder.resolve("avro/Sale.avsc");
    Files.writeString(
        avsc,
        Files.readString(avsc)
            .replace(
                "{\"name\": \"units\", \"type\": [\"null\", \"int\"]}",
                "{\"name\": \"things\", \"aliases\": [\"pieces\", \"units\"],"
                    + " \"type\": [\"null\", \"long\"]}"));
    String renamed =
        yaml.replace("units is null", "things is null")
            .replace("sum(units)", "sum(things)")
            .replace("units.median", "things.median");
    Dataset after = read(renamed);
    assertThat(after.fields()).containsKey("things").doesNotContainKey("units");
    assertThat(after.view("by_shop").fingerprint()).isEqualTo(before.view("by_shop").fingerprint());
    assertThat(after.fingerprint()).isNotEqualTo(before.fingerprint());
    assertThat(read(renamed.replace("'units'", "'things'")).view("by_shop").fingerprint())
        .isNotEqualTo(before.view("by_shop").fingerprint());
  }

  @Test
  void makesANewViewWhereAProfileIsLearnedFromAWidenedField() throws IOException {
    String learned = GOOD.replace("median(age)", "median(Age)");
    Dataset before = read(learned);
    Path avsc = folder.resolve("avro/Sale.avsc");
    String narrow = "{\"name\": \"age\", \"type\": [\"null\", \"int\"]}";
    Files.writeString(
        avsc, Files.readString(avsc).replace(narrow, narrow.replace("int\"", "long\"")));
    assertThat(read(learned).view("by_group").fingerprint())
        .isNotEqualTo(before.view("by_group").fingerprint());
  }

  @Test
  void givesAChangedDefinitionAnotherFingerprint() throws IOException {
    String before = read(GOOD).view("by_shop").fingerprint();
    assertThat(read(GOOD).view("by_shop").fingerprint()).isEqualTo(before);
    assertThat(read(GOOD.replace("trim(shop)", "upper(shop)")).view("by_shop").fingerprint())
        .isNotEqualTo(before);
    assertThat(read(GOOD.replace("grain: PT1H", "grain: PT2H")).view("by_shop").fingerprint())
        .isNotEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"fields: [id, shop] | fields: [id]", "time: sold_at | time: noted_at"})
  void makesNewViewsWhereAnotherFieldSaysWhatARepeatIsOrWhenItWas(String own, String changed)
      throws IOException {
    Path avsc = folder.resolve("avro/Sale.avsc");
    String time =
        "{\"name\": \"sold_at\", \"type\": {\"type\": \"long\", \"logicalType\": \"timestamp-millis\"}}";
    Files.writeString(
        avsc,
        Files.readString(avsc).replace(time, time + ", " + time.replace("sold_at", "noted_at")));
    Dataset before = read(GOOD);
    assertOtherFingerprints(before, read(GOOD.replace(own, changed)));
    Dataset later = read(GOOD.replace("PT24H", "PT48H"));
    assertThat(later.view("by_shop").fingerprint()).isEqualTo(before.view("by_shop").fingerprint());
  }

  private static void assertOtherFingerprints(Dataset before, Dataset after) {
    assertThat(after.fingerprint()).isNotEqualTo(before.fingerprint());
    before
        .views()
        .forEach(
            (name, view) ->
                assertThat(after.view(name).fingerprint()).isNotEqualTo(view.fingerprint()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "trim(shop) | canonical(shop, 'shops')",
        "trim(shop) | CANONICAL(shop, \"shops\")",
        "units is null | \"canonical(shop, 'shops') is null\""
      })
  void makesNewViewsWhereAListThatARuleNamesIsEdited(String own, String changed)
      throws IOException {
    Path lists = Files.createDirectories(folder.resolve("lists"));
    Files.writeString(lists.resolve("shops.yaml"), "North: [Nrth]\n");
    String yaml = GOOD.replace(own, changed);
    Dataset before = read(yaml);
    assertThat(before.lists()).containsOnly(Map.entry("shops", "North: [Nrth]\n"));
    Files.writeString(lists.resolve("others.yaml"), "West: []\n");
    assertThat(read(yaml).fingerprint()).isEqualTo(before.fingerprint());
    assertThat(read(yaml).views()).isEqualTo(before.views());
    Files.writeString(lists.resolve("shops.yaml"), "North: [Nrth]\nSouth: []\n");
    assertOtherFingerprints(before, read(yaml));
  }

  @Test
  void makesAnotherDatasetWhereAListThatTheRowKeyNamesIsEdited() throws IOException {
    Path list = Files.createDirectories(folder.resolve("lists")).resolve("shops.yaml");
    Files.writeString(list, "North: [Nrth]\n");
    String yaml = GOOD.replace("row-key: id", "row-key: \"canonical(shop, 'shops')\"");
    String before = read(yaml).fingerprint();
    Files.writeString(list, "North: []\n");
    assertThat(read(yaml).fingerprint()).isNotEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          event-time: sold_at       | event-tine: sold_at       | sales.yaml:5:13: event-tine: unknown key 'event-tine'
          event-time: sold_at       | event-time: units         | sales.yaml:5:13: event-time: 'units' is of type int, expected a timestamp or a date
          schema: Sale              | schema: Sail              | sales.yaml:2:9: schema: there is no schema file
          partitions: 3             | partitions: three         | sales.yaml:3:34: topic.partitions: expected a whole number from 1 to 10000 but found 'three'
          horizon: PT24H            | horizon: 24h              | identity.horizon: expected a duration such as PT1H or P1D but found '24h'
          roll-interval: PT10S      | roll-interval: 10s        | sales.yaml:27:25: master.roll-interval: expected a duration such as PT1H or P1D but found '10s'
          key: id                   | key: units                | the partition key [units] must be part of the identity [id, shop]
          fields: [id, shop]        | fields: [id, Shop]        | unknown field 'Shop' (did you mean 'shop'?)
          sum(amount)               | sum(weight)               | adds doubles
          sum(amount)               | sum(shop)                 | sum(shop) needs a number, but the column is of type string
          sum(amount)               | total(amount)             | sales.yaml:18:37: views.by_shop.measures.money: expected count, count(x), sum(x)
          money: sum(amount)        | month: sum(amount)        | sales.yaml:18:37: views.by_shop.measures.month: every view has a column 'month' of its own
          money: sum(amount)        | Money: sum(amount)        | sales.yaml:18:37: views.by_shop.measures.Money: 'Money' is no name
          by_shop:                  | by-shop:                  | sales.yaml:16:5: views.by-shop: 'by-shop' is no name
          by_shop:                  | sales:                    | sales.yaml:16:5: views.sales: the dataset has a table 'sales' in Hive
          by_shop:                  | sales_quarantine:         | the dataset has a table 'sales_quarantine' in Hive
          by_shop:                  | sales_quality:            | the dataset has a table 'sales_quality' in Hive
          sum(amount)               | sum(amounts)              | unknown column 'amounts'
          grain: PT1H               | grain: PT7H               | a grain must divide a day or be whole days
          grain: PT1H               | grain: PT0.0005S          | sales.yaml:16:12: views.by_shop.grain: a grain must divide a day or be whole days
          grain: PT1H               | grain: PT1.5S             | a grain must divide a day or be whole days
          dimensions: [shop]        | dimensions: [shoop]       | unknown field 'shoop'
          day(sold_at)              | week(sold_at)             | expected day(field) or month(field)
          dataset: sales            | dataset: Sales Of May     | is no name
          level: fail               | level: error              | sales.yaml:25:46: quality.checks[0].level: unknown level 'error', expected one of fail, warn
          check: rejected.share     | chek: rejected.share      | quality.checks[0].chek: unknown key 'chek'
          , level: warn             | , when: it fails          | unknown key 'when', expected one of [check, level]
          , level: warn             | ""                        | sales.yaml:26:7: quality.checks[1]: the key 'level' is missing
          checks:                   | tests:                    | quality.tests: unknown key 'tests'
          dataset: sales            | dataset: [sales           | no valid YAML
          """)
  void tellsWhereAndWhatIsWrong(String good, String bad, String message) {
    assertThat(GOOD).contains(good);
    assertThatThrownBy(() -> read(GOOD.replace(good, bad)))
        .isInstanceOf(Problem.class)
        .hasMessageContaining(message)
        .extracting(e -> ((Problem) e).status())
        .isEqualTo(ExitStatus.BAD_INPUT);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "hours: [1, 2] | generate.fields.sold_at.time.hours: expected 24 weights, not all of them 0, but found 2",
        "months: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] | expected 12 weights, not all of them 0",
        "months: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1] | expected a whole number from 0 to 1000000 but found '-1'",
        "months: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1] | expected the beginning of a day",
        "jitter: 5s | expected a duration such as PT1H"
      })
  void tellsWhatIsWrongWithMadeUpTimes(String entry, String message) {
    String generate =
        """
        generate:
          fields:
            sold_at: {time: {start: "2026-01-01T00:00:01Z", step: PT1S, %s}}
          errors: {}
        """
            .formatted(entry);
    assertThatThrownBy(() -> read(GOOD + generate))
        .isInstanceOf(Problem.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "units: {} | generate.fields.units: expected a generator, one of [after, choice, cycle",
        "units: {uniform: [1]} | generate.fields.units.uniform: expected a list of 2 but found one of 1",
        "units: {uniform: [1, 2, 3]} | expected a list of 2 but found one of 3",
        "units: {cycle: []} | generate.fields.units.cycle: expected one text or more",
        "units: {choice: {}} | generate.fields.units.choice: expected 'value: weight' pairs",
        "sold_at: {after: {field: sold_at, by: [PT1H]}} | fields.sold_at.after.by: expected a list of 2",
        "sold_at: {after: {field: sold_at, by: [PT2H, PT1H]}} | after.by: PT1H is less than PT2H"
      })
  void tellsWhatIsWrongWithMadeUpValues(String field, String message) {
    String generate = "generate: {fields: {%s}, errors: {}}\n".formatted(field);
    assertThatThrownBy(() -> read(GOOD + generate))
        .isInstanceOf(Problem.class)
        .hasMessageContaining(message);
  }

  @Test
  void tellsWhatIsWrongWithMadeUpErrors() {
    String generate = "generate: {fields: {}, errors: {invalid: {units: []}}}\n";
    assertThatThrownBy(() -> read(GOOD + generate))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("generate.errors.invalid.units: expected one text or more");
  }

  @Test
  void namesAFieldWhoseDecimalsHaveMoreDigitsThanALong() throws IOException {
    Path avsc = folder.resolve("avro/Sale.avsc");
    Files.writeString(
        avsc, Files.readString(avsc).replace("\"precision\": 12", "\"precision\": 20"));
    assertThatThrownBy(() -> read(GOOD))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("field 'amount': Invalid decimal(20,2): precision must be 1 to 18");
  }

  @ParameterizedTest
  @ValueSource(strings = {"caf\u00e9", "bell \u0007"})
  void tellsOfBytesThatAreNoTextInUtf8(String comment) throws IOException {
    Path file = folder.resolve("datasets/sales.yaml");
    Files.writeString(file, GOOD + "# " + comment + "\n", StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> Datasets.read(file, folder))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("sales.yaml: no valid YAML in UTF-8")
        .hasMessageNotContaining("\n");
  }

  @Test
  void tellsOfAListThatIsNoTextInUtf8() throws IOException {
    Path lists = Files.createDirectories(folder.resolve("lists"));
    Files.writeString(
        lists.resolve("shops.yaml"), "Shop: [caf\u00e9]\n", StandardCharsets.ISO_8859_1);
    assertThat(read(GOOD).lists()).isEmpty();
    assertThatThrownBy(() -> read(GOOD.replace("trim(shop)", "canonical(shop, 'shops')")))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("shops.yaml: cannot be read as a list in UTF-8");
  }

  @Test
  void namesARejectRuleByItsPlaceAndCondition() throws IOException {
    assertThat(read(GOOD).reject().get(0).name()).isEqualTo("sales.yaml:7:12: units is null");
  }

  @Test
  void readsQualityChecksWithTheirPlaces() throws IOException {
    Dataset sales = read(GOOD);
    assertThat(sales.checks())
        .containsExactly(
            new QualityCheck(
                "rejected.share <= 0.05", QualityCheck.Level.FAIL, sales.file() + ":25:15"),
            new QualityCheck(
                "units.median between 1 and 9", QualityCheck.Level.WARN, sales.file() + ":26:15"));
    assertThat(read(GOOD.replace("0.05", "0.5")).fingerprint()).isEqualTo(sales.fingerprint());
    assertThat(read(GOOD.substring(0, GOOD.indexOf("quality:"))).checks()).isEmpty();
  }

  @Test
  void allowsASumOfDoublesWhereTheViewSaysApproximate() throws IOException {
    String yaml =
        GOOD.replace("sum(amount)", "sum(weight)")
            .replace("grain: PT1H", "grain: PT1H\n    approximate: true");
    assertThat(read(yaml).view("by_shop").approximate()).isTrue();
  }

  @Test
  void refusesTwoDatasetsWithAViewOfTheSameName() throws IOException {
    read(GOOD);
    Files.writeString(
        folder.resolve("datasets/other.yaml"), GOOD.replace("dataset: sales", "dataset: other"));
    assertThatThrownBy(() -> Datasets.load(folder))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("'by_group' is declared by both");
  }

  @ParameterizedTest
  @ValueSource(strings = {"version", "cut", "bucket", "month", "run"})
  void refusesColumnsOfAViewThatItHasAnyway(String name) {
    assertRefused(
        GOOD.replace("money:", name + ":"),
        "views.by_shop.measures.%s: every view has a column '%s' of its own".formatted(name, name));
    assertRefused(
        GOOD.replaceAll("\\bgroup\\b", name),
        "sales.yaml:21:17: views.by_group.dimensions: every view has a column '%s' of its own"
            .formatted(name));
  }

  @ParameterizedTest
  @CsvSource({"run, day", "topic_partition, day", "topic_offset, day", "day, day", "month, month"})
  void refusesColumnsOfCleanRowsThatTheirTableHasAnyway(String name, String grain) {
    assertRefused(
        cleaned(name).replace("day(sold_at)", grain + "(sold_at)"),
        "clean.%s: Hive's table of clean rows has a column '%s' of its own".formatted(name, name));
  }

  @Test
  void takesTheNameOfThePartitionColumnThatAnotherGrainHas() throws IOException {
    assertThat(read(cleaned("month")).cleanColumns()).containsKey("month");
  }

  /** With another name for the column that cleaning adds, which no view reads. */
  private static String cleaned(String column) {
    return GOOD.replace("dimensions: [group]", "dimensions: [shop]")
        .replaceAll("\\bgroup\\b", column);
  }

  @Test
  void refusesFieldsThatHaveTheNameOfAColumnOfCleanRowsInAnyCase() throws IOException {
    Path avsc = folder.resolve("avro/Sale.avsc");
    Files.writeString(avsc, Files.readString(avsc).replace("weight", "Run"));
    assertRefused(
        GOOD,
        "sales.yaml:2:9: schema: Hive's table of clean rows has a column 'Run' of its own: choose another name for the field 'Run'");
  }

  private void assertRefused(String yaml, String message) {
    assertThatThrownBy(() -> read(yaml))
        .isInstanceOf(Problem.class)
        .hasMessageContaining(message)
        .extracting(e -> ((Problem) e).status())
        .isEqualTo(ExitStatus.BAD_INPUT);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "none | none | sales.yaml: the table 'sales' in Hive is already that of other",
        "hive: {table: sales | hive: {table: other | the table 'sales' in HBase is already that of other",
        "hive: {table: sales | hive: {table: by_group | the table 'by_group' in Hive is already that",
        "hive: {table: sales | hive: {table: by_group_v12 | full runs name their tables of 'by_group' so"
      })
  void refusesDatasetsThatShareATable(String own, String changed, String message)
      throws IOException {
    read(GOOD);
    String other = GOOD.replace("dataset: sales", "dataset: other").replace("  by_", "  of_");
    if (changed.endsWith("_v12")) {
      other = other.replace("hbase: {table: sales", "hbase: {table: other");
    }
    Files.writeString(folder.resolve("datasets/other.yaml"), other.replace(own, changed));
    assertThatThrownBy(() -> Datasets.load(folder))
        .isInstanceOf(Problem.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource({
    "sales, the topic 'sales' is already that of other",
    "sales.schemas, the topic 'sales.schemas' is already that of other",
    "sales_dead-letter, the topic 'sales.dead-letter' is already that of other"
  })
  void refusesDatasetsThatShareATopic(String topic, String message) throws IOException {
    read(GOOD);
    String other =
        GOOD.replace("dataset: sales", "dataset: other")
            .replace("  by_", "  of_")
            .replace("{table: sales", "{table: other")
            .replace("{name: sales", "{name: " + topic);
    Files.writeString(folder.resolve("datasets/other.yaml"), other);
    assertThatThrownBy(() -> Datasets.load(folder))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("sales.yaml: " + message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"my topic", "sales/eu", ".", "''"})
  void refusesWhatIsNoNameOfATopic(String topic) throws IOException {
    assertRefused(GOOD.replace("{name: sales", "{name: " + topic), "sales.yaml:3:");
  }

  @ParameterizedTest
  @ValueSource(ints = {237, 238})
  void aTopicsNameLeavesRoomForOurEndings(int length) throws IOException {
    String yaml = GOOD.replace("{name: sales", "{name: " + "s".repeat(length));
    if (length == 237) {
      assertThat(read(yaml).topic().deadLetter()).hasSize(249);
    } else {
      assertRefused(yaml, "is no name of a topic");
    }
  }

  @Test
  void readsTheShippedDatasets() {
    Datasets datasets = Datasets.load(Path.of("src/main"));
    assertThat(datasets.all())
        .extracting(Dataset::name)
        .contains("customer_orders", "energy_readings");
    assertThat(datasets.view("sales_by_age_group").eventual()).isTrue();
    assertThat(datasets.view("sales_by_category").eventual()).isFalse();
    assertThatThrownBy(() -> datasets.named("nothing"))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("expected one of customer_orders");
  }
}

package io.anabranch.batch;

import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.engine.DatasetPlan;
import io.anabranch.engine.ProfileLookup;
import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.Datasets;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/** What a run makes of records of which some were erased. */
class ErasedTest {
  private static final Path SCHEMAS = Path.of("../schemas/src/main");

  private final SparkSession session = Sessions.plain("erased records");
  private final Dataset orders = Datasets.load(SCHEMAS).named("customer_orders");
  private final DatasetPlan plan = DatasetPlan.compile(session, orders, SCHEMAS);

  /** Identity and customer of each record, whose offset is its place; every fifth is rejected. */
  private org.apache.spark.sql.Dataset<Row> judged(List<String[]> records) {
    StructType schema = plan.stored(session, List.of()).schema();
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < records.size(); i++) {
      Object[] values = new Object[schema.size()];
      values[schema.fieldIndex("row_key")] = records.get(i)[0];
      values[schema.fieldIndex("customer_id")] = records.get(i)[1];
      values[schema.fieldIndex("order_date")] = new Timestamp(1_700_000_000_000L);
      values[schema.fieldIndex("quantity")] = i % 5 == 4 ? null : 2;
      values[schema.fieldIndex("price")] = new java.math.BigDecimal("2.500");
      values[schema.fieldIndex("_partition")] = 0;
      values[schema.fieldIndex("_offset")] = (long) i;
      values[schema.fieldIndex("_timestamp")] = new Timestamp(1_700_000_000_000L + i);
      rows.add(RowFactory.create(values));
    }
    return plan.judge(session.createDataFrame(rows, schema));
  }

  private static List<Long> offsets(org.apache.spark.sql.Dataset<Row> rows) {
    return rows.select("_offset").collectAsList().stream().map(r -> r.getLong(0)).sorted().toList();
  }

  private static Erased erased(org.apache.spark.sql.Dataset<Row> matching) {
    org.apache.spark.sql.Dataset<Row> rows =
        matching.selectExpr(
            "_partition",
            "_offset",
            "_timestamp",
            "if(size(_reasons) = 0, _identity_high, null) as _identity_high",
            "if(size(_reasons) = 0, _identity_low, null) as _identity_low");
    return Erased.of(rows, rows.count());
  }

  @Test
  void anErasureTakesFactsAwayAndBringsNoneIn() {
    Random random = new Random(5);
    for (int round = 0; round < 3; round++) {
      List<String[]> records = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        records.add(new String[] {"k" + random.nextInt(12), "C" + random.nextInt(4)});
      }
      org.apache.spark.sql.Dataset<Row> all = judged(records).persist();
      org.apache.spark.sql.Dataset<Row> meant =
          plan.matching(all, ProfileLookup.none(), "customer_id = 'C1'");
      Erased erased = erased(meant);
      org.apache.spark.sql.Dataset<Row> left = erased.dropFrom(all);
      try (Repeats before = Repeats.find(all, Erased.NONE, lit(true));
          Repeats after = Repeats.find(left, erased, lit(true))) {
        TreeSet<Long> facts = new TreeSet<>(offsets(before.drop(all)));
        List<Long> gone = offsets(meant);
        List<Long> erasedFacts = facts.stream().filter(gone::contains).toList();
        facts.removeAll(gone);

        assertThat(offsets(after.drop(left))).isEqualTo(List.copyOf(facts));
        assertThat(offsets(after.erasedFacts().orElseThrow())).isEqualTo(erasedFacts);
        // Each accepted record that is left is a fact or a repeat.
        assertThat(left.where(DatasetPlan.accepted()).count())
            .isEqualTo(facts.size() + after.count());
      }
      all.unpersist();
    }
  }

  @Test
  void recordsAreMeantAsTheyCameOrAsTheyAreCleaned() {
    org.apache.spark.sql.Dataset<Row> all =
        judged(
            List.of(
                new String[] {"a", "17850.0"},
                new String[] {"b", "17850"},
                new String[] {"c", " 17850 "},
                new String[] {"d", "178500"},
                // Rejected, and meant all the same.
                new String[] {"e", "17850"},
                new String[] {"f", null}));

    assertThat(
            Map.of(
                "customer_id = '17850'", List.of(0L, 1L, 2L, 4L),
                "customer_id = '17850.0'", List.of(0L),
                "total_amount > 4 and row_key in ('a', 'f')", List.of(0L, 5L)))
        .allSatisfy(
            (condition, expected) ->
                assertThat(offsets(plan.matching(all, ProfileLookup.none(), condition)))
                    .as(condition)
                    .isEqualTo(expected));
  }

  @Test
  void schemaOfWhatIsKeptHoldsNoFieldOfTheRecord() {
    assertThat(Erased.SCHEMA.fieldNames()).allMatch(name -> name.startsWith("_"));
    assertThat(Erased.SCHEMA.apply("_timestamp").dataType()).isEqualTo(DataTypes.TimestampType);
  }
}

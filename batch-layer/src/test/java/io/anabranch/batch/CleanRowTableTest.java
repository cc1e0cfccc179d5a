package io.anabranch.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

class CleanRowTableTest {
  @Test
  void noRowIsLookedUpByAnEmptyKey() {
    org.apache.spark.sql.Dataset<Row> keys =
        Sessions.plain("batch tests")
            .createDataset(List.of("", "k1"), Encoders.STRING())
            .selectExpr("cast(value as binary) as key");

    assertThat(CleanRowTable.lookedUp(keys).collectAsList())
        .singleElement()
        .satisfies(row -> assertThat(row.<byte[]>getAs("key")).asString().isEqualTo("k1"));
  }
}

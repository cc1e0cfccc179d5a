package io.anabranch.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.schemas.Datasets;
import io.anabranch.schemas.View;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class VersionFilesTest {
  private static final View SALES =
      Datasets.load(Path.of("../schemas/src/main"))
          .named("customer_orders")
          .view("sales_by_country");

  /** Of a sum that leaves 64 bits nothing is better than another number. */
  @Test
  void sumsHaveTheTypesOfTheTableThatTheyAreAddedTo() {
    StructType served =
        new StructType()
            .add("country", DataTypes.StringType)
            .add("revenue", DataTypes.createDecimalType(38, 3));
    StructType former =
        new StructType()
            .add("country", DataTypes.StringType)
            .add("revenue", DataTypes.createDecimalType(19, 3));
    List<Row> rows =
        List.of(
            RowFactory.create("a", new BigDecimal("9223372036854775.807")),
            RowFactory.create("b", new BigDecimal("10000000000000000.000")),
            RowFactory.create("c", null));
    Dataset<Row> sums = Sessions.plain("batch tests").createDataFrame(rows, served);

    Dataset<Row> fitting = VersionFiles.withSumsOf(former, SALES, sums);

    assertThat(fitting.schema()).isEqualTo(former);
    assertThat(fitting.orderBy("country").collectAsList())
        .extracting(row -> row.get(1))
        .isEqualTo(Arrays.asList(new BigDecimal("9223372036854775.807"), null, null));
  }
}

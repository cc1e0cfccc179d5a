package io.anabranch.engine;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;

import io.anabranch.schemas.Dataset;
import java.util.Arrays;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.avro.SchemaConverters;
import org.apache.spark.sql.types.StructType;

/** Columns to Kafka values. */
final class WireEncoder {
  private WireEncoder() {}

  static Column value(Dataset dataset) {
    // Rows hold a float as a double, which Avro's writer would refuse.
    StructType written = (StructType) SchemaConverters.toSqlType(dataset.schema()).dataType();
    Column[] fields =
        Arrays.stream(written.fields())
            .map(field -> col(field.name()).cast(field.dataType()).as(field.name()))
            .toArray(Column[]::new);
    Column datum =
        org.apache.spark.sql.avro.functions.to_avro(struct(fields), dataset.schema().toString());
    return concat(lit(WireDecoder.header(dataset.schema())), datum);
  }
}

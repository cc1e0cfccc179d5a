package io.anabranch.master;

import static org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit.MILLIS;
import static org.apache.parquet.schema.LogicalTypeAnnotation.dateType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.decimalType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.stringType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.timestampType;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BINARY;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BOOLEAN;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.DOUBLE;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT32;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT64;

import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.FieldType;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;

/**
 * The columns of master files: the record's fields, every one nullable, then the position and the
 * schema. Decimals stand as 64-bit integers, which all of them fit.
 */
public final class MasterSchema {
  /** Kafka's partition, int. */
  public static final String PARTITION = "_partition";

  /** Kafka's offset, long. */
  public static final String OFFSET = "_offset";

  /** Kafka's log-append time, a UTC timestamp with milliseconds. */
  public static final String TIMESTAMP = "_timestamp";

  /**
   * Fingerprint of the schema whose fields the row has, long: that of the topic's newest schema
   * when the file was opened, so that one file has one. Null in files of a former release, which
   * knew one schema.
   */
  public static final String SCHEMA = "_schema";

  /** What is kept of a value that could not be decoded. */
  static final MessageType UNDECODABLE =
      new MessageType(
          "undecodable",
          positionAnd(
              Types.required(BINARY).named("value"),
              Types.required(BINARY).as(stringType()).named("reason")));

  private MasterSchema() {}

  /** The Parquet schema of a dataset's master files. */
  public static MessageType of(Dataset dataset) {
    List<Type> columns = new ArrayList<>();
    dataset.fields().forEach((name, type) -> columns.add(column(name, type)));
    columns.addAll(positionAnd(Types.optional(INT64).named(SCHEMA)));
    return new MessageType(dataset.schema().getName(), columns);
  }

  private static List<Type> positionAnd(Type... more) {
    List<Type> columns =
        new ArrayList<>(
            List.of(
                Types.required(INT32).named(PARTITION),
                Types.required(INT64).named(OFFSET),
                Types.required(INT64).as(timestampType(true, MILLIS)).named(TIMESTAMP)));
    columns.addAll(List.of(more));
    return columns;
  }

  private static Type column(String name, FieldType type) {
    return switch (type.kind()) {
      case STRING -> Types.optional(BINARY).as(stringType()).named(name);
      case BOOLEAN -> Types.optional(BOOLEAN).named(name);
      case INT -> Types.optional(INT32).named(name);
      case LONG -> Types.optional(INT64).named(name);
      case DOUBLE -> Types.optional(DOUBLE).named(name);
      case DECIMAL ->
          Types.optional(INT64).as(decimalType(type.scale(), type.precision())).named(name);
      case TIMESTAMP -> Types.optional(INT64).as(timestampType(true, MILLIS)).named(name);
      case DATE -> Types.optional(INT32).as(dateType()).named(name);
    };
  }
}

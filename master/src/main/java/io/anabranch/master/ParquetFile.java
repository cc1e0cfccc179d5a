package io.anabranch.master;

import java.io.IOException;
import java.util.Map;
import java.util.function.BiConsumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.util.HadoopOutputFile;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/** Opens Parquet files of ours for writing, whose rows some function writes field by field. */
final class ParquetFile {
  /** Bounds the memory of a writer: rows are held in memory until their group is full. */
  private static final long ROW_GROUP_BYTES = 16L << 20;

  /** After how many rows a group's size is looked at: it is too large by no more than these. */
  private static final int ROWS_BETWEEN_LOOKS = 16;

  private ParquetFile() {}

  static <T> ParquetWriter<T> create(
      Path path, Configuration conf, MessageType schema, BiConsumer<T, RecordConsumer> fields)
      throws IOException {
    Builder<T> builder =
        new Builder<>(HadoopOutputFile.fromPath(path, conf), schema, fields)
            .withConf(conf)
            .withCompressionCodec(CompressionCodecName.ZSTD)
            .withRowGroupSize(ROW_GROUP_BYTES)
            .withMinRowCountForPageSizeCheck(ROWS_BETWEEN_LOOKS)
            .withMaxRowCountForPageSizeCheck(ROWS_BETWEEN_LOOKS)
            .withWriteMode(ParquetFileWriter.Mode.CREATE)
            .withSizeStatisticsEnabled(false);
    for (ColumnDescriptor column : schema.getColumns()) {
      // Nobody looks for a range of texts in files that are cut by offsets.
      boolean isText = column.getPrimitiveType().getPrimitiveTypeName() == PrimitiveTypeName.BINARY;
      builder.withStatisticsEnabled(String.join(".", column.getPath()), !isText);
    }
    return builder.build();
  }

  private static final class Builder<T> extends ParquetWriter.Builder<T, Builder<T>> {
    private final FieldWriteSupport<T> support;

    private Builder(OutputFile file, MessageType schema, BiConsumer<T, RecordConsumer> fields) {
      super(file);
      this.support = new FieldWriteSupport<>(schema, fields);
    }

    @Override
    protected Builder<T> self() {
      return this;
    }

    @Override
    @SuppressWarnings("deprecation") // abstract in this version of Parquet
    protected WriteSupport<T> getWriteSupport(Configuration conf) {
      return support;
    }
  }

  private static final class FieldWriteSupport<T> extends WriteSupport<T> {
    private final MessageType schema;
    private final BiConsumer<T, RecordConsumer> fields;
    private RecordConsumer consumer;

    private FieldWriteSupport(MessageType schema, BiConsumer<T, RecordConsumer> fields) {
      this.schema = schema;
      this.fields = fields;
    }

    @Override
    @SuppressWarnings("deprecation") // abstract in this version of Parquet
    public WriteContext init(Configuration conf) {
      return new WriteContext(schema, Map.of());
    }

    @Override
    public void prepareForWrite(RecordConsumer recordConsumer) {
      consumer = recordConsumer;
    }

    @Override
    public void write(T row) {
      consumer.startMessage();
      fields.accept(row, consumer);
      consumer.endMessage();
    }
  }
}

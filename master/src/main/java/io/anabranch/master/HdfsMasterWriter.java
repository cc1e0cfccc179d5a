package io.anabranch.master;

import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.Wire;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;

/** Writes a master file and, once there is something to put in it, a file of undecodable values. */
final class HdfsMasterWriter implements MasterWriter {
  private final HdfsFolder rows;
  private final HdfsFolder undecodable;
  private final Configuration conf;
  private final int fields;
  private final long schema;
  private final int partition;
  private final long first;
  private final LocalDate day;
  private final String id = UUID.randomUUID().toString();
  private final Path rowsPath;
  private final Path undecodablePath;
  private final ParquetWriter<Row> rowWriter;
  private ParquetWriter<Undecodable> undecodableWriter;
  private long offset;
  private long timestampMs;
  private boolean done;

  HdfsMasterWriter(
      HdfsFolder rows,
      HdfsFolder undecodable,
      Configuration conf,
      Dataset dataset,
      int partition,
      long first,
      LocalDate day)
      throws IOException {
    this.rows = rows;
    this.undecodable = undecodable;
    this.conf = conf;
    this.fields = dataset.fields().size();
    this.schema = Wire.fingerprint(dataset.schema());
    this.partition = partition;
    this.first = first;
    this.day = day;
    rowsPath = rows.unfinished(day.toString(), partition, first, id);
    undecodablePath = undecodable.unfinished(day.toString(), partition, first, id);
    rowWriter = ParquetFile.create(rowsPath, conf, MasterSchema.of(dataset), this::writeRow);
  }

  @Override
  public void append(Row row, long rowOffset, long rowTimestampMs) throws IOException {
    offset = rowOffset;
    timestampMs = rowTimestampMs;
    rowWriter.write(row);
  }

  private void writeRow(Row row, RecordConsumer consumer) {
    row.write(consumer);
    writePosition(consumer, fields, partition, offset, timestampMs);
    consumer.startField(MasterSchema.SCHEMA, fields + 3);
    consumer.addLong(schema);
    consumer.endField(MasterSchema.SCHEMA, fields + 3);
  }

  @Override
  public void appendUndecodable(
      long valueOffset, long valueTimestampMs, byte[] value, String reason) throws IOException {
    if (undecodableWriter == null) {
      undecodableWriter =
          ParquetFile.create(
              undecodablePath, conf, MasterSchema.UNDECODABLE, HdfsMasterWriter::writeUndecodable);
    }
    undecodableWriter.write(
        new Undecodable(partition, valueOffset, valueTimestampMs, ByteBuffer.wrap(value), reason));
  }

  private static void writeUndecodable(Undecodable value, RecordConsumer consumer) {
    writePosition(consumer, 0, value.partition(), value.offset(), value.timestampMs());
    consumer.startField("value", 3);
    consumer.addBinary(Binary.fromConstantByteBuffer(value.value()));
    consumer.endField("value", 3);
    consumer.startField("reason", 4);
    consumer.addBinary(Binary.fromString(value.reason()));
    consumer.endField("reason", 4);
  }

  private static void writePosition(
      RecordConsumer consumer, int index, int partition, long offset, long timestampMs) {
    consumer.startField(MasterSchema.PARTITION, index);
    consumer.addInteger(partition);
    consumer.endField(MasterSchema.PARTITION, index);
    consumer.startField(MasterSchema.OFFSET, index + 1);
    consumer.addLong(offset);
    consumer.endField(MasterSchema.OFFSET, index + 1);
    consumer.startField(MasterSchema.TIMESTAMP, index + 2);
    consumer.addLong(timestampMs);
    consumer.endField(MasterSchema.TIMESTAMP, index + 2);
  }

  @Override
  public long bytes() {
    return rowWriter.getDataSize()
        + (undecodableWriter == null ? 0 : undecodableWriter.getDataSize());
  }

  @Override
  public MasterFile commit(long end) throws IOException {
    MasterFile file = new MasterFile(day, partition, first, end);
    if (undecodableWriter != null) {
      // First, so that an offset which a master file covers is never without its value.
      undecodableWriter.close();
      undecodable.publish(undecodablePath, file);
    }
    rowWriter.close();
    rows.publish(rowsPath, file);
    done = true;
    return file;
  }

  @Override
  public void close() throws IOException {
    if (done) {
      return;
    }
    done = true;
    // Closed as well as deleted, or HDFS's client would go on renewing the lease.
    try {
      rowWriter.close();
    } finally {
      rows.files().delete(rowsPath, false);
    }
    if (undecodableWriter != null) {
      try {
        undecodableWriter.close();
      } finally {
        undecodable.files().delete(undecodablePath, false);
      }
    }
  }
}

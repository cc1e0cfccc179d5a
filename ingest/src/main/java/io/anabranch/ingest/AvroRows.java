package io.anabranch.ingest;

import io.anabranch.runtime.Problem;
import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.Wire;
import java.io.IOException;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;

/** The records of an Avro container file, whose schema resolves to the dataset's. */
final class AvroRows implements Rows {
  private final SourceFile file;
  private final DataFileStream<GenericRecord> records;
  private GenericRecord current;
  private long number;

  private AvroRows(SourceFile file, DataFileStream<GenericRecord> records) {
    this.file = file;
    this.records = records;
  }

  static AvroRows open(SourceFile file, Dataset dataset) {
    GenericDatumReader<GenericRecord> reader =
        new GenericDatumReader<>(null, dataset.schema(), Wire.decimalData());
    try {
      return new AvroRows(file, new DataFileStream<>(file.content(), reader));
    } catch (IOException | AvroRuntimeException e) {
      throw Problem.badInput(file.path() + " is no Avro container file: " + e.getMessage(), e);
    }
  }

  @Override
  public boolean next() {
    try {
      if (!records.hasNext()) {
        return false;
      }
      current = records.next();
      number++;
      return true;
    } catch (AvroRuntimeException e) {
      throw Problem.badInput(
          "%s cannot be read behind its record %s: %s"
              .formatted(file.path(), number, e.getMessage()),
          e);
    }
  }

  @Override
  public GenericRecord record() {
    return current;
  }

  @Override
  public long line() {
    return number;
  }

  @Override
  public byte[] raw() {
    return Wire.encode(current);
  }

  @Override
  public void close() throws IOException {
    records.close();
  }
}

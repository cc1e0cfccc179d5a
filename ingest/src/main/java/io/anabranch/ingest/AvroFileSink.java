package io.anabranch.ingest;

import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.Wire;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;

/** Writes records to an Avro container file; equal records give equal bytes. */
final class AvroFileSink implements RecordSink, AutoCloseable {
  private final DataFileWriter<GenericRecord> file;

  /**
   * Creates the file, or writes over it.
   *
   * @param origin what the records are a function of; it marks the file
   */
  AvroFileSink(Path path, Dataset dataset, String origin) throws IOException {
    byte[] sync =
        Arrays.copyOf(
            ByteBuffer.allocate(16)
                .putInt(origin.hashCode())
                .put(Arrays.copyOf(dataset.name().getBytes(StandardCharsets.UTF_8), 12))
                .array(),
            16);
    file =
        new DataFileWriter<GenericRecord>(
                new GenericDatumWriter<>(dataset.schema(), Wire.decimalData()))
            .create(
                dataset.schema(),
                java.nio.file.Files.newOutputStream(path),
                // A sync marker of its own making is all that a container file leaves to chance.
                sync);
  }

  @Override
  public void send(GenericRecord datum) throws IOException {
    file.append(datum);
  }

  @Override
  public void finish() throws IOException {
    file.flush();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}

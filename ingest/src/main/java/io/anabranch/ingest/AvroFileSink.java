package io.anabranch.ingest;

import io.anabranch.runtime.Problem;
import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.Wire;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
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
   * @throws Problem status 2 if there can be no such file
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
                created(path),
                // A sync marker of its own making is all that a container file leaves to chance.
                sync);
  }

  private static OutputStream created(Path path) {
    try {
      return Files.newOutputStream(path);
    } catch (IOException e) {
      throw Problem.badInput(
          "%s cannot be written (%s): name a file in a folder that is there".formatted(path, e), e);
    }
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

package io.anabranch.ingest;

import io.anabranch.master.RecordDecoder;
import io.anabranch.master.UndecodableException;
import io.anabranch.schemas.BoundedDecoder;
import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.SchemaHistory;
import io.anabranch.schemas.Wire;
import java.io.IOException;
import java.util.Base64;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;

/**
 * The rows of a file with one value of a topic a line, in base64. A value is a record if a schema
 * that is registered today says so, and is sent as it came. Blank lines are no rows.
 */
final class ValueRows implements Rows {
  /** Of a line: base64 makes four bytes of three. */
  private static final int MOST_BYTES = 2 * RecordEncoder.MOST_BYTES;

  private final SourceFile file;
  private final Dataset dataset;
  private final SchemaHistory history;
  private final RecordDecoder decoder;
  private final ByteLines lines;
  private byte[] current;
  private long line;

  /**
   * The rows of a file.
   *
   * @param history the schemas that values may have been written with, besides the dataset's own
   */
  ValueRows(SourceFile file, Dataset dataset, SchemaHistory history) {
    this.file = file;
    this.dataset = dataset;
    this.history = history;
    this.decoder = new RecordDecoder(dataset, history.schemas());
    this.lines = new ByteLines(file.content(), MOST_BYTES);
  }

  @Override
  public boolean next() {
    try {
      while (lines.next()) {
        line++;
        current = lines.bytes();
        if (current.length > 0) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      throw file.damaged(e);
    }
  }

  @Override
  public GenericRecord record() throws Refusal {
    byte[] value = bytes();
    try {
      // Draws the line; what it made is not needed, but for the key that the reader finds.
      var unused = decoder.decode(value);
      return reader(value).read(null, new BoundedDecoder(value, Wire.HEADER_LENGTH));
    } catch (UndecodableException | IOException e) {
      throw new Refusal(
          "value: expected a record of a registered schema",
          " but found: " + FieldValue.shown(e.getMessage()));
    }
  }

  private GenericDatumReader<GenericRecord> reader(byte[] value) {
    Schema writer = history.find(Wire.fingerprint(value).orElseThrow()).orElse(dataset.schema());
    return new GenericDatumReader<>(writer, dataset.schema(), Wire.decimalData());
  }

  private byte[] bytes() throws Refusal {
    try {
      return Base64.getDecoder().decode(current);
    } catch (IllegalArgumentException e) {
      throw new Refusal("value: expected base64", " but found: " + e.getMessage());
    }
  }

  @Override
  public Optional<byte[]> value() throws Refusal {
    return Optional.of(bytes());
  }

  @Override
  public long line() {
    return line;
  }

  @Override
  public byte[] raw() {
    try {
      return bytes();
    } catch (Refusal e) {
      return current;
    }
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}

package io.anabranch.ingest;

import io.anabranch.runtime.Problem;
import io.anabranch.schemas.BoundedDecoder;
import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.Wire;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;

/**
 * The records of an Avro container file, whose schema resolves to the dataset's. The file is read
 * block by block, since a record that cannot be decoded hides only those behind it in its block:
 * they are refused, and the next block is read.
 */
final class AvroRows implements Rows {
  private final SourceFile file;
  private final AvroBlocks blocks;
  private final GenericDatumReader<GenericRecord> reader;
  private final List<FieldValue> fields = new ArrayList<>();
  private byte[] block = new byte[0];
  private BoundedDecoder decoder;
  private long left;
  private int begin;
  private int end;
  private GenericRecord current;
  private String broken;
  private long number;

  private AvroRows(
      SourceFile file,
      AvroBlocks blocks,
      GenericDatumReader<GenericRecord> reader,
      Dataset dataset) {
    this.file = file;
    this.blocks = blocks;
    this.reader = reader;
    dataset.schema().getFields().forEach(field -> fields.add(FieldValue.of(dataset, field.name())));
  }

  /**
   * Reads the header and begins.
   *
   * @throws Problem status 2 if the file is no container file, or its schema does not resolve
   */
  static AvroRows open(SourceFile file, Dataset dataset) {
    try {
      AvroBlocks blocks = new AvroBlocks(file.content());
      return new AvroRows(
          file,
          blocks,
          new GenericDatumReader<>(blocks.schema(), dataset.schema(), Wire.decimalData()),
          dataset);
    } catch (IOException | RuntimeException e) {
      throw Problem.badInput(file.path() + " is no Avro container file: " + e.getMessage(), e);
    }
  }

  @Override
  public boolean next() {
    try {
      while (left == 0) {
        if (!blocks.next()) {
          return false;
        }
        block = blocks.bytes();
        left = blocks.count();
        decoder = new BoundedDecoder(block, 0);
        broken = null;
      }
    } catch (IOException | RuntimeException e) {
      throw Problem.badInput(
          "%s cannot be read behind its record %s: %s"
              .formatted(file.path(), number, e.getMessage()),
          e);
    }
    number++;
    left--;
    decode();
    return true;
  }

  private void decode() {
    if (broken != null) {
      begin = end;
      return;
    }
    end = block.length;
    try {
      begin = block.length - decoder.remaining();
      current = reader.read(null, decoder);
      end = block.length - decoder.remaining();
      if (left == 0 && decoder.remaining() > 0) {
        broken = "bytes behind the last one";
        end = block.length;
      }
    } catch (IOException | RuntimeException e) {
      broken = String.valueOf(e.getMessage());
    }
  }

  @Override
  public GenericRecord record() throws Refusal {
    if (broken != null) {
      throw new Refusal(
          "row: expected a block of Avro records", " but found: " + FieldValue.shown(broken));
    }
    for (int i = 0; i < fields.size(); i++) {
      fields.get(i).check(current.get(i));
    }
    return current;
  }

  @Override
  public long line() {
    return number;
  }

  /**
   * The encoded record; what is left of a block that is broken stands for the first of the rest.
   */
  @Override
  public byte[] raw() {
    return Arrays.copyOfRange(block, begin, end);
  }

  @Override
  public void close() throws IOException {
    blocks.close();
  }
}

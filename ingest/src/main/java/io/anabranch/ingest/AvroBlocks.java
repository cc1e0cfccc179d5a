package io.anabranch.ingest;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;

/**
 * The blocks of an Avro container file. Avro's own reader takes a file that was cut off for one
 * that ends, and makes room for whatever size a block claims; so the frames are read here, and each
 * block is handed to that reader as a file of its own. Source: Apache Avro 1.12 specification,
 * "Object Container Files".
 */
final class AvroBlocks implements AutoCloseable {
  private static final int MOST_BYTES = 64 << 20;
  private static final int SYNC_BYTES = 16;
  private static final int MOST_HEADER_BYTES = 8 << 20;
  private static final byte[] MAGIC = {'O', 'b', 'j', 1};

  private final InputStream content;
  private final Recording recording;
  private final BinaryDecoder frames;
  private final byte[] header;
  private final Schema schema;
  private final boolean isPacked;
  private byte[] block = new byte[0];
  private long count;

  /**
   * Reads the header.
   *
   * @param content must support marks
   */
  AvroBlocks(InputStream content) throws IOException {
    this.content = content;
    this.recording = new Recording(content);
    this.frames = DecoderFactory.get().directBinaryDecoder(recording, null);
    if (!Arrays.equals(recording.readNBytes(MAGIC.length), MAGIC)) {
      throw new IOException("its header does not begin as one");
    }
    for (long pairs = frames.readMapStart(); pairs > 0; pairs = frames.mapNext()) {
      for (long i = 0; i < pairs; i++) {
        frames.skipString();
        frames.skipBytes();
        recording.requireHeader();
      }
    }
    take(SYNC_BYTES);
    this.header = recording.taken();
    // The stream tells its reader what the header says.
    GenericDatumReader<GenericRecord> reader = new GenericDatumReader<>();
    try (DataFileStream<GenericRecord> none = open(new byte[0], reader)) {
      String codec = none.getMetaString("avro.codec");
      this.isPacked = codec != null && !codec.equals("null");
    }
    this.schema = reader.getSchema();
  }

  /** What the records were written with. */
  Schema schema() {
    return schema;
  }

  /**
   * Moves to the next block; false at the end.
   *
   * @throws IOException if the file is cut off or the block is damaged
   */
  boolean next() throws IOException {
    content.mark(1);
    if (content.read() < 0) {
      return false;
    }
    content.reset();
    count = frames.readLong();
    long bytes = frames.readLong();
    if (bytes < 0 || bytes > MOST_BYTES) {
      throw new IOException("a block claims " + bytes + " bytes, of " + MOST_BYTES + " at most");
    }
    take((int) bytes + SYNC_BYTES);
    block = isPacked ? unpacked(recording.taken()) : plain(recording.taken(), (int) bytes);
    // A record takes a byte at least.
    if (count < 0 || count > block.length) {
      throw new IOException("a block of " + block.length + " bytes claims " + count + " records");
    }
    return true;
  }

  private byte[] unpacked(byte[] frame) throws IOException {
    try (DataFileStream<GenericRecord> one = open(frame, new GenericDatumReader<>())) {
      ByteBuffer unpacked = one.nextBlock();
      byte[] bytes = new byte[unpacked.remaining()];
      unpacked.get(bytes);
      return bytes;
    }
  }

  /** What stands before the mark at a block's end, which is that of the header. */
  private byte[] plain(byte[] frame, int bytes) throws IOException {
    int end = frame.length - SYNC_BYTES;
    if (!Arrays.equals(
        frame, end, frame.length, header, header.length - SYNC_BYTES, header.length)) {
      throw new IOException("a block does not end with the file's mark");
    }
    return Arrays.copyOfRange(frame, end - bytes, end);
  }

  private void take(int bytes) throws IOException {
    if (recording.readNBytes(bytes).length < bytes) {
      throw new EOFException("it is cut off");
    }
  }

  private DataFileStream<GenericRecord> open(byte[] frame, GenericDatumReader<GenericRecord> reader)
      throws IOException {
    InputStream file =
        new SequenceInputStream(new ByteArrayInputStream(header), new ByteArrayInputStream(frame));
    return new DataFileStream<>(file, reader);
  }

  /** The block's records, one behind the other, unpacked. */
  byte[] bytes() {
    return block;
  }

  /** How many records the block has. */
  long count() {
    return count;
  }

  @Override
  public void close() throws IOException {
    content.close();
  }

  /** Keeps what is read until it is taken. */
  private static final class Recording extends FilterInputStream {
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();

    private Recording(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int b = super.read();
      if (b >= 0) {
        kept.write(b);
      }
      return b;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int read = super.read(bytes, offset, length);
      if (read > 0) {
        kept.write(bytes, offset, read);
      }
      return read;
    }

    @Override
    public long skip(long bytes) throws IOException {
      // In small steps: a header may claim any length.
      requireHeader();
      return readNBytes((int) Math.min(bytes, MOST_HEADER_BYTES)).length;
    }

    private void requireHeader() throws IOException {
      if (kept.size() > MOST_HEADER_BYTES) {
        throw new IOException("its header has more than " + MOST_HEADER_BYTES + " bytes");
      }
    }

    private byte[] taken() {
      byte[] bytes = kept.toByteArray();
      kept.reset();
      return bytes;
    }
  }
}

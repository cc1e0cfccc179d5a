package io.anabranch.schemas;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.avro.SystemLimitException;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.Decoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.util.Utf8;

/**
 * Avro's binary decoder over bytes that anybody may have written: a text, bytes, an array or a map
 * that claims more than the bytes that are left ends the datum with an {@link EOFException}, before
 * memory is taken for it. An item of an array or a map is counted as a byte at least.
 */
public final class BoundedDecoder extends Decoder {
  /** How long a text or bytes of one field may be, in bytes, for all who decode records. */
  public static final int MOST_BYTES = 8 << 20;

  private final BinaryDecoder in;

  static {
    limitAvro();
  }

  /** Decodes the bytes from {@code from} (inclusive) on to their end. */
  public BoundedDecoder(byte[] bytes, int from) {
    in = DecoderFactory.get().binaryDecoder(bytes, from, bytes.length - from, null);
  }

  /**
   * Makes Avro's own decoder, which takes what a length claims before it looks what follows, refuse
   * more than {@link #MOST_BYTES}. To be called before anything is decoded: Avro reads its limits
   * once in a process.
   */
  public static void limitAvro() {
    System.setProperty(SystemLimitException.MAX_STRING_LENGTH_PROPERTY, "" + MOST_BYTES);
    System.setProperty(SystemLimitException.MAX_BYTES_LENGTH_PROPERTY, "" + MOST_BYTES);
  }

  /** How many bytes are left. */
  public int remaining() throws IOException {
    return in.inputStream().available();
  }

  private long bounded(long claimed) throws IOException {
    if (claimed < 0 || claimed > remaining()) {
      throw new EOFException("a length of " + claimed + " with " + remaining() + " bytes left");
    }
    return claimed;
  }

  private int length() throws IOException {
    int length = (int) bounded(in.readLong());
    if (length > MOST_BYTES) {
      throw new IOException("a length of " + length + ", of " + MOST_BYTES + " bytes at most");
    }
    return length;
  }

  @Override
  public Utf8 readString(Utf8 old) throws IOException {
    byte[] text = new byte[length()];
    in.readFixed(text);
    return new Utf8(text);
  }

  @Override
  public String readString() throws IOException {
    byte[] text = new byte[length()];
    in.readFixed(text);
    return new String(text, StandardCharsets.UTF_8);
  }

  @Override
  public void skipString() throws IOException {
    in.skipFixed(length());
  }

  @Override
  public ByteBuffer readBytes(ByteBuffer old) throws IOException {
    byte[] bytes = new byte[length()];
    in.readFixed(bytes);
    return ByteBuffer.wrap(bytes);
  }

  @Override
  public void skipBytes() throws IOException {
    in.skipFixed(length());
  }

  @Override
  public long readArrayStart() throws IOException {
    return bounded(in.readArrayStart());
  }

  @Override
  public long arrayNext() throws IOException {
    return bounded(in.arrayNext());
  }

  @Override
  public long skipArray() throws IOException {
    return bounded(in.skipArray());
  }

  @Override
  public long readMapStart() throws IOException {
    return bounded(in.readMapStart());
  }

  @Override
  public long mapNext() throws IOException {
    return bounded(in.mapNext());
  }

  @Override
  public long skipMap() throws IOException {
    return bounded(in.skipMap());
  }

  @Override
  public void readNull() throws IOException {
    in.readNull();
  }

  @Override
  public boolean readBoolean() throws IOException {
    return in.readBoolean();
  }

  @Override
  public int readInt() throws IOException {
    return in.readInt();
  }

  @Override
  public long readLong() throws IOException {
    return in.readLong();
  }

  @Override
  public float readFloat() throws IOException {
    return in.readFloat();
  }

  @Override
  public double readDouble() throws IOException {
    return in.readDouble();
  }

  @Override
  public void readFixed(byte[] bytes, int start, int length) throws IOException {
    in.readFixed(bytes, start, length);
  }

  @Override
  public void skipFixed(int length) throws IOException {
    in.skipFixed(length);
  }

  @Override
  public int readEnum() throws IOException {
    return in.readEnum();
  }

  @Override
  public int readIndex() throws IOException {
    return in.readIndex();
  }
}

package io.anabranch.ingest;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Lines of bytes that end with LF or CR LF. Of a line that is longer than the limit the beginning
 * is kept, so that no file can fill the memory. Not safe for several threads.
 */
final class ByteLines implements AutoCloseable {
  private final InputStream in;
  private final int most;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private long length;

  /**
   * Lines of a stream, which should be buffered.
   *
   * @param most how many bytes of a line are kept
   */
  ByteLines(InputStream in, int most) {
    this.in = in;
    this.most = most;
  }

  /** Moves to the next line; false at the end. */
  boolean next() throws IOException {
    line.reset();
    length = 0;
    int b = in.read();
    if (b < 0) {
      return false;
    }
    for (; b >= 0 && b != '\n'; b = in.read()) {
      length++;
      if (length <= most) {
        line.write(b);
      }
    }
    return true;
  }

  /** The line without its end, or its beginning. */
  byte[] bytes() {
    byte[] bytes = line.toByteArray();
    boolean endsWithReturn = bytes.length > 0 && bytes[bytes.length - 1] == '\r';
    return endsWithReturn ? java.util.Arrays.copyOf(bytes, bytes.length - 1) : bytes;
  }

  /** How long the line is, whatever was kept of it. */
  long length() {
    return length;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}

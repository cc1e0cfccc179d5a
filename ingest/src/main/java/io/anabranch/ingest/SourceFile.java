package io.anabranch.ingest;

import io.anabranch.runtime.Problem;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** A file that somebody gave us: there or not, packed or not, with a byte order mark or not. */
final class SourceFile implements AutoCloseable {
  private static final int GZIP_0 = 0x1f;
  private static final int GZIP_1 = 0x8b;

  private final Path path;
  private final long size;
  private final Counting counting;
  private final InputStream content;

  private SourceFile(Path path, long size, Counting counting, InputStream content) {
    this.path = path;
    this.size = size;
    this.counting = counting;
    this.content = content;
  }

  /**
   * Opens the file.
   *
   * @throws Problem status 2 if it is absent, a folder, unreadable, or named .gz and is not
   */
  static SourceFile open(Path path) throws IOException {
    if (!Files.exists(path)) {
      throw Problem.badInput("There is no file " + path);
    } else if (!Files.isRegularFile(path) || !Files.isReadable(path)) {
      throw Problem.badInput(path + " is no file that can be read");
    }
    Counting counting = new Counting(Files.newInputStream(path));
    PushbackInputStream start = new PushbackInputStream(new BufferedInputStream(counting), 4);
    byte[] first = start.readNBytes(2);
    start.unread(first);
    boolean packed =
        first.length == 2 && (first[0] & 0xff) == GZIP_0 && (first[1] & 0xff) == GZIP_1;
    if (!packed && path.toString().endsWith(".gz")) {
      throw Problem.badInput(path + " is named .gz but is not a gzip file");
    }
    InputStream content = packed ? new GZIPInputStream(start, 64 << 10) : start;
    return new SourceFile(path, Files.size(path), counting, withoutMark(content));
  }

  private static InputStream withoutMark(InputStream content) throws IOException {
    PushbackInputStream start = new PushbackInputStream(content, 4);
    byte[] first = start.readNBytes(3);
    boolean mark =
        first.length == 3
            && (first[0] & 0xff) == 0xef
            && (first[1] & 0xff) == 0xbb
            && (first[2] & 0xff) == 0xbf;
    if (!mark) {
      start.unread(first);
    }
    return new BufferedInputStream(start, 64 << 10);
  }

  Path path() {
    return path;
  }

  /** The unpacked bytes behind a byte order mark. */
  InputStream content() {
    return content;
  }

  /** Bytes of the file as it lies there. */
  long size() {
    return size;
  }

  /** How many of those were read. */
  long bytesRead() {
    return counting.count.get();
  }

  /** What a failure to read says to the user. */
  Problem damaged(IOException e) {
    return Problem.badInput(
        path
            + " cannot be read to its end"
            + (e instanceof ZipException || e instanceof java.io.EOFException
                ? ": the gzip data is damaged"
                : ": " + e.getMessage()),
        e);
  }

  @Override
  public void close() throws IOException {
    content.close();
  }

  private static final class Counting extends FilterInputStream {
    private final AtomicLong count = new AtomicLong();

    private Counting(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int b = super.read();
      if (b >= 0) {
        count.incrementAndGet();
      }
      return b;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int read = super.read(bytes, offset, length);
      if (read > 0) {
        count.addAndGet(read);
      }
      return read;
    }
  }
}

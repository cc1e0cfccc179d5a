package io.anabranch.ingest;

import com.github.luben.zstd.ZstdIOException;
import io.anabranch.runtime.Problem;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.ZipException;

/** A file that somebody gave us: there or not, packed or not, with a byte order mark or not. */
final class SourceFile implements AutoCloseable {
  private static final Set<Integer> UTF_16_MARKS = Set.of(0xfeff, 0xfffe);
  private static final byte[] UTF_8_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

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
   * @throws Problem status 2 if it is absent, a folder, unreadable, in UTF-16, or named as packed
   *     and is not
   */
  static SourceFile open(Path path) throws IOException {
    if (!Files.exists(path)) {
      throw Problem.badInput("There is no file " + path);
    } else if (!Files.isRegularFile(path) || !Files.isReadable(path)) {
      throw Problem.badInput(path + " is no file that can be read");
    }
    Counting counting = new Counting(Files.newInputStream(path));
    try {
      return new SourceFile(path, Files.size(path), counting, content(path, counting));
    } catch (IOException | RuntimeException e) {
      counting.close();
      throw e;
    }
  }

  /** The file's name without what says how it is packed, in lower case. */
  static String nameUnpacked(Path path) {
    String name = path.getFileName().toString().toLowerCase(Locale.ROOT);
    return Packing.named(name).withoutSuffix(name);
  }

  private static InputStream content(Path path, InputStream file) throws IOException {
    PushbackInputStream start =
        new PushbackInputStream(new BufferedInputStream(file), Packing.MAGIC_BYTES);
    byte[] first = start.readNBytes(Packing.MAGIC_BYTES);
    start.unread(first);
    Packing packing = Packing.of(first);
    Packing named = Packing.named(path.toString());
    if (packing == Packing.PLAIN && named != Packing.PLAIN) {
      throw Problem.badInput(
          "%s is named as one but is not a %s file".formatted(path, named.label()));
    }
    try {
      return withoutMark(path, packing.unpack(start));
    } catch (IOException e) {
      throw damaged(path, e);
    }
  }

  private static InputStream withoutMark(Path path, InputStream content) throws IOException {
    PushbackInputStream start = new PushbackInputStream(content, UTF_8_MARK.length);
    byte[] first = start.readNBytes(UTF_8_MARK.length);
    if (first.length >= 2 && UTF_16_MARKS.contains(((first[0] & 0xff) << 8) | (first[1] & 0xff))) {
      throw Problem.badInput(path + " is in UTF-16: save it as UTF-8");
    }
    if (!Arrays.equals(first, UTF_8_MARK)) {
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
    return damaged(path, e);
  }

  private static Problem damaged(Path path, IOException e) {
    boolean packed =
        e instanceof ZipException || e instanceof ZstdIOException || e instanceof EOFException;
    return Problem.badInput(
        path
            + " cannot be read to its end"
            + (packed ? ": the packed data is damaged" : ": " + e.getMessage()),
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

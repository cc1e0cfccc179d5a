package io.anabranch.views;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.DELETE_ON_CLOSE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.UUID;

/** Where large tables lie. */
@FunctionalInterface
public interface LongMemory {
  /** On the heap. */
  LongMemory HEAP = LongBuffer::allocate;

  /**
   * So many zeros, which may be read and written at any index and are given back when nobody refers
   * to them any more.
   *
   * @throws UncheckedIOException if there is no room
   */
  LongBuffer allocate(int longs);

  /**
   * Scratch files in a folder, mapped: tables may outgrow the heap, and the operating system keeps
   * of them what is asked for. A file has lost its name before the first byte is in it, so that
   * none is left behind however the process ends.
   */
  static LongMemory mapped(Path folder) {
    return longs -> {
      Path file = folder.resolve("table-" + UUID.randomUUID());
      try (FileChannel scratch = FileChannel.open(file, CREATE_NEW, DELETE_ON_CLOSE, READ, WRITE)) {
        long bytes = (long) Long.BYTES * longs;
        return scratch.map(FileChannel.MapMode.READ_WRITE, 0, bytes).asLongBuffer();
      } catch (IOException e) {
        throw new UncheckedIOException(
            "Cannot make a table of %s longs in %s: %s".formatted(longs, folder, e), e);
      }
    };
  }
}

package io.anabranch.ingest;

import io.anabranch.runtime.Problem;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * How far a source was taken in, held by one process at a time, so that two never send the same
 * rows side by side. The lock is one byte of a file, at a place that the source's key names, and
 * goes with the process.
 *
 * @param <T> a record
 */
final class SourceState<T extends Record> implements AutoCloseable {
  private final StateFile<T> file;
  private final FileChannel locked;

  private SourceState(StateFile<T> file, FileChannel locked) {
    this.file = file;
    this.locked = locked;
  }

  /**
   * Takes hold of a source's state.
   *
   * @param key 16 hex digits or more
   * @param file where the state lies or will lie
   * @param source what to call the source
   * @throws Problem status 2 if another process holds it
   */
  static <T extends Record> SourceState<T> hold(String key, Path file, Class<T> type, String source)
      throws IOException {
    return tryHold(key, file, type).orElseThrow(() -> heldElsewhere(source));
  }

  /** What to tell where another process holds a source. */
  static Problem heldElsewhere(String source) {
    return Problem.badInput(
        "Another process takes in " + source + " at this moment: wait for its end");
  }

  /** The same; empty if another process holds it. */
  static <T extends Record> Optional<SourceState<T>> tryHold(String key, Path file, Class<T> type)
      throws IOException {
    Files.createDirectories(file.getParent());
    FileChannel channel =
        FileChannel.open(
            file.resolveSibling("locks"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (!lock(channel, Long.parseUnsignedLong(key.substring(0, 16), 16) >>> 1)) {
      channel.close();
      return Optional.empty();
    }
    return Optional.of(new SourceState<>(new StateFile<>(file, type), channel));
  }

  private static boolean lock(FileChannel channel, long place) throws IOException {
    try {
      FileLock lock = channel.tryLock(place, 1, false);
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  /** The state; empty if none was ever written. */
  Optional<T> read() {
    return file.read();
  }

  /** Returns once the state would survive the machine's end. */
  void write(T state) throws IOException {
    file.write(state);
  }

  @Override
  public void close() throws IOException {
    locked.close();
  }
}

package io.anabranch.cli;

import io.anabranch.runtime.Problem;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** A lock between processes, held until it is closed or its process ends, however it ends. */
final class FolderLock implements AutoCloseable {
  private final FileChannel channel;

  private FolderLock(FileChannel channel) {
    this.channel = channel;
  }

  /** Takes the lock, or gives nothing while another process holds it. */
  static Optional<FolderLock> tryTake(Path file) {
    FileChannel channel = open(file);
    try {
      if (channel.tryLock() != null) {
        return Optional.of(new FolderLock(channel));
      }
      channel.close();
      return Optional.empty();
    } catch (IOException e) {
      throw cannot(file, e);
    }
  }

  /** Waits for the lock. */
  static FolderLock take(Path file) {
    FileChannel channel = open(file);
    try {
      channel.lock();
      return new FolderLock(channel);
    } catch (IOException e) {
      throw cannot(file, e);
    }
  }

  /** Whether some process holds the lock now. */
  static boolean isHeld(Path file) {
    Optional<FolderLock> lock = tryTake(file);
    lock.ifPresent(FolderLock::close);
    return lock.isEmpty();
  }

  private static FileChannel open(Path file) {
    try {
      return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw cannot(file, e);
    }
  }

  private static Problem cannot(Path file, IOException e) {
    return Problem.unreachable("Cannot lock " + file + ": " + e, e);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new IllegalStateException("Cannot give back a lock", e);
    }
  }
}

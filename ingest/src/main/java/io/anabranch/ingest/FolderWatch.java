package io.anabranch.ingest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Tells which files of a folder are complete: those whose size and time have not changed for a
 * while, and whose names do not say that somebody still writes them. Subfolders are not looked
 * into.
 */
final class FolderWatch {
  private final Path folder;
  private final Duration settle;
  private Map<Path, Look> looks = new HashMap<>();
  private final Map<Path, Look> settled = new HashMap<>();
  private final Map<Path, Instant> postponed = new HashMap<>();

  /** What a file looked like, and since when. */
  private record Look(long bytes, Instant modified, Instant since) {
    boolean isLike(Look other) {
      return other != null && bytes == other.bytes && modified.equals(other.modified);
    }
  }

  /**
   * A watch.
   *
   * @param settle how long a file must look the same
   */
  FolderWatch(Path folder, Duration settle) {
    this.folder = folder;
    this.settle = settle;
  }

  /**
   * Looks at the folder, which has no files while it is away, and is as it was when it is back: the
   * complete files that were neither settled nor postponed, by name.
   */
  List<Path> complete(Instant now) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    Map<Path, Look> found = new HashMap<>();
    for (Path file : files()) {
      Look before = looks.get(file);
      Look look = look(file, now);
      if (look != null) {
        found.put(file, look.isLike(before) ? before : look);
      }
    }
    looks = found;
    settled.keySet().retainAll(found.keySet());
    postponed.keySet().retainAll(found.keySet());
    return found.keySet().stream()
        .filter(file -> !found.get(file).isLike(settled.get(file)))
        .filter(file -> !now.isBefore(found.get(file).since().plus(settle)))
        .filter(file -> !now.isBefore(postponed.getOrDefault(file, now)))
        .sorted()
        .toList();
  }

  /** Leaves a file out from now on, as long as it looks as it did. */
  void settle(Path file) {
    settled.put(file, looks.get(file));
    postponed.remove(file);
  }

  /**
   * Leaves a file out until then.
   *
   * @return whether this is the first time since it arrived or was settled
   */
  boolean postpone(Path file, Instant until) {
    return postponed.put(file, until) == null;
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !FileArguments.isUnfinished(file))
          .filter(RowFormats::isKnown)
          .toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** Null for a file that is gone. */
  private static Look look(Path file, Instant now) {
    try {
      return new Look(Files.size(file), Files.getLastModifiedTime(file).toInstant(), now);
    } catch (IOException e) {
      return null;
    }
  }
}

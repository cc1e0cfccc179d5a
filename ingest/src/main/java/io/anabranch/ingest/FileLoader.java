package io.anabranch.ingest;

import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.Wire;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** Loads whole files, each once, by their bookmarks. */
final class FileLoader {
  /** How much work a killed load may have to look up in the topic. */
  static final Duration BOOKMARK_EVERY = Duration.ofSeconds(1);

  private final Dataset dataset;
  private final Destination destination;
  private final Bookmarks bookmarks;
  private final Repeats repeats;
  private final Duration bookmarkEvery;
  private final Consumer<String> tell;
  private final LoadCounts counts = new LoadCounts();

  /** What became of a file. */
  enum Outcome {
    LOADED,
    /** Nothing was sent. */
    LOADED_BEFORE,
    /** Another process loads it, and may die half way: nothing was sent. */
    HELD_ELSEWHERE
  }

  /** What is done about what was loaded before. */
  enum Repeats {
    /**
     * A file that was loaded is not loaded again, nor is a record that any process sent within the
     * horizon; of rows in a file that are the same record in all fields, the first is sent.
     */
    LEAVE_OUT,
    /** A file that was loaded is loaded from its beginning again. */
    LOAD_AGAIN,
    /** A record is sent as often as it stands in a file. */
    KEEP
  }

  /**
   * A loader.
   *
   * @param bookmarkEvery how long after one bookmark the next is written, about
   * @param tell takes words for the user
   */
  FileLoader(
      Dataset dataset,
      Destination destination,
      Bookmarks bookmarks,
      Repeats repeats,
      Duration bookmarkEvery,
      Consumer<String> tell) {
    this.bookmarkEvery = bookmarkEvery;
    this.dataset = dataset;
    this.destination = destination;
    this.bookmarks = bookmarks;
    this.repeats = repeats;
    this.tell = tell;
  }

  /** What became of the rows of all files so far, those that were loaded before among them. */
  LoadCounts counts() {
    return counts;
  }

  /** A load that sends a record once over all files that it is used for. */
  FileLoad begin() {
    return new FileLoad(dataset, destination, counts, tell, repeats, bookmarkEvery);
  }

  /**
   * Loads a file from its bookmark to its end.
   *
   * @throws io.anabranch.runtime.Problem status 2 if the file cannot be read, 3 if the topic cannot
   *     be reached; a later call goes on where this stopped
   */
  Outcome load(Path path, RowFormats.Format format, FileLoad load) throws IOException {
    FileIdentity identity = FileIdentity.of(path);
    Optional<SourceState<Bookmark>> held = bookmarks.tryHold(identity.key(how(format)));
    if (held.isEmpty()) {
      return Outcome.HELD_ELSEWHERE;
    }
    try (SourceState<Bookmark> state = held.get()) {
      Bookmark begun =
          repeats == Repeats.LOAD_AGAIN
              ? atBeginning(identity)
              : state.read().orElseGet(() -> atBeginning(identity));
      if (begun.done()) {
        counts.add(begun.tally());
        return Outcome.LOADED_BEFORE;
      }
      load(identity, format, load, begun, state);
      return Outcome.LOADED;
    }
  }

  private void load(
      FileIdentity identity,
      RowFormats.Format format,
      FileLoad load,
      Bookmark begun,
      SourceState<Bookmark> state)
      throws IOException {
    Path path = identity.path();
    if (begun.rows() > 0) {
      tell.accept("%s goes on behind its row %,d".formatted(path, begun.rows()));
    }
    try (SourceFile file = SourceFile.open(path);
        Progress progress =
            new Progress(
                path.getFileName().toString(),
                file.size(),
                file::bytesRead,
                counts::read,
                counts::words);
        Rows rows = format.open(file)) {
      progress.start();
      Bookmark end = load.load(path, rows, begun, state);
      identity.requireUnchanged();
      state.write(end);
    }
  }

  private Bookmark atBeginning(FileIdentity identity) {
    return new Bookmark(
        identity.path().toAbsolutePath().toString(), 0, destination.ends(), Tally.NOTHING, false);
  }

  /** All that decides which records a file's rows become, and into which log they went. */
  String how(RowFormats.Format format) {
    return String.join(
        "\n",
        destination.logId(),
        dataset.name(),
        Long.toHexString(Wire.fingerprint(dataset.schema())),
        dataset.identity().fields().toString(),
        format.how(),
        Boolean.toString(repeats == Repeats.KEEP));
  }
}

package io.anabranch.ingest;

import io.anabranch.schemas.Dataset;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.avro.generic.GenericRecord;

/**
 * Sends the rows of files, each record once, and sees to it that refused rows are told and kept.
 * Two rows of one identity with other content are two records: the first may be one that a rule
 * rejects. What an earlier run has sent is read and judged again, so that the counts are those of a
 * load without an interruption, but not sent again.
 */
final class FileLoad {
  private static final int ROWS_PER_LOOK = 256;
  private static final int MOST_TOLD = 20;

  private final Destination destination;
  private final Consumer<String> tell;
  private final FileLoader.Repeats repeats;
  private final Duration bookmarkEvery;
  private final RecordHash hash = new RecordHash();
  private final RecordEncoder encoder;
  private final RecordHashes seen = new RecordHashes();
  private final LoadCounts counts;
  private long told;

  /**
   * A load.
   *
   * @param counts counts what becomes of the rows
   * @param tell takes words for the user
   * @param repeats what is done about what was loaded before
   * @param bookmarkEvery how long after one bookmark the next is written, about
   */
  FileLoad(
      Dataset dataset,
      Destination destination,
      LoadCounts counts,
      Consumer<String> tell,
      FileLoader.Repeats repeats,
      Duration bookmarkEvery) {
    this.bookmarkEvery = bookmarkEvery;
    this.counts = counts;
    this.destination = destination;
    this.tell = tell;
    this.repeats = repeats;
    this.encoder = new RecordEncoder(dataset);
  }

  /**
   * Sends the rows of a file behind its bookmark, and moves the bookmark on now and then. If this
   * is cut off anywhere, the next load goes on at the bookmark.
   *
   * @param begun the bookmark before
   * @param bookmark takes the new ones, each true from then on
   * @return the bookmark at the file's end, which is for the caller to write
   */
  Bookmark load(Path file, Rows rows, Bookmark begun, SourceState<Bookmark> bookmark)
      throws IOException {
    SentBefore sent =
        repeats == FileLoader.Repeats.KEEP
            ? SentBefore.nothing()
            : SentBefore.since(begun.ends(), begun.file(), destination, tell);
    // Before the first row is sent: a load that dies at once leaves word of where to look for it.
    bookmark.write(begun);
    LoadCounts own = new LoadCounts();
    own.add(begun.tally());
    counts.add(begun.tally());
    long row = 0;
    long written = System.nanoTime();
    Map<Integer, Long> ends = begun.ends();
    while (rows.next()) {
      row++;
      if (row <= begun.rows()) {
        pass(rows);
        continue;
      }
      take(file, rows, sent, own);
      if (row % ROWS_PER_LOOK == 0 && System.nanoTime() - written > bookmarkEvery.toNanos()) {
        ends = ends != null && sent.mayComeStill() ? ends : null;
        bookmark.write(acknowledged(begun, row, ends, own, false));
        written = System.nanoTime();
      }
    }
    return acknowledged(begun, row, null, own, true);
  }

  /** The next bookmark, with the ends of before or, if those are null, of now. */
  private Bookmark acknowledged(
      Bookmark begun, long row, Map<Integer, Long> ends, LoadCounts own, boolean done)
      throws IOException {
    destination.finish();
    return begun.at(row, ends == null ? destination.ends() : ends, own.tally(), done);
  }

  /** A row that the bookmark's tally counts: its record is not sent again. */
  private void pass(Rows rows) throws IOException {
    try {
      var unused = seen.add(hash.of(value(rows, rows.record())));
    } catch (Refusal refusal) {
      // Was told and kept when it was read first.
      return;
    }
  }

  private void take(Path file, Rows rows, SentBefore sent, LoadCounts own) throws IOException {
    try {
      GenericRecord datum = rows.record();
      byte[] value = value(rows, datum);
      boolean first = repeats == FileLoader.Repeats.KEEP || seen.add(hash.of(value));
      if (!first || !(sent.contains(value) || isSent(datum, value))) {
        own.repeat();
        counts.repeat();
        return;
      }
      own.accept();
      counts.accept();
    } catch (Refusal refusal) {
      own.reject(refusal.reason());
      counts.reject(refusal.reason());
      refuse(file, rows, refusal);
    }
  }

  private byte[] value(Rows rows, GenericRecord datum) throws Refusal {
    Optional<byte[]> came = rows.value();
    return came.isPresent() ? encoder.fitting(datum, came.get()) : encoder.value(datum);
  }

  /** Sends a record; false if the topic is known to hold it, and that is to be left out. */
  private boolean isSent(GenericRecord datum, byte[] value) throws IOException {
    if (repeats == FileLoader.Repeats.LEAVE_OUT) {
      if (!destination.sendOnce(datum, value)) {
        return false;
      }
    } else {
      destination.send(datum);
    }
    counts.send();
    return true;
  }

  private void refuse(Path file, Rows rows, Refusal why) throws IOException {
    destination.refuse(rows.raw(), file.toString(), rows.line(), why);
    told++;
    if (told <= MOST_TOLD) {
      tell.accept(file + ":" + rows.line() + ": " + why.getMessage());
    }
  }

  /** Tells of refused rows that were not told one by one. */
  void finish() {
    if (told > MOST_TOLD) {
      tell.accept("and " + (told - MOST_TOLD) + " more rows that were refused");
    }
  }
}

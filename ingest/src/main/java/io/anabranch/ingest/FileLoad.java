package io.anabranch.ingest;

import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.IdentityHash;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.avro.generic.GenericRecord;

/**
 * Sends the rows of files, each fact once, and sees to it that refused rows are told and kept. What
 * an earlier run has sent is read and judged again, so that the counts are those of a load without
 * an interruption, but not sent again.
 */
final class FileLoad {
  private static final int ROWS_PER_LOOK = 256;
  private static final int MOST_TOLD = 20;

  private final Destination destination;
  private final Consumer<String> tell;
  private final boolean keepsRepeats;
  private final Duration bookmarkEvery;
  private final IdentityHash identity;
  private final RecordEncoder encoder;
  private final IdentitySet seen = new IdentitySet();
  private final LoadCounts counts;
  private long told;

  /**
   * A load.
   *
   * @param counts counts what becomes of the rows
   * @param tell takes words for the user
   * @param keepsRepeats whether a fact is sent as often as it stands in the files
   * @param bookmarkEvery how long after one bookmark the next is written, about
   */
  FileLoad(
      Dataset dataset,
      Destination destination,
      LoadCounts counts,
      Consumer<String> tell,
      boolean keepsRepeats,
      Duration bookmarkEvery) {
    this.bookmarkEvery = bookmarkEvery;
    this.counts = counts;
    this.destination = destination;
    this.tell = tell;
    this.keepsRepeats = keepsRepeats;
    this.identity = new IdentityHash(dataset);
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
        keepsRepeats
            ? SentBefore.nothing()
            : SentBefore.since(begun.ends(), begun.file(), destination, tell);
    // Before the first row is sent: a load that dies at once leaves word of where to look for it.
    bookmark.write(begun);
    LoadCounts own = new LoadCounts();
    long row = 0;
    long written = System.nanoTime();
    Map<Integer, Long> ends = begun.ends();
    while (rows.next()) {
      row++;
      take(file, rows, row <= begun.rows(), sent, own);
      if (row % ROWS_PER_LOOK == 0
          && row > begun.rows()
          && System.nanoTime() - written > bookmarkEvery.toNanos()) {
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

  private void take(Path file, Rows rows, boolean old, SentBefore sent, LoadCounts own)
      throws IOException {
    try {
      GenericRecord datum = rows.record();
      byte[] value = encoder.value(datum);
      if (!keepsRepeats && !seen.add(identity.of(datum))) {
        own.repeat();
        counts.repeat();
        return;
      }
      if (!old && !sent.contains(value)) {
        destination.send(datum);
        counts.send();
      }
      own.accept();
      counts.accept();
    } catch (Refusal refusal) {
      own.reject(refusal.reason());
      counts.reject(refusal.reason());
      if (!old) {
        refuse(file, rows, refusal);
      }
    }
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

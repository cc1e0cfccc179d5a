package io.anabranch.ingest;

import java.util.Map;

/**
 * How far a file has been loaded: a promise that the destination has acknowledged every row up to
 * here.
 *
 * @param file its path, as it was given; for people, who is who is decided by content
 * @param rows rows from its beginning that need not be sent again
 * @param ends the ends of the topic's partitions when that was so: what was sent behind these rows
 *     stands there or nowhere
 * @param tally what became of those rows
 * @param done whether that is the whole file
 */
record Bookmark(String file, long rows, Map<Integer, Long> ends, Tally tally, boolean done) {
  Bookmark {
    ends = Map.copyOf(ends);
  }

  /** The file further on. */
  Bookmark at(long row, Map<Integer, Long> newEnds, Tally newTally, boolean atEnd) {
    return new Bookmark(file, row, newEnds, newTally, atEnd);
  }
}

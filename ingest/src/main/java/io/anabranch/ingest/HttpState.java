package io.anabranch.ingest;

import java.time.Instant;
import java.util.Map;

/**
 * How far a polled source was taken in: a promise that the destination has acknowledged all of it.
 *
 * @param origin what the records were made from and which log took them; all is taken anew where
 *     that is something else
 * @param newest the greatest event time taken so far, the present at most; null before the first
 *     record
 * @param taken hashes of the records that this poll or the next will meet again, in hex, to their
 *     event times in milliseconds; those of an overlap and two slices at most, so that both bound
 *     the memory of a poll that catches up
 * @param validators what the pages of the last query were said to be, by their address
 * @param ends the ends of the topic's partitions when that was so: what was sent afterwards stands
 *     behind them or nowhere
 */
record HttpState(
    String origin,
    Instant newest,
    Map<String, Long> taken,
    Map<String, Validator> validators,
    Map<Integer, Long> ends) {

  HttpState {
    taken = Map.copyOf(taken);
    validators = Map.copyOf(validators);
    ends = Map.copyOf(ends);
  }

  /**
   * By which a server tells that a page has not changed.
   *
   * @param etag empty if it gave none
   * @param lastModified as it was given; empty if it was not
   * @param records how many records the page had
   * @param total how many records the query had in all; -1 if that was not said
   */
  record Validator(String etag, String lastModified, int records, long total) {}
}

package io.anabranch.ingest;

import java.util.Map;
import java.util.function.Consumer;

/**
 * The values that a topic took since a source was last known to be acknowledged up to a place. They
 * tell which rows behind that place had been sent before the process died.
 */
final class SentBefore {
  /** About 100 MB of scratch files at most. A bookmark is a second old: few topics grow so fast. */
  private static final long MOST = 2_000_000;

  private final RecordHashes hashes = new RecordHashes();
  private final RecordHash hash = new RecordHash();
  private boolean empty = true;
  private boolean met;

  private SentBefore() {}

  static SentBefore nothing() {
    return new SentBefore();
  }

  /**
   * Reads what the topic took since it ended there.
   *
   * @param source what was being taken in; for words
   * @param tell is told if that is too much to look at
   */
  static SentBefore since(
      Map<Integer, Long> ends, String source, Destination destination, Consumer<String> tell) {
    SentBefore sent = new SentBefore();
    boolean all =
        destination.read(
            ends,
            MOST,
            value -> {
              sent.hashes.add(sent.hash.of(value));
              sent.empty = false;
            });
    if (!all) {
      tell.accept(
          "The topic took more than %,d records since %s was cut off: what was sent in its last second may be sent again; repeats are dropped"
              .formatted(MOST, source));
    }
    return sent;
  }

  /** Whether the topic took such a value. */
  boolean contains(byte[] value) {
    boolean found = !empty && hashes.contains(hash.of(value));
    met |= found;
    return found;
  }

  /**
   * Whether values that were sent before may still lie ahead: some were met since this was asked
   * last. While they do, nobody may forget where the topic ended then, or a second death would
   * forget them.
   */
  boolean mayComeStill() {
    boolean still = met;
    met = false;
    return still;
  }
}

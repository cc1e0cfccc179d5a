package io.anabranch.ingest;

import io.anabranch.views.LongMemory;
import io.anabranch.views.RepeatFilter;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A set of 128-bit hashes, as many as there is room for on the disk: a file may have more rows than
 * the heap holds hashes. Each takes 34 to 48 bytes of mapped scratch files. No removal; not safe
 * for several threads.
 */
final class RecordHashes {
  private static final LongMemory SCRATCH =
      LongMemory.mapped(Path.of(System.getProperty("java.io.tmpdir")));

  /** One time for all: none is ever beyond the horizon. */
  private static final long TIME = 1;

  private final RepeatFilter seen = new RepeatFilter(Duration.ZERO, SCRATCH);

  /** Adds the 16 bytes at the buffer's position; false if they were there before. */
  boolean add(ByteBuffer hash) {
    return !seen.isRepeat(high(hash), low(hash), TIME);
  }

  /** Whether the 16 bytes at the buffer's position were added. */
  boolean contains(ByteBuffer hash) {
    return seen.wouldRepeat(high(hash), low(hash), TIME);
  }

  private static long high(ByteBuffer hash) {
    return hash.getLong(hash.position());
  }

  private static long low(ByteBuffer hash) {
    return hash.getLong(hash.position() + Long.BYTES);
  }
}

package io.anabranch.ingest;

import java.util.Map;

/**
 * What became of rows, at one moment.
 *
 * @param reasons why rows were rejected, to how many
 */
record Tally(long accepted, long repeats, Map<String, Long> reasons) {
  static final Tally NOTHING = new Tally(0, 0, Map.of());

  Tally {
    reasons = reasons == null ? Map.of() : Map.copyOf(reasons);
  }

  long rejected() {
    return reasons.values().stream().mapToLong(Long::longValue).sum();
  }

  long read() {
    return accepted + rejected() + repeats;
  }
}

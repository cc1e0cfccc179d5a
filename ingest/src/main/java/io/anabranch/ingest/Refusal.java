package io.anabranch.ingest;

/** A row is no record; the message says {@code field: what was expected, and what was found}. */
final class Refusal extends Exception {
  private final String reason;

  /** A refusal whose message is its reason. */
  Refusal(String reason) {
    this(reason, "");
  }

  /**
   * A refusal.
   *
   * @param reason {@code field: what was expected}: the same for all rows of that fault, which are
   *     counted by it
   * @param found what this row has instead, with a blank before it; empty if that is all
   */
  Refusal(String reason, String found) {
    // Bad input is data, not a failure of ours: no stack trace is kept.
    super(reason + found, null, false, false);
    this.reason = reason;
  }

  String reason() {
    return reason;
  }
}

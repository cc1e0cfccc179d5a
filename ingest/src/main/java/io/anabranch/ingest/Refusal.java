package io.anabranch.ingest;

/** A row is no record; the message says {@code field: what was expected}. */
final class Refusal extends Exception {
  Refusal(String message) {
    // Bad input is data, not a failure of ours: no stack trace is kept.
    super(message, null, false, false);
  }
}

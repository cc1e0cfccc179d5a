package io.anabranch.master;

/** A value is not a record of the dataset; the message says why. */
public final class UndecodableException extends Exception {
  public UndecodableException(String reason) {
    // Bad input is data, not a failure of ours: no stack trace is kept.
    super(reason, null, false, false);
  }
}

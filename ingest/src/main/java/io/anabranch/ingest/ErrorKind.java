package io.anabranch.ingest;

import java.util.Locale;

/** The errors that the generator makes on purpose. */
enum ErrorKind {
  /** A field without a value. */
  MISSING,
  /** A misspelt text. */
  TYPO,
  /** A value that a rule rejects. */
  INVALID,
  /** An earlier record once more. */
  REPEAT,
  /** An event time that lies back. */
  LATE,
  /** A value that nobody can decode; made only where its rate is given. */
  UNDECODABLE;

  /** The kind's name on the command line and in summaries. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}

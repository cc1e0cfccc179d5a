package io.anabranch.jobs.run;

/** Where a run that is begun once more begins. */
public enum Rerun {
  /** At its start. */
  FROM_START("from the start"),
  /** At the actions that did not succeed. */
  FROM_FAILURE("from the failed action");

  private final String words;

  Rerun(String words) {
    this.words = words;
  }

  String words() {
    return words;
  }
}

package io.anabranch.cli;

import java.util.Arrays;
import java.util.Locale;

/** What a supervised role does. */
enum RoleState {
  /** Not started yet: what it needs is not ready. */
  WAITING,
  /** Its process runs and does not serve yet. */
  STARTING,
  /** It serves. */
  READY,
  /** It served, and its health check fails now. */
  UNREADY,
  /** It died and will be started again after a pause. */
  BACKOFF,
  /** It refused what it was given before it ever served; it is not started again. */
  FAILED,
  /** It was stopped on request. */
  STOPPED;

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  static RoleState of(String label) {
    return Arrays.stream(values())
        .filter(state -> state.label().equals(label))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no state of a role: " + label));
  }
}

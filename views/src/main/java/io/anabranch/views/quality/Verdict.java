package io.anabranch.views.quality;

import io.anabranch.schemas.Dataset.QualityCheck.Level;
import java.util.List;
import java.util.Locale;

/** What came of a run's checks. */
public enum Verdict {
  /** All checks held, or there were none. */
  PASSED,
  /** Some of level {@code warn} did not hold. */
  WARNED,
  /** One of level {@code fail} did not hold: the run was not published. */
  REFUSED,
  /** One of level {@code fail} did not hold, and the run was asked to publish all the same. */
  OVERRULED;

  /** The verdict on a run that nobody overrules. */
  public static Verdict of(List<CheckReport> checks) {
    List<CheckReport> failed = checks.stream().filter(check -> !check.passed()).toList();
    if (failed.stream().anyMatch(check -> check.level() == Level.FAIL)) {
      return REFUSED;
    }
    return failed.isEmpty() ? PASSED : WARNED;
  }

  /** The name as reports write it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

package io.anabranch.jobs;

import io.anabranch.runtime.Default;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;

/**
 * The section {@code jobs}.
 *
 * @param enabled whether this serving layer runs schedules; of several on the same platform one
 *     should
 * @param nightly whether each dataset gets the schedules of a night from its first start on
 * @param zone whose 23:55 is meant, such as {@code Europe/Copenhagen}; read when a dataset's
 *     schedules are first submitted, so a later change moves none that is there
 * @param parallel runs at the same time; what more is due waits
 * @param poll how often the scheduler looks what is to be done
 * @param keep how long a run and its logs are kept after its end
 */
public record JobsSettings(
    @Default("true") boolean enabled,
    @Default("true") boolean nightly,
    @Default("UTC") String zone,
    @Default("2") int parallel,
    @Default("PT1S") Duration poll,
    @Default("P90D") Duration keep) {
  public JobsSettings {
    if (parallel < 1 || poll.isNegative() || poll.isZero() || keep.isNegative()) {
      throw new IllegalArgumentException(
          "Invalid parallel %s (must be >= 1), poll %s (must be > 0) or keep %s (must be >= 0)"
              .formatted(parallel, poll, keep));
    }
    try {
      ZoneId.of(zone);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "Invalid zone: '%s' (must be a name such as Europe/Copenhagen)".formatted(zone), e);
    }
  }
}

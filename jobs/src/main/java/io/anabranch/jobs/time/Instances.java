package io.anabranch.jobs.time;

import io.anabranch.jobs.files.JobFiles;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Optional;

/**
 * The instances of a coordinator's dataset: folders or files that appear one after another.
 *
 * @param cadence from the initial instance on
 * @param template an address with <code>${YEAR}</code>, <code>${MONTH}</code>, <code>${DAY}</code>,
 *     <code>${HOUR}</code> and <code>${MINUTE}</code>, in UTC
 * @param doneFlag the file inside that says that an instance is complete; empty if its being there
 *     does
 */
public record Instances(Cadence cadence, String template, Optional<String> doneFlag) {
  private static final int MOST_LOOKED_AT = 10_000;

  /** The instance at or before a moment; none before the first. */
  public Optional<Instant> atOrBefore(Instant moment) {
    return cadence.relative(moment, 0);
  }

  /** The time of the instance so many steps from the one at a moment; empty before the first. */
  public String current(Instant nominal, int offset) {
    return cadence.relative(nominal, offset).map(OozieTime::format).orElse("");
  }

  /**
   * The time of the instance that is the latest but so many (0, -1, ...) of those that are there;
   * empty if there are not as many.
   */
  public String latest(Instant now, int offset, JobFiles files) {
    int wanted = -offset;
    for (int back = 0; back < MOST_LOOKED_AT; back++) {
      Optional<Instant> at = cadence.relative(now, -back);
      if (at.isEmpty()) {
        return "";
      }
      if (isThere(at.get(), files) && wanted-- == 0) {
        return OozieTime.format(at.get());
      }
    }
    return "";
  }

  /**
   * The time of the instance that has so many (0, 1, ...) before it of those that are there from
   * the one at a moment on; empty if there are not as many, or the moment is before the first.
   *
   * @param limit instances that are looked at behind the one at the moment
   */
  public String future(Instant nominal, int number, int limit, JobFiles files) {
    int wanted = number;
    for (int ahead = 0; ahead <= Math.min(limit, MOST_LOOKED_AT); ahead++) {
      Optional<Instant> at = cadence.relative(nominal, ahead);
      if (at.isEmpty()) {
        return "";
      }
      if (isThere(at.get(), files) && wanted-- == 0) {
        return OozieTime.format(at.get());
      }
    }
    return "";
  }

  /** Whether an instance is complete. */
  public boolean isThere(Instant instance, JobFiles files) {
    String address = address(instance);
    return files.exists(doneFlag.map(flag -> address + "/" + flag).orElse(address));
  }

  /** Where an instance lies. */
  public String address(Instant instance) {
    ZonedDateTime at = instance.atZone(ZoneOffset.UTC);
    return template
        .replace("${YEAR}", "%04d".formatted(at.getYear()))
        .replace("${MONTH}", "%02d".formatted(at.getMonthValue()))
        .replace("${DAY}", "%02d".formatted(at.getDayOfMonth()))
        .replace("${HOUR}", "%02d".formatted(at.getHour()))
        .replace("${MINUTE}", "%02d".formatted(at.getMinute()));
  }
}

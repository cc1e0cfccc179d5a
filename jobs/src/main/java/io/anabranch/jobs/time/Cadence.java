package io.anabranch.jobs.time;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.zone.ZoneRules;
import java.util.Optional;

/**
 * The moments at which a coordinator is due.
 *
 * @param start what moments are counted from: one of them, or what moves to one (ends of days,
 *     cron)
 * @param end no moment at or after it
 * @param zone whose days and months count
 * @param skipped steps from the start to the first moment, below 0 for one before it; 0 for cron
 */
public record Cadence(Frequency frequency, Instant start, Instant end, ZoneId zone, long skipped) {
  /** Longer than summer time moves anything. */
  private static final Duration CRON_LEAP = Duration.ofHours(26);

  /** The moments from the start on. */
  public Cadence(Frequency frequency, Instant start, Instant end, ZoneId zone) {
    this(frequency, start, end, zone, 0);
  }

  /**
   * One of these moments.
   *
   * @param number 1 for the first
   * @param raw what the next one is found from
   * @param nominal the moment
   */
  public record Slot(long number, Instant raw, Instant nominal) {}

  /** The first moment; none if the end comes before it. */
  public Optional<Slot> first() {
    if (frequency instanceof Frequency.Cron cron) {
      return bounded(cronSlot(1, cron.after(start.minusSeconds(60)), start.minusSeconds(60)));
    }
    return bounded(counted(1));
  }

  /** The moment after another one. */
  public Optional<Slot> after(Slot slot) {
    if (frequency instanceof Frequency.Cron cron) {
      return bounded(cronSlot(slot.number() + 1, cron.after(slot.raw()), slot.raw()));
    }
    return bounded(counted(slot.number() + 1));
  }

  /** The first moment at or after the given one; where cron says it, its number means nothing. */
  public Optional<Slot> atOrAfter(Instant instant) {
    Optional<Slot> slot = first();
    if (slot.isEmpty() || !slot.get().nominal().isBefore(instant)) {
      return slot;
    } else if (frequency instanceof Frequency.Every every) {
      slot = bounded(counted(index(every, instant) - skipped + 1));
    } else {
      Instant before = instant.minus(CRON_LEAP);
      slot = bounded(cronSlot(1, ((Frequency.Cron) frequency).after(before), before));
    }
    while (slot.isPresent() && slot.get().nominal().isBefore(instant)) {
      slot = after(slot.get());
    }
    return slot;
  }

  /**
   * The moments from one (inclusive) to another (exclusive); they may lie before the start, at the
   * times that it leads to backwards, unless cron says them. All are counted from the start: a
   * range across it meets the moments behind it.
   */
  public Cadence between(Instant from, Instant to) {
    if (frequency instanceof Frequency.Every every && from.isBefore(start)) {
      long index = index(every, from);
      boolean tooEarly = every.step(start, zone, index).isBefore(from);
      return new Cadence(frequency, start, to, zone, tooEarly ? index + 1 : index);
    }
    return new Cadence(frequency, start, to, zone);
  }

  /** The moment so many steps from the last one at or before the given; none before the start. */
  Optional<Instant> relative(Instant instant, int offset) {
    if (!(frequency instanceof Frequency.Every every) || instant.isBefore(start)) {
      return Optional.empty();
    }
    long index = index(every, instant) + offset;
    return index < 0 ? Optional.empty() : Optional.of(every.step(start, zone, index));
  }

  /** The greatest number of steps that does not lead past the moment. */
  private long index(Frequency.Every every, Instant instant) {
    Duration one = Duration.between(start, every.step(start, zone, 32)).dividedBy(32);
    long index = Duration.between(start, instant).dividedBy(one);
    while (every.step(start, zone, index).isAfter(instant)) {
      index--;
    }
    while (!every.step(start, zone, index + 1).isAfter(instant)) {
      index++;
    }
    return index;
  }

  private Slot counted(long number) {
    Instant at = ((Frequency.Every) frequency).step(start, zone, skipped + number - 1);
    return new Slot(number, at, at);
  }

  /**
   * Oozie reads cron in UTC; where two moments are a day or more apart, it keeps the local time
   * that the first one had, whatever summer time does.
   */
  private Slot cronSlot(long number, Instant raw, Instant before) {
    if (raw.equals(Instant.MAX) || Duration.between(before, raw).toDays() < 1) {
      return new Slot(number, raw, raw);
    }
    ZoneRules rules = zone.getRules();
    return new Slot(
        number,
        raw,
        raw.plus(rules.getDaylightSavings(start)).minus(rules.getDaylightSavings(raw)));
  }

  private Optional<Slot> bounded(Slot slot) {
    return slot.nominal().isBefore(end) ? Optional.of(slot) : Optional.empty();
  }
}

package io.anabranch.speed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

final class FreshnessTest {
  private static final class SetClock extends Clock {
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    void pass(Duration time) {
      now = now.plus(time);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneOffset getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(java.time.ZoneId zone) {
      return this;
    }
  }

  private final SetClock clock = new SetClock();
  private final Freshness freshness = new Freshness(clock);

  private void readable(int records, long ageMs) {
    long[] appended = new long[records];
    java.util.Arrays.fill(appended, clock.millis() - ageMs);
    freshness.readable(appended);
  }

  @Test
  void knowsNothingBeforeTheFirstRecord() {
    assertThat(freshness.lastMinute()).isEqualTo(new Freshness.Reading(0, 0, 0, 0, 0));
  }

  @Test
  void tellsTheAgeOfEveryRecordAtItsFlush() {
    readable(98, 40);
    readable(2, 900);
    Freshness.Reading reading = freshness.sinceStart();
    assertThat(reading.records()).isEqualTo(100);
    assertThat((double) reading.p50Ms()).isCloseTo(40, within(1.0));
    assertThat((double) reading.maxMs()).isCloseTo(900, within(10.0));
    assertThat((double) reading.p99Ms()).isCloseTo(900, within(10.0));
  }

  @Test
  void forgetsInTheWindowWhatIsOlderThanAMinuteButNotSinceTheStart() {
    readable(10, 5_000);
    clock.pass(Duration.ofSeconds(61));
    readable(6, 20);
    assertThat(freshness.lastMinute().records()).isEqualTo(6);
    assertThat((double) freshness.lastMinute().maxMs()).isCloseTo(20, within(1.0));
    assertThat(freshness.sinceStart().records()).isEqualTo(16);
  }

  @Test
  void countsRecordsOverTheTimeThatHasPassed() {
    clock.pass(Duration.ofSeconds(10));
    readable(50, 1);
    assertThat(freshness.lastMinute().recordsPerSecond()).isCloseTo(5, within(0.01));
  }

  @Test
  void takesABrokerClockThatIsAheadAsNoWait() {
    readable(1, -300);
    assertThat(freshness.sinceStart().maxMs()).isZero();
  }
}

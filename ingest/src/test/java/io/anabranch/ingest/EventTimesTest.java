package io.anabranch.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.anabranch.schemas.Generation;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class EventTimesTest {
  private static final Instant START = Instant.parse("2024-01-01T00:00:00Z");
  private static final List<Integer> SHOP =
      List.of(0, 0, 0, 0, 0, 0, 1, 2, 4, 6, 8, 9, 9, 8, 7, 7, 7, 8, 9, 9, 7, 4, 0, 0);
  private static final List<Integer> SEASON = List.of(1, 1, 1, 1, 1, 1, 0, 1, 1, 2, 4, 6);

  private static EventTimes times(
      Duration step, List<Integer> hours, List<Integer> months, Duration jitter) {
    return new EventTimes(new Generation.Time(START, step, 1, hours, months, jitter));
  }

  private static Instant at(EventTimes times, long number) {
    return times.of(number, new SplittableRandom(number));
  }

  @Test
  void hoursAndMonthsHaveTheirSharesAndDaysAreAsManyAsTheStepSays() {
    EventTimes times = times(Duration.ofMinutes(1), SHOP, SEASON, Duration.ZERO);
    int[] hours = new int[24];
    int[] months = new int[12];
    int count = 366 * 1440;
    Instant last = START;
    for (int i = 0; i < count; i++) {
      Instant time = at(times, i);
      assertThat(time).isAfterOrEqualTo(last);
      last = time;
      hours[time.atOffset(ZoneOffset.UTC).getHour()]++;
      months[time.atOffset(ZoneOffset.UTC).getMonthValue() - 1]++;
    }
    assertThat(last).isBetween(START.plus(Duration.ofDays(355)), START.plus(Duration.ofDays(370)));
    for (int hour = 0; hour < 24; hour++) {
      double share = SHOP.get(hour) / 105.0;
      assertThat((double) hours[hour] / count).isCloseTo(share, within(0.001));
    }
    assertThat(months[6]).isZero();
    assertThat((double) months[10] / months[9]).isCloseTo(2 * 30 / 31.0, within(0.01));
    assertThat((double) months[3] / months[8]).isCloseTo(1, within(0.01));
  }

  @Property(tries = 200)
  void aTimeDependsOnItsNumberAloneAndLiesBackNoFurtherThanTheJitter(
      @ForAll long seed, @ForAll @IntRange(min = 0, max = 90) int jitterSeconds) {
    Random random = new Random(seed);
    List<Integer> weights = random.ints(24, 0, 4).boxed().toList();
    List<Integer> hours = Collections.max(weights) == 0 ? SHOP : weights;
    Duration step = Duration.ofMillis(1 + random.nextInt(100_000));
    Duration jitter = Duration.ofSeconds(jitterSeconds);
    EventTimes asked = times(step, hours, SEASON, jitter);
    EventTimes punctual = times(step, hours, SEASON, Duration.ZERO);
    at(punctual, 1_000_000);
    for (int i = 0; i < 20; i++) {
      long number = random.nextInt(1_000_000);
      Instant time = at(asked, number);
      assertThat(at(asked, number)).isEqualTo(time);
      assertThat(Duration.between(time, at(punctual, number))).isBetween(Duration.ZERO, jitter);
    }
  }

  @Test
  void withoutWeightsTimesComeStepByStepAndLateOnesByWholeSteps() {
    EventTimes times = times(Duration.ofHours(1), List.of(), List.of(), Duration.ZERO);
    assertThat(at(times, 0)).isEqualTo(START);
    assertThat(at(times, 30)).isEqualTo(START.plus(Duration.ofHours(30)));
    Duration late = times.late(Duration.ofDays(2), new SplittableRandom(4));
    assertThat(late).isBetween(Duration.ofHours(1), Duration.ofDays(2));
    assertThat(late.toMinutesPart()).isZero();
  }
}

package io.anabranch.jobs.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.jobs.time.Cadence.Slot;
import io.anabranch.runtime.Problem;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class CadenceTest {
  private static final ZoneId COPENHAGEN = ZoneId.of("Europe/Copenhagen");
  private static final Instant END = Instant.parse("2100-01-01T00:00:00Z");

  private static Cadence cadence(String frequency, String start) {
    return new Cadence(Frequency.parse(frequency), OozieTime.parse(start), END, COPENHAGEN);
  }

  private static List<String> times(Cadence cadence, int count) {
    List<String> times = new ArrayList<>();
    Optional<Slot> slot = cadence.first();
    for (int i = 0; i < count; i++) {
      times.add(OozieTime.format(slot.orElseThrow().nominal()));
      slot = cadence.after(slot.get());
    }
    return times;
  }

  @Test
  void daysKeepTheLocalTimeThroughSummerTime() {
    assertThat(times(cadence("DAYS(1)", "2026-03-27T22:55Z"), 4))
        .containsExactly(
            "2026-03-27T22:55Z", "2026-03-28T22:55Z", "2026-03-29T21:55Z", "2026-03-30T21:55Z");
    assertThat(times(cadence("DAYS(1)", "2026-10-23T21:55Z"), 3))
        .containsExactly("2026-10-23T21:55Z", "2026-10-24T21:55Z", "2026-10-25T22:55Z");
  }

  @Test
  void aLocalTimeThatIsSkippedMovesOnAndComesBack() {
    assertThat(times(cadence("DAYS(1)", "2026-03-28T01:30Z"), 3))
        .containsExactly("2026-03-28T01:30Z", "2026-03-29T01:30Z", "2026-03-30T00:30Z");
  }

  @Test
  void aLocalTimeThatComesTwiceIsTheLaterOne() {
    assertThat(times(cadence("DAYS(1)", "2026-10-24T00:30Z"), 3))
        .containsExactly("2026-10-24T00:30Z", "2026-10-25T01:30Z", "2026-10-26T01:30Z");
  }

  @Test
  void hoursAndMinutesAreExactDurations() {
    assertThat(times(cadence("HOURS(12)", "2026-03-28T22:55Z"), 3))
        .containsExactly("2026-03-28T22:55Z", "2026-03-29T10:55Z", "2026-03-29T22:55Z");
    assertThat(times(cadence("90", "2026-03-29T00:00Z"), 2))
        .containsExactly("2026-03-29T00:00Z", "2026-03-29T01:30Z");
  }

  @Test
  void monthsStartFromTheFirstOne() {
    assertThat(times(cadence("MONTHS(1)", "2026-01-31T12:00Z"), 4))
        .containsExactly(
            "2026-01-31T12:00Z", "2026-02-28T12:00Z", "2026-03-31T11:00Z", "2026-04-30T11:00Z");
    assertThat(times(cadence("ENDS_OF_MONTHS(1)", "2026-01-15T12:00Z"), 2))
        .containsExactly("2026-01-31T23:00Z", "2026-02-28T23:00Z");
    assertThat(times(cadence("ENDS_OF_DAYS(1)", "2026-01-15T12:00Z"), 2))
        .containsExactly("2026-01-15T23:00Z", "2026-01-16T23:00Z");
  }

  @Test
  void cronIsInUtcAndKeepsTheLocalTimeOfDaysAsOozieDoes() {
    assertThat(times(cadence("55 22 * * *", "2026-03-28T00:00Z"), 3))
        .containsExactly("2026-03-28T22:55Z", "2026-03-29T21:55Z", "2026-03-30T21:55Z");
    assertThat(times(cadence("0/20 9-10 * * *", "2026-03-30T10:25Z"), 3))
        .containsExactly("2026-03-30T10:40Z", "2026-03-31T09:00Z", "2026-03-31T09:20Z");
    assertThat(times(cadence("0 0 1 * 2", "2026-03-01T00:00Z"), 3))
        .as("the first of a month, or a Monday")
        .containsExactly("2026-03-01T00:00Z", "2026-03-02T00:00Z", "2026-03-09T00:00Z");
  }

  @Test
  void whatIsNoFrequencyIsTold() {
    assertThatThrownBy(() -> Frequency.parse("0 0 0 * * *"))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("found 6 fields");
    assertThatThrownBy(() -> Frequency.parse("0 25 * * *"))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("'0 25 * * *' is no frequency");
    assertThatThrownBy(() -> Frequency.parse("0")).hasMessageContaining("must be >= 1");
  }

  @Test
  void theEndIsExclusive() {
    Instant start = OozieTime.parse("2026-01-01T00:00Z");
    Cadence cadence =
        new Cadence(Frequency.parse("60"), start, start.plus(Duration.ofHours(2)), COPENHAGEN);
    Slot second = cadence.after(cadence.first().orElseThrow()).orElseThrow();
    assertThat(cadence.after(second)).isEmpty();
    assertThat(cadence.atOrAfter(start.plusSeconds(3601))).isEmpty();
  }

  @Property
  void atOrAfterFindsWhatCountingFinds(
      @ForAll @IntRange(min = 0, max = 600_000) int minutes,
      @ForAll @IntRange(min = 0, max = 5) int kind) {
    Cadence cadence =
        cadence(
            List.of("DAYS(1)", "HOURS(7)", "MONTHS(1)", "95", "ENDS_OF_MONTHS(1)", "55 22 * * *")
                .get(kind),
            "2026-01-31T22:55Z");
    Instant from = OozieTime.parse("2026-01-31T22:55Z").plus(Duration.ofMinutes(minutes));
    Optional<Slot> counted = cadence.first();
    while (counted.orElseThrow().nominal().isBefore(from)) {
      counted = cadence.after(counted.get());
    }
    assertThat(cadence.atOrAfter(from).orElseThrow().nominal()).isEqualTo(counted.get().nominal());
  }

  @Test
  void aRangeBeforeTheStartKeepsTheLocalTime() {
    Cadence nights = cadence("DAYS(1)", "2026-05-01T21:55Z");
    Cadence before =
        nights.between(OozieTime.parse("2026-03-28T00:00Z"), OozieTime.parse("2026-03-31T00:00Z"));
    assertThat(times(before, 3))
        .containsExactly("2026-03-28T22:55Z", "2026-03-29T21:55Z", "2026-03-30T21:55Z");
    assertThat(before.first().orElseThrow().nominal().atZone(COPENHAGEN).toLocalTime())
        .isEqualTo(LocalTime.of(23, 55));
    assertThat(before.atOrAfter(OozieTime.parse("2026-03-30T22:00Z"))).isEmpty();
  }

  @Test
  void aRangeAcrossTheStartMeetsWhatIsCountedFromIt() {
    Cadence months = cadence("MONTHS(1)", "2026-01-31T12:00Z");
    assertThat(times(months.between(OozieTime.parse("2025-11-01T00:00Z"), END), 5))
        .containsExactly(
            "2025-11-30T12:00Z",
            "2025-12-31T12:00Z",
            "2026-01-31T12:00Z",
            "2026-02-28T12:00Z",
            "2026-03-31T11:00Z");
    Cadence nights = cadence("DAYS(1)", "2026-05-01T00:30Z");
    assertThat(times(nights.between(OozieTime.parse("2026-03-29T00:00Z"), END), 2))
        .as("half past two is skipped in the first night")
        .containsExactly("2026-03-29T01:30Z", "2026-03-30T00:30Z");
    Cadence ends = cadence("ENDS_OF_MONTHS(2)", "2026-01-15T12:00Z");
    assertThat(times(ends.between(OozieTime.parse("2025-10-01T00:00Z"), END), 3))
        .containsExactly("2025-11-30T23:00Z", "2026-01-31T23:00Z", "2026-03-31T22:00Z");
  }

  @Property
  void aRangeBeforeTheStartLeadsToIt(
      @ForAll @IntRange(min = 1, max = 600_000) int minutes,
      @ForAll @IntRange(min = 0, max = 5) int kind) {
    String start = "2026-01-31T01:30Z";
    Cadence whole =
        cadence(
            List.of("DAYS(1)", "DAYS(3)", "HOURS(7)", "MONTHS(1)", "95", "ENDS_OF_MONTHS(2)")
                .get(kind),
            start);
    Instant from = OozieTime.parse(start).minus(Duration.ofMinutes(minutes));
    Cadence range = whole.between(from, END);
    Slot first = range.first().orElseThrow();
    assertThat(first.number()).isEqualTo(1);
    assertThat(first.nominal()).isAfterOrEqualTo(from);
    assertThat(range.atOrAfter(from)).contains(first);
    Slot met = range.atOrAfter(whole.first().orElseThrow().nominal()).orElseThrow();
    assertThat(met.nominal()).isEqualTo(whole.first().orElseThrow().nominal());
    assertThat(range.after(met).map(Slot::nominal))
        .isEqualTo(whole.after(whole.first().orElseThrow()).map(Slot::nominal));
  }
}

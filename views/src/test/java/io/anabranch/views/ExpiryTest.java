package io.anabranch.views;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ExpiryTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final Instant LATER = NOON.plus(Duration.ofDays(1));
  private static final Map<String, String> LEARNED = Map.of("median(age)", "37.5");

  private static Version version(long number, Map<String, String> profile) {
    return new Version(
        "orders",
        new Cut(number, Offsets.NONE),
        List.of(number),
        profile,
        Map.of(),
        "f00d",
        Version.Counts.NONE,
        NOON.plusSeconds(number),
        Duration.ZERO,
        Optional.empty());
  }

  private static List<Long> expired(Map<String, String> profile, long published, EpochStart... of) {
    return Expiry.versions(
            LongStream.rangeClosed(1, 5).mapToObj(number -> version(number, profile)).toList(),
            published,
            2,
            LATER,
            List.of(of))
        .stream()
        .map(Version::number)
        .toList();
  }

  @Test
  void keepsTheNewestAndThePublishedOne() {
    assertThat(expired(LEARNED, 5)).containsExactly(3L, 2L, 1L);
    assertThat(expired(LEARNED, 2)).containsExactly(3L, 1L);
  }

  @Test
  void keepsWhatAReaderMayHaveBegunOn() {
    List<Version> two = List.of(version(1, LEARNED), version(2, LEARNED));
    assertThat(Expiry.versions(two, 2, 1, NOON.plusSeconds(2), List.of())).isEmpty();
    assertThat(Expiry.versions(two, 2, 1, NOON.plusSeconds(3), List.of())).hasSize(1);
  }

  @Test
  void keepsTheProfilesOfEpochsBehindTheOldestCutThatStays() {
    assertThat(expired(LEARNED, 5, new EpochStart(0, 4, 90, 3))).containsExactly(2L, 1L);
    assertThat(expired(LEARNED, 5, new EpochStart(0, 9, 90, 1))).containsExactly(3L, 2L);
    assertThat(expired(LEARNED, 5, new EpochStart(0, 3, 90, 2))).containsExactly(3L, 2L, 1L);
    assertThat(expired(Map.of(), 5, new EpochStart(0, 4, 90, 3))).containsExactly(3L, 2L, 1L);
  }
}

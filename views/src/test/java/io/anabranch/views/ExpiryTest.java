package io.anabranch.views;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.views.Version.Publication;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
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
            LongStream.rangeClosed(1, 5)
                .boxed()
                .collect(Collectors.toMap(number -> number, NOON::plusSeconds)),
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
    Map<Long, Instant> replaced = Map.of(1L, NOON.plusSeconds(70));
    assertThat(Expiry.versions(two, 2, replaced, 1, NOON.plusSeconds(70), List.of())).isEmpty();
    assertThat(Expiry.versions(two, 2, replaced, 1, NOON.plusSeconds(71), List.of())).hasSize(1);
  }

  /** What a former release replaced has no note, and was replaced before anything was noted. */
  @Test
  void keepsWhatWasReplacedBeforeThatWasNotedAsLongAsItMayHaveBeenJustBefore() {
    Version one = version(1, LEARNED);
    Version two = version(2, LEARNED).with(new Publication("ada", NOON.plusSeconds(50)));
    Version three = version(3, LEARNED).with(new Publication("ada", NOON.plusSeconds(90)));
    assertThat(expired(List.of(one, two), 2, Map.of(), 50)).isEmpty();
    assertThat(expired(List.of(one, two), 2, Map.of(), 51)).containsExactly(1L);
    Map<Long, Instant> noted = Map.of(2L, NOON.plusSeconds(90));
    assertThat(expired(List.of(one, two, three), 3, noted, 90)).isEmpty();
    assertThat(expired(List.of(one, two, three), 3, noted, 91)).containsExactly(2L, 1L);
    assertThat(expired(List.of(one, version(2, LEARNED)), 2, Map.of(), 9_999)).isEmpty();
  }

  private static List<Long> expired(
      List<Version> stored, long published, Map<Long, Instant> replaced, long limit) {
    return Expiry.versions(stored, published, replaced, 1, NOON.plusSeconds(limit), List.of())
        .stream()
        .map(Version::number)
        .toList();
  }

  @Test
  void keepsTheProfilesOfEpochsBehindTheOldestCutThatStays() {
    assertThat(expired(LEARNED, 5, new EpochStart(0, 4, 90, 3))).containsExactly(2L, 1L);
    assertThat(expired(LEARNED, 5, new EpochStart(0, 9, 90, 1))).containsExactly(3L, 2L);
    assertThat(expired(LEARNED, 5, new EpochStart(0, 3, 90, 2))).containsExactly(3L, 2L, 1L);
    assertThat(expired(Map.of(), 5, new EpochStart(0, 4, 90, 3))).containsExactly(3L, 2L, 1L);
  }

  /** The oldest stored version is 4; in partition 1 its marker is missing. */
  @Test
  void keepsTheEpochsFromTheOldestCutOn() {
    List<EpochStart> starts =
        List.of(
            new EpochStart(0, 2, 10, 0),
            new EpochStart(0, 4, 20, 2),
            new EpochStart(0, 5, 30, 4),
            new EpochStart(1, 1, 10, 0),
            new EpochStart(1, 3, 20, 2),
            new EpochStart(1, 6, 30, 5),
            new EpochStart(2, 6, 10, 5));
    List<Version> stored = List.of(version(5, LEARNED), version(4, LEARNED));
    assertThat(Expiry.epochs(stored, LATER, starts)).containsExactly(starts.get(0), starts.get(3));
    assertThat(Expiry.epochs(stored, NOON.plusSeconds(4), starts)).isEmpty();
    assertThat(Expiry.epochs(List.of(), LATER, starts)).isEmpty();
  }
}

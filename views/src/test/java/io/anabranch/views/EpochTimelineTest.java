package io.anabranch.views;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.schemas.Marker;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class EpochTimelineTest {
  private final EpochTimeline timeline = new EpochTimeline();

  private long epoch(long offset) {
    return timeline.at(0, offset).number();
  }

  @Test
  void startsWithEpochZero() {
    assertThat(epoch(0)).isZero();
    assertThat(epoch(Long.MAX_VALUE)).isZero();
  }

  @Test
  void beginsAnEpochAfterItsMarker() {
    timeline.observe(0, 10, new Marker(3, 0));
    assertThat(epoch(10)).isZero();
    assertThat(epoch(11)).isEqualTo(3);
    assertThat(timeline.at(1, 11).number()).isZero();
  }

  @Test
  void ignoresAMarkerThatComesTwiceOrLate() {
    assertThat(timeline.observe(0, 10, new Marker(3, 1))).isPresent();
    assertThat(timeline.observe(0, 20, new Marker(3, 1))).isEmpty();
    assertThat(timeline.observe(0, 30, new Marker(2, 1))).isEmpty();
    assertThat(epoch(100)).isEqualTo(3);
    assertThat(timeline.observe(0, 10, new Marker(3, 1))).isPresent();
  }

  @Test
  void tellsTheSameAfterAReplayFromAnEarlierOffset() {
    timeline.observe(0, 10, new Marker(3, 1));
    timeline.observe(0, 20, new Marker(5, 1));
    timeline.observe(0, 10, new Marker(3, 1));
    assertThat(epoch(15)).isEqualTo(3);
    assertThat(epoch(25)).isEqualTo(5);
  }

  @Test
  void cutsAtTheFirstMarkerSoNumberedOrGreater() {
    EpochTimeline known =
        EpochTimeline.of(
            List.of(
                new EpochStart(0, 4, 40, 0),
                new EpochStart(0, 5, 50, 0),
                new EpochStart(1, 5, 33, 0),
                new EpochStart(2, 3, 9, 0)));
    assertThat(known.cut(4)).isEqualTo(new Cut(4, new Offsets(Map.of(0, 40L, 1, 33L))));
  }

  @Test
  void aCutAndTheEpochsLeftToSpeedShareNoRecordAndMissNone() {
    EpochTimeline known =
        EpochTimeline.of(
            List.of(
                new EpochStart(0, 2, 5, 0),
                new EpochStart(0, 6, 12, 0),
                new EpochStart(1, 5, 3, 0)));
    Cut cut = known.cut(5);
    for (int partition = 0; partition < 3; partition++) {
      for (long offset = 0; offset < 20; offset++) {
        boolean marker = known.at(partition, offset + 1).offset() == offset;
        boolean left = cut.leavesToSpeed(partition, known.at(partition, offset).number());
        assertThat(marker || cut.covers(partition, offset) != left)
            .as("partition %s, offset %s", partition, offset)
            .isTrue();
      }
    }
  }
}

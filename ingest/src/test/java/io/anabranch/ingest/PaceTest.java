package io.anabranch.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PaceTest {
  @Test
  void aSteadyPaceIsEvenAndABurstComesWithItsFirst() {
    assertThat(new Pace(1000, 1).dueNs(1500)).isEqualTo(1_500_000_000L);
    Pace bursts = new Pace(1000, 500);
    assertThat(bursts.dueNs(0)).isZero();
    assertThat(bursts.dueNs(499)).isZero();
    assertThat(bursts.dueNs(500)).isEqualTo(500_000_000L);
    assertThat(bursts.dueNs(1499)).isEqualTo(1_000_000_000L);
  }
}

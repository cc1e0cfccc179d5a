package io.anabranch.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LoadCountsTest {
  @Test
  void countsAnewAfterAReset() {
    LoadCounts counts = new LoadCounts();
    counts.accept();
    counts.send();
    counts.repeat();
    counts.reject("why");
    counts.reset();

    assertThat(counts.tally()).isEqualTo(Tally.NOTHING);
    assertThat(counts.sent()).isZero();
  }
}

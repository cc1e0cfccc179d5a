package io.anabranch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BackoffTest {
  @Test
  void pausesDoubleUpToTheGreatest() {
    Backoff backoff =
        new Backoff(Duration.ofMillis(500), Duration.ofSeconds(3), Duration.ofMinutes(1));
    assertThat(backoff.pause(1)).isEqualTo(Duration.ofMillis(500));
    assertThat(backoff.pause(2)).isEqualTo(Duration.ofSeconds(1));
    assertThat(backoff.pause(3)).isEqualTo(Duration.ofSeconds(2));
    assertThat(backoff.pause(4)).isEqualTo(Duration.ofSeconds(3));
    assertThat(backoff.pause(1_000_000)).isEqualTo(Duration.ofSeconds(3));
  }
}

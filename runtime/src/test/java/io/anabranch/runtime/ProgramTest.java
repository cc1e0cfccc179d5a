package io.anabranch.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ProgramTest {
  @Test
  void endsAsTheBodySays() {
    assertThat(Program.status(() -> ExitStatus.FAILED)).isEqualTo(ExitStatus.FAILED);
  }

  @Test
  void turnsAProblemIntoItsStatus() {
    assertThat(
            Program.status(
                () -> {
                  throw Problem.unreachable("start it with ./anabranch up");
                }))
        .isEqualTo(ExitStatus.UNREACHABLE);
  }

  @Test
  void failsOnWhatNobodyExpected() {
    assertThat(
            Program.status(
                () -> {
                  throw new IllegalStateException("bug");
                }))
        .isEqualTo(ExitStatus.FAILED);
  }
}

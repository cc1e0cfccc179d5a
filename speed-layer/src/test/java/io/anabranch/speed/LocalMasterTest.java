package io.anabranch.speed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.runtime.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalMasterTest {
  @Test
  void hasAsManySlotsAsTheTopicsNeed() {
    assertThat(LocalMaster.of(LocalMaster.ANY, 30)).isEqualTo("local[30]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"local[8]", "local[20]", "local[8,3]", "local[8, 3]"})
  void isTheGivenOneIfItHasEnough(String given) {
    assertThat(LocalMaster.of(given, 8)).isEqualTo(given);
  }

  @ParameterizedTest
  @ValueSource(strings = {"local", "local[7]", "local[7,99]"})
  void tooFewSlotsAreRefused(String given) {
    assertThatThrownBy(() -> LocalMaster.of(given, 8))
        .isInstanceOf(Problem.class)
        .hasMessageStartingWith(given)
        .hasMessageEndingWith("local[8]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"yarn", "spark://127.0.0.1:7077", "local-cluster[2,1,1024]"})
  void otherProcessesAreRefused(String given) {
    assertThatThrownBy(() -> LocalMaster.of(given, 8))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("folds in one JVM");
  }
}

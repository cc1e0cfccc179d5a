package io.anabranch.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.runtime.Problem;
import org.junit.jupiter.api.Test;

class ArgumentsTest {
  @Test
  void anOptionThatMayBeRepeatedKeepsAllItsValues() {
    Arguments arguments =
        Arguments.parse(
            new String[] {
              "erase",
              "--identity",
              "row_key=a, b",
              "--dataset",
              "orders",
              "--identity",
              "row_key=c",
              "--at-most",
              "7",
              "--resume"
            });
    assertThat(arguments.task()).isEqualTo(Arguments.Task.ERASE);
    assertThat(arguments.all("--identity")).containsExactly("row_key=a, b", "row_key=c");
    assertThat(arguments.number("--at-most")).isEqualTo(7);
    assertThat(arguments.has("--resume")).isTrue();
    assertThat(arguments.has("--dry-run")).isFalse();
    assertThat(arguments.all("--where")).isEmpty();
  }

  @Test
  void anOptionOfAnotherTaskOrWithoutItsValueIsRefused() {
    for (String[] wrong :
        new String[][] {{"erase", "--identity"}, {"erase", "--full"}, {"run", "--where", "true"}}) {
      assertThatThrownBy(() -> Arguments.parse(wrong)).isInstanceOf(Problem.class);
    }
  }
}
